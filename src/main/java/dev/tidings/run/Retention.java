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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Removes what has been kept long enough: finished jobs with all that is theirs, idempotency keys, and bytes that nobody
 * ever named. In small batches with pauses, at the start and about every hour, by one node at a time. A job that somebody
 * reads at this node is left for the next round.
 *
 * <p>Threads: works on store threads, a batch at a time.
 */
public final class Retention {
    /** How long idempotency keys are kept (contract §4), and bytes that nobody has named. */
    static final Duration KEPT = Duration.ofHours(24);

    static final int BATCH = 50;
    private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);
    private static final Duration BETWEEN_BATCHES = Duration.ofMillis(500);
    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Logger LOG = System.getLogger(Retention.class.getName());

    // Fixed at construction.
    private final JobStore store;
    private final ArtifactStore blobs;
    private final LogListener listener;
    private final Executor storeThreads;
    private final Timer timer;
    private final RandomGenerator random;
    private final Duration retention;
    private final Predicate<String> read;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private Timer.Alarm next = () -> {};

    /**
     * @param retention how long jobs are kept after their end
     * @param random shared by threads
     * @param read whether somebody reads a job at this node
     */
    public Retention(
            JobStore store,
            ArtifactStore blobs,
            LogListener listener,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration retention,
            Predicate<String> read) {
        this.store = store;
        this.blobs = blobs;
        this.listener = listener;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.random = random;
        this.retention = retention;
        this.read = read;
    }

    /** Begins. */
    public void start() {
        batchIn(FIRST);
    }

    /** Ends; a batch that is under way finishes. */
    public void close() {
        synchronized (lock) {
            closed = true;
            next.cancel();
        }
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
            batchIn(FIRST);
        }
    }

    private void batch() {
        var more = new boolean[1];
        try {
            boolean done = store.alone(() -> more[0] = remove());
            LOG.log(Level.TRACE, () -> done ? "removed what is old" : "another node removes what is old");
        } catch (StoreException away) {
            LOG.log(Level.DEBUG, "cannot remove what is old just now", away);
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "cannot remove what is old", failure);
        }
        batchIn(more[0] ? BETWEEN_BATCHES : BETWEEN_ROUNDS);
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
        List<String> expired = store.expired(retention, BATCH);
        boolean removed = false;
        for (String id : expired) {
            if (read.test(id)) {
                continue;
            }
            var job = store.delete(id);
            removed |= job.isPresent();
            job.ifPresent(listener::deleted);
        }
        return removed && expired.size() == BATCH;
    }
}
