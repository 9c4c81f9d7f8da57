package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.StoreException;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Removes what has been kept long enough: finished jobs with all that is theirs, idempotency keys, and bytes that nobody
 * ever named. In small batches with pauses, at the start and about every hour, or once in the time that jobs are kept for
 * where that is shorter, by one node at a time.
 *
 * <p>Never under a reader, wherever it reads: every half minute, or four times in what jobs are kept for where that is
 * less, each node says which old jobs are read there, in one statement for all. A word holds four times as long, so that a
 * few may fail, and one who polls may pause. Nothing is removed before twice that time has passed since it was due, so that all
 * nodes have said so of everything whose reading began in time.
 *
 * <p>Threads: works on store threads, a batch at a time; what is read is said beside it.
 */
public final class Retention {
    /** How long idempotency keys are kept (contract §4), and bytes that nobody has named. */
    static final Duration KEPT = Duration.ofHours(24);

    /** The longest time between two words on what is read here, and before the first round. */
    private static final Duration GRAIN = Duration.ofSeconds(30);

    private static final Duration LEAST_GRAIN = Duration.ofMillis(500);
    private static final int GRAINS_OF_RETENTION = 4;
    private static final int GRAINS_KEPT = 4;
    private static final int GRAINS_LATE = 2;

    static final int BATCH = 50;
    private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);
    private static final Duration BETWEEN_BATCHES = Duration.ofMillis(500);
    private static final Logger LOG = System.getLogger(Retention.class.getName());

    // Fixed at construction.
    private final JobStore store;
    private final ArtifactStore blobs;
    private final LogListener listener;
    private final Executor storeThreads;
    private final Timer timer;
    private final RandomGenerator random;
    private final Duration retention;
    private final Duration grain;
    private final Supplier<Set<String>> read;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private Timer.Alarm next = () -> {};

    @GuardedBy("lock")
    private Timer.Alarm nextKeeping = () -> {};

    /**
     * @param retention how long jobs are kept after their end
     * @param random shared by threads
     * @param read the jobs that somebody reads at this node, those left out that are surely not over
     */
    public Retention(
            JobStore store,
            ArtifactStore blobs,
            LogListener listener,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration retention,
            Supplier<Set<String>> read) {
        this.store = store;
        this.blobs = blobs;
        this.listener = listener;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.random = random;
        this.retention = retention;
        grain = most(least(retention.dividedBy(GRAINS_OF_RETENTION), GRAIN), LEAST_GRAIN);
        this.read = read;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration most(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Begins. */
    public void start() {
        batchIn(grain);
        keepSoon();
    }

    /** Ends; a batch that is under way finishes. */
    public void close() {
        synchronized (lock) {
            closed = true;
            next.cancel();
            nextKeeping.cancel();
        }
    }

    private void keepSoon() {
        synchronized (lock) {
            if (!closed) {
                nextKeeping = timer.after(Backoff.jittered(grain, random), this::beginKeeping);
            }
        }
    }

    private void beginKeeping() {
        try {
            storeThreads.execute(this::keep);
        } catch (RejectedExecutionException full) {
            keepSoon();
        }
    }

    private void keep() {
        try {
            store.keep(read.get(), retention, grain.multipliedBy(GRAINS_KEPT));
        } catch (StoreException away) {
            LOG.log(Level.DEBUG, "cannot say just now what is read here", away);
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "cannot say what is read here", failure);
        }
        keepSoon();
    }

    private void batchIn(Duration pause) {
        synchronized (lock) {
            if (!closed) {
                next = timer.after(Backoff.jittered(pause, random), this::begin);
            }
        }
    }

    private void begin() {
        try {
            storeThreads.execute(this::batch);
        } catch (RejectedExecutionException full) {
            batchIn(grain);
        }
    }

    private void batch() {
        var more = new boolean[1];
        Duration otherwise = most(least(retention, BETWEEN_ROUNDS), grain);
        try {
            boolean done = store.alone(() -> more[0] = remove());
            LOG.log(Level.TRACE, () -> done ? "removed what is old" : "another node removes what is old");
        } catch (StoreException away) {
            LOG.log(Level.DEBUG, "cannot remove what is old just now", away);
            otherwise = grain; // it may have been one job's row that somebody has locked
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "cannot remove what is old", failure);
        }
        batchIn(more[0] ? BETWEEN_BATCHES : otherwise);
    }

    /** Removes a batch of what there is; whether there may be more. */
    private boolean remove() {
        if (removeJobs()) {
            return true;
        }
        store.forgetKeys(KEPT);
        return blobs.sweep(KEPT) > 0;
    }

    private boolean removeJobs() {
        List<String> expired = store.expired(retention.plus(grain.multipliedBy(GRAINS_LATE)), BATCH);
        Set<String> readHere = read.get();
        boolean removed = false;
        for (String id : expired) {
            if (readHere.contains(id)) {
                continue;
            }
            var job = store.delete(id);
            removed |= job.isPresent();
            job.ifPresent(listener::deleted);
        }
        return removed && expired.size() == BATCH;
    }
}
