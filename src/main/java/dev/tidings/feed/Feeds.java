package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.WakeUps;
import dev.tidings.log.WriteResult.Appended;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that is read at this node: single logs, and the states of many jobs.
 *
 * <p>Threads: any.
 */
public final class Feeds implements LogListener, WakeUps.Listener {
    /** The most job states that a reader of many jobs holds. One may have 200 KB. */
    private static final int PAGE = 20;

    private final Timer timer;
    private final PumpExecutors pumps;
    private final FeedMeter meter;
    private final int pageSize;
    private final LogLoader loader;
    private final FeedMap feeds;
    private final MultiJobReaders multiJob = new MultiJobReaders();
    private final AtomicInteger numbers = new AtomicInteger();

    /** How many files of a job are being fetched, by job. */
    private final Map<String, Integer> fetched = new ConcurrentHashMap<>();

    /** Without meters. */
    public Feeds(JobStore store, Executor storeThreads, Timer timer, PumpExecutors pumps, RandomGenerator random) {
        this(store, storeThreads, timer, pumps, random, FeedMeter.NONE);
    }

    /**
     * A node's readers.
     *
     * @param random shared by threads
     */
    public Feeds(
            JobStore store,
            Executor storeThreads,
            Timer timer,
            PumpExecutors pumps,
            RandomGenerator random,
            FeedMeter meter) {
        this(store, storeThreads, timer, pumps, random, meter, PAGE);
    }

    Feeds(
            JobStore store,
            Executor storeThreads,
            Timer timer,
            PumpExecutors pumps,
            RandomGenerator random,
            FeedMeter meter,
            int pageSize) {
        this.timer = timer;
        this.pumps = pumps;
        this.meter = meter;
        this.pageSize = pageSize;
        this.loader = new LogLoader(store, storeThreads, timer, random, meter);
        this.feeds = new FeedMap(loader, timer, pumps);
    }

    /**
     * Makes a reader of one job's log; it begins with {@link Subscription#start}.
     *
     * @param cursor the number of the last event it has seen; not used with a snapshot
     * @param snapshot the job's state to begin with, for a reader without a cursor; else null
     * @param closed hears, once, how it ended
     */
    public Subscription subscribe(
            String job,
            long cursor,
            @Nullable Job snapshot,
            Outlet outlet,
            SubscriptionTimeouts pace,
            Consumer<CloseReason> closed) {
        String transport = pace.heartbeat() == null ? "poll" : "sse";
        return subscribe(job, cursor, snapshot, outlet, pace, closed, transport);
    }

    private Subscription subscribe(
            String job,
            long cursor,
            @Nullable Job snapshot,
            Outlet outlet,
            SubscriptionTimeouts pace,
            Consumer<CloseReason> closed,
            String transport) {
        String from = snapshot != null ? "state" : cursor == 0 ? "start" : "cursor";
        return subscription(new JobSource(feeds, loader, job, cursor, snapshot), outlet, pace, closed, transport, from);
    }

    /** Makes a reader of many jobs' states; it begins with {@link Subscription#start}. */
    public Subscription subscribe(
            JobSelection jobs, Outlet outlet, SubscriptionTimeouts pace, Consumer<CloseReason> closed) {
        var source = new MultiJobSource(feeds, loader, multiJob, jobs, pageSize);
        return subscription(source, outlet, pace, closed, "many", "state");
    }

    private Subscription subscription(
            Source source,
            Outlet outlet,
            SubscriptionTimeouts pace,
            Consumer<CloseReason> closed,
            String transport,
            String from) {
        return new Subscription(
                numbers.incrementAndGet(),
                source,
                outlet,
                pumps,
                timer,
                pace,
                closed,
                new SubscriptionMeter(meter, transport, from, timer));
    }

    /**
     * Runs {@code then} once, on a pump thread: when the log has grown beyond {@code seen}, the job was deleted, the node
     * drains, or the time is over. For a conditional long poll.
     *
     * @return what can be ended early
     */
    public Subscription awaitGrowth(String job, long seen, Duration atMost, Runnable then) {
        var outlet = new AwaitOutlet(batch -> true, then);
        return subscribe(job, seen, null, outlet, SubscriptionTimeouts.poll(atMost), reason -> {}, "wait");
    }

    /** The same for the log's end. */
    public Subscription awaitEnd(String job, long seen, Duration atMost, Runnable then) {
        var outlet = new AwaitOutlet(Batch::terminal, then);
        return subscribe(job, seen, null, outlet, SubscriptionTimeouts.poll(atMost), reason -> {}, "wait");
    }

    /** The job, when memory surely holds its newest state. */
    public Optional<Job> current(String job) {
        Feed feed = feeds.get(job);
        return feed == null ? Optional.empty() : Optional.ofNullable(feed.current());
    }

    /**
     * The jobs that somebody reads one by one at this node, or has read a moment ago and may poll again, except those whose
     * log has surely not ended.
     */
    public Set<String> read() {
        var read = new HashSet<>(fetched.keySet());
        feeds.perhapsEnded().forEach(read::add);
        return read;
    }

    /** Counts the job among those that are {@link #read}, since a file of it is being fetched. */
    public Runnable fetching(String job) {
        fetched.merge(job, 1, Integer::sum);
        return () -> fetched.computeIfPresent(job, (id, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void grown(Appended growth) {
        Job job = growth.job();
        changed(job.id(), job.owner(), feed -> feed.grown(growth));
    }

    @Override
    public void deleted(Job job) {
        changed(job.id(), job.owner(), Feed::deletedNow);
        feeds.remove(job.id());
    }

    @Override
    public void unsure(String job) {
        changed(job, null, Feed::hinted);
    }

    @Override
    public void grown(Set<WakeUps.Hint> hints) {
        hints.forEach(hint -> changed(hint.job(), hint.owner(), Feed::hinted));
    }

    /**
     * Tells a job's feed, and the readers of many jobs that have not joined the feed. Those are told before, since one that
     * joins now may come too late for the feed to tell it, and again after, for one that leaves now.
     *
     * @param owner null when not known
     */
    private void changed(String job, @Nullable String owner, Consumer<Feed> tell) {
        multiJob.changed(job, owner);
        Feed feed = feeds.get(job);
        if (feed != null) {
            tell.accept(feed);
            multiJob.changed(job, owner);
        }
    }

    @Override
    public void missed() {
        feeds.missed();
        multiJob.missed();
    }

    /** Whether nothing is held for anybody. */
    boolean idle() {
        return feeds.isEmpty() && multiJob.isEmpty() && loader.idle();
    }

    @Override
    public String toString() {
        return feeds + ", " + multiJob + ", " + loader;
    }
}
