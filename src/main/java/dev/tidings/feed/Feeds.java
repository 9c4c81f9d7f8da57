package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.Replay;
import dev.tidings.log.StoreException;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Written.Growth;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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

    private final JobStore store;
    private final Executor storeThreads;
    private final Timer timer;
    private final Pumps pumps;
    private final Loads loads;
    private final Map<String, Feed> feeds = new ConcurrentHashMap<>();
    private final Map<String, Set<ManySource>> byOwner = new ConcurrentHashMap<>();

    public Feeds(JobStore store, Executor storeThreads, Timer timer, Pumps pumps, RandomGenerator random) {
        this.store = store;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.pumps = pumps;
        this.loads = new Loads(store, storeThreads, timer, random);
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
        return new Subscription(new JobSource(this, store, job, cursor, snapshot), outlet, pumps, timer, pace, closed);
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
        owners.forEach(owner -> byOwner.compute(owner, (key, sources) -> {
            Set<ManySource> all = sources == null ? ConcurrentHashMap.newKeySet() : sources;
            all.add(source);
            return all;
        }));
        var subscription = new Subscription(source, outlet, pumps, timer, pace, closed);
        storeThreads.execute(() -> {
            try {
                source.begin(states.get());
            } catch (StoreException failure) {
                subscription.end(CloseReason.UNAVAILABLE);
            }
        });
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
        return subscribe(job, seen, null, outlet, Pace.poll(atMost), reason -> {});
    }

    /** The same for the log's end. */
    public Subscription awaitEnd(String job, long seen, Duration atMost, Runnable then) {
        var outlet = new AwaitOutlet(Batch::terminal, then);
        return subscribe(job, seen, null, outlet, Pace.poll(atMost), reason -> {});
    }

    /** The job, when memory surely holds its newest state. */
    public Optional<Job> current(String job) {
        Feed feed = feeds.get(job);
        return feed == null ? Optional.empty() : Optional.ofNullable(feed.current());
    }

    @Override
    public void grown(Growth growth) {
        Feed feed = feeds.get(growth.job().id());
        if (feed != null) {
            feed.grown(growth);
        }
        sourcesOf(growth.job().owner()).forEach(source -> source.grown(growth));
    }

    @Override
    public void deleted(Job job) {
        Feed feed = feeds.remove(job.id());
        if (feed != null) {
            feed.deletedNow();
        }
        sourcesOf(job.owner()).forEach(source -> source.deleted(job.id()));
    }

    @Override
    public void unsure(String job) {
        Feed feed = feeds.get(job);
        if (feed != null) {
            feed.hinted();
        }
        if (!byOwner.isEmpty()) {
            storeThreads.execute(() -> {
                try {
                    store.find(job).ifPresent(state -> hinted(job, state.owner()));
                } catch (StoreException failure) {
                    timer.after(Duration.ofSeconds(1), () -> unsure(job));
                }
            });
        }
    }

    @Override
    public void grown(Set<WakeUps.Hint> hints) {
        for (WakeUps.Hint hint : hints) {
            Feed feed = feeds.get(hint.job());
            if (feed != null) {
                feed.hinted();
            }
            hinted(hint.job(), hint.owner());
        }
    }

    @Override
    public void missed() {
        feeds.values().forEach(Feed::hinted);
        if (!byOwner.isEmpty()) {
            storeThreads.execute(this::lookAtAllOwners);
        }
    }

    private void lookAtAllOwners() {
        try {
            for (String owner : byOwner.keySet()) {
                for (Job job : store.list(new JobQuery(owner, Set.of(), null, null, 200))) {
                    hinted(job.id(), owner);
                }
            }
        } catch (StoreException failure) {
            timer.after(Duration.ofSeconds(1), this::missed);
        }
    }

    /** Reads what the readers of many jobs have not seen of this one. */
    private void hinted(String job, String owner) {
        long seen = Long.MAX_VALUE;
        for (ManySource source : sourcesOf(owner)) {
            if (source.wants(job)) {
                seen = Math.min(seen, source.seen(job));
            }
        }
        if (seen == Long.MAX_VALUE) {
            return;
        }
        loads.request(job, seen, new Loads.Reply() {
            @Override
            public void loaded(long asked, Replay replay) {
                pass(job, owner, asked, replay);
            }

            @Override
            public void failing() {}
        });
    }

    private void pass(String job, String owner, long asked, Replay replay) {
        if (replay instanceof Replay.Missing) {
            sourcesOf(owner).forEach(source -> source.deleted(job));
        } else if (replay instanceof Replay.Continuous more && !more.entries().isEmpty()) {
            store.find(job).ifPresent(state -> {
                // The state may be newer than what was read; then the rest comes with its own hint.
                var growth = new Growth(state, asked, more.entries());
                if (state.seq() == more.upTo()) {
                    sourcesOf(owner).forEach(source -> source.grown(growth));
                } else {
                    hinted(job, owner);
                }
            });
        }
    }

    private Set<ManySource> sourcesOf(String owner) {
        return byOwner.getOrDefault(owner, Set.of());
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
        for (String owner : source.owners()) {
            byOwner.computeIfPresent(owner, (key, sources) -> {
                sources.remove(source);
                return sources.isEmpty() ? null : sources;
            });
        }
    }

    void load(String job, long cursor, Loads.Reply reply) {
        loads.request(job, cursor, reply);
    }
}
