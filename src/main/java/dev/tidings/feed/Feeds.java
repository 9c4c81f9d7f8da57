package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Written.Growth;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that is read at this node: a feed for each job that somebody reads, and the readers of many jobs.
 *
 * <p>A feed outlives its last reader by {@link #LINGER}, so that a client that polls again finds the tail in memory.
 *
 * <p>Threads: any.
 */
public final class Feeds implements LogListener, WakeUps.Listener {
    private static final Duration LINGER = Duration.ofSeconds(40);
    private static final Logger LOG = System.getLogger(Feeds.class.getName());

    private final JobStore store;
    private final Executor storeThreads;
    private final Timer timer;
    private final Pumps pumps;
    private final FeedMeter meter;
    private final Loads loads;
    private final ManyReaders many;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, Feed> feeds = new ConcurrentHashMap<>();

    /** How many files of a job are being fetched, by job. */
    private final Map<String, Integer> fetched = new ConcurrentHashMap<>();

    /** Without meters. */
    public Feeds(JobStore store, Executor storeThreads, Timer timer, Pumps pumps, RandomGenerator random) {
        this(store, storeThreads, timer, pumps, random, FeedMeter.NONE);
    }

    /**
     * A node's readers.
     *
     * @param random shared by threads
     */
    public Feeds(
            JobStore store, Executor storeThreads, Timer timer, Pumps pumps, RandomGenerator random, FeedMeter meter) {
        this.store = store;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.pumps = pumps;
        this.meter = meter;
        this.loads = new Loads(store, storeThreads, timer, random, meter);
        this.many = new ManyReaders(store, storeThreads, timer, random);
    }

    /**
     * Makes a reader of one job's log; it begins with {@link Subscription#start}.
     *
     * @param cursor the number of the last event it has seen; not used with a snapshot
     * @param snapshot the job's state to begin with, for a reader without a cursor; else null
     * @param closed hears, once, how it ended
     */
    public Subscription subscribe(
            String job, long cursor, @Nullable Job snapshot, Outlet outlet, Pace pace, Consumer<CloseReason> closed) {
        String transport = pace.heartbeat() == null ? "poll" : "sse";
        return subscribe(job, cursor, snapshot, outlet, pace, closed, transport);
    }

    private Subscription subscribe(
            String job,
            long cursor,
            @Nullable Job snapshot,
            Outlet outlet,
            Pace pace,
            Consumer<CloseReason> closed,
            String transport) {
        String from = snapshot != null ? "state" : cursor == 0 ? "start" : "cursor";
        return subscription(new JobSource(this, store, job, cursor, snapshot), outlet, pace, closed, transport, from);
    }

    private Subscription subscription(
            Source source, Outlet outlet, Pace pace, Consumer<CloseReason> closed, String transport, String from) {
        return new Subscription(
                numbers.incrementAndGet(),
                source,
                outlet,
                pumps,
                timer,
                pace,
                closed,
                new ReaderMeter(meter, transport, from, timer));
    }

    /**
     * Makes a reader of many jobs' states. Growth is heard from now on; the states to begin with are read by
     * {@code states} on a store thread after that.
     *
     * @param owners whose jobs
     * @param only which of them; null for all, later ones included
     */
    public Subscription subscribe(
            Set<String> owners,
            @Nullable Set<String> only,
            Supplier<List<Job>> states,
            Outlet outlet,
            Pace pace,
            Consumer<CloseReason> closed) {
        var source = new ManySource(this, owners, only);
        many.join(source);
        var subscription = subscription(source, outlet, pace, closed, "many", "state");
        try {
            storeThreads.execute(() -> {
                try {
                    source.begin(states.get());
                } catch (RuntimeException failure) {
                    LOG.log(Level.DEBUG, "the states of many jobs cannot be read: {0}", failure.getMessage());
                    subscription.end(CloseReason.UNAVAILABLE);
                }
            });
        } catch (RejectedExecutionException full) {
            subscription.end(CloseReason.UNAVAILABLE);
        }
        return subscription;
    }

    /**
     * Runs {@code then} once, on a pump thread: when the log has grown beyond {@code seen}, the job was deleted, the node
     * drains, or the time is over. For a conditional long poll.
     *
     * @return what can be ended early
     */
    public Subscription awaitGrowth(String job, long seen, Duration atMost, Runnable then) {
        var outlet = new AwaitOutlet(batch -> true, then);
        return subscribe(job, seen, null, outlet, Pace.poll(atMost), reason -> {}, "wait");
    }

    /** The same for the log's end. */
    public Subscription awaitEnd(String job, long seen, Duration atMost, Runnable then) {
        var outlet = new AwaitOutlet(Batch::terminal, then);
        return subscribe(job, seen, null, outlet, Pace.poll(atMost), reason -> {}, "wait");
    }

    /** The job, when memory surely holds its newest state. */
    public Optional<Job> current(String job) {
        Feed feed = feeds.get(job);
        return feed == null ? Optional.empty() : Optional.ofNullable(feed.current());
    }

    /**
     * The jobs that somebody reads at this node, or has read a moment ago and may poll again, except those whose log has
     * surely not ended.
     */
    public Set<String> read() {
        var read = new HashSet<>(fetched.keySet());
        feeds.values().stream().filter(Feed::perhapsEnded).map(Feed::job).forEach(read::add);
        return read;
    }

    /** Counts the job among those that are {@link #read}, since a file of it is being fetched. */
    public Runnable fetching(String job) {
        fetched.merge(job, 1, Integer::sum);
        return () -> fetched.computeIfPresent(job, (id, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void grown(Growth growth) {
        Feed feed = feeds.get(growth.job().id());
        if (feed != null) {
            feed.grown(growth);
        }
        many.grown(growth);
    }

    @Override
    public void deleted(Job job) {
        Feed feed = feeds.remove(job.id());
        if (feed != null) {
            feed.deletedNow();
        }
        many.deleted(job);
    }

    @Override
    public void unsure(String job) {
        hinted(job, null);
    }

    @Override
    public void grown(Set<WakeUps.Hint> hints) {
        hints.forEach(hint -> hinted(hint.job(), hint.owner()));
    }

    private void hinted(String job, @Nullable String owner) {
        Feed feed = feeds.get(job);
        if (feed != null) {
            feed.hinted();
        }
        many.hinted(job, owner);
    }

    /** Memory that nobody reads is given up: after a restore from a backup it may be of a future that was lost. */
    @Override
    public void missed() {
        feeds.keySet().forEach(job -> feeds.computeIfPresent(job, (id, feed) -> feed.unread() ? null : feed));
        feeds.values().forEach(Feed::hinted);
        many.missed();
    }

    Feed join(String job, Subscription reader) {
        return feeds.compute(job, (id, present) -> {
            Feed feed = present == null ? new Feed(id, loads, pumps) : present;
            feed.add(reader);
            return feed;
        });
    }

    void leave(Feed feed, Subscription reader) {
        feed.remove(reader);
        if (feed.unread()) {
            timer.after(
                    LINGER,
                    () -> feeds.computeIfPresent(
                            feed.job(), (id, present) -> present == feed && feed.unread() ? null : present));
        }
    }

    void leave(ManySource source) {
        many.leave(source);
    }

    /** Whether nothing is held for anybody. */
    boolean idle() {
        return feeds.isEmpty() && many.idle() && loads.idle();
    }

    @Override
    public String toString() {
        return feeds.size() + " feeds, " + many + ", " + loads;
    }

    void load(String job, long cursor, Loads.Reply reply) {
        loads.request(job, cursor, reply);
    }
}
