package dev.tidings.run;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Deletes expired jobs, idempotency keys and unreferenced blobs, in batches, on one node at a time: at the start, then
 * every hour, or once per {@code retention} where that is shorter.
 *
 * <p>A job that any node is serving is not deleted. Every 30 s, or {@code retention / 4} if shorter, each node extends
 * {@code kept_until} for the expired jobs that it is serving, by four such intervals. So a few missed extensions are
 * harmless. Deletion starts two intervals after the expiry, so that every node has extended at least once.
 *
 * <p>Threads: both loops run on store threads.
 */
public final class Retention {
    /** How long idempotency keys are kept (contract §4), and bytes that nobody has named. */
    static final Duration KEPT = Duration.ofHours(24);

    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(30);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(500);
    private static final int INTERVALS_PER_RETENTION = 4;
    private static final int INTERVALS_KEPT = 4;
    private static final int INTERVALS_LATE = 2;

    static final int BATCH = 50;
    private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);
    private static final Duration BETWEEN_BATCHES = Duration.ofMillis(500);
    private static final Logger LOG = System.getLogger(Retention.class.getName());

    private final JobStore store;
    private final ArtifactStore blobs;
    private final LogListener listener;
    private final RandomGenerator random;
    private final Duration retention;
    private final Duration interval;
    private final Supplier<Set<String>> read;
    private final Loop removal;
    private final Loop keeping;

    /**
     * @param retention how long jobs are kept after their end
     * @param random shared by threads
     * @param read the jobs that are read at this node; those that are surely not finished may be left out
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
        this.random = random;
        this.retention = retention;
        this.read = read;
        interval = most(least(retention.dividedBy(INTERVALS_PER_RETENTION), LONGEST_INTERVAL), SHORTEST_INTERVAL);
        var pauses = new Backoff(interval, interval, random);
        removal = new Loop(LOG, "delete expired jobs", storeThreads, timer, pauses, this::removeBatch);
        keeping = new Loop(LOG, "keep the expired jobs that are read here", storeThreads, timer, pauses, this::keep);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration most(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    public void start() {
        removal.next(Backoff.jittered(interval, random));
        keeping.next(Backoff.jittered(interval, random));
    }

    /** Prevents further batches. One that is under way finishes. */
    public void close() {
        removal.close();
        keeping.close();
    }

    private void keep() {
        store.keep(read.get(), retention, interval.multipliedBy(INTERVALS_KEPT));
        keeping.next(Backoff.jittered(interval, random));
    }

    private void removeBatch() {
        var more = new AtomicBoolean();
        store.alone(() -> more.set(remove()));
        Duration pause = more.get() ? BETWEEN_BATCHES : most(least(retention, BETWEEN_ROUNDS), interval);
        removal.next(Backoff.jittered(pause, random));
    }

    /** Removes a batch. Answers whether there may be more. */
    private boolean remove() {
        if (removeJobs()) {
            return true;
        }
        store.forgetKeys(KEPT);
        return blobs.sweep(KEPT) > 0;
    }

    private boolean removeJobs() {
        List<String> expired = store.expired(retention.plus(interval.multipliedBy(INTERVALS_LATE)), BATCH);
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
