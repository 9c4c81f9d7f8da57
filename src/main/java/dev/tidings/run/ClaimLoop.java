package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobState;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.WriteResult;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;

/**
 * Claims as many due jobs as this node has slots for, and starts an attempt at each.
 *
 * <p>A round of claims follows each {@link #request}, the time when the next queued job falls due, and every few seconds
 * in any case. One round is under way at a time.
 *
 * <p>Threads: any may call; rounds run on store threads, attempts on job threads.
 */
final class ClaimLoop implements Attempt.Listener {
    /** The longest time between two rounds. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    /** The shortest wait for a job that is due but could not be claimed, as when another node is at it. */
    private static final Duration CONTENDED = Duration.ofMillis(100);

    private static final Duration FIRST_REST = Duration.ofMillis(100);

    private static final Logger LOG = System.getLogger(ClaimLoop.class.getName());

    // Fixed at construction.
    private final JobStore store;
    private final JobTypes types;
    private final LogListener listener;
    private final Executor jobThreads;
    private final Attempts attempts;
    private final AttemptServices services;
    private final AttemptOutcomes outcomes;
    private final String claimant;
    private final RandomGenerator random;
    private final RunSettings settings;
    private final Runnable settled;
    private final Loop loop;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean open;

    @GuardedBy("lock")
    private boolean inRound;

    @GuardedBy("lock")
    private boolean graceOver;

    // Owned by the round.
    private boolean putBack;

    /** @param settled called when an attempt is settled or over, and after each round; any thread, without a lock */
    ClaimLoop(
            JobStore store,
            JobTypes types,
            LogListener listener,
            Executor jobThreads,
            Executor storeThreads,
            Attempts attempts,
            AttemptServices services,
            AttemptOutcomes outcomes,
            String claimant,
            Runnable settled) {
        this.store = store;
        this.types = types;
        this.listener = listener;
        this.jobThreads = jobThreads;
        this.attempts = attempts;
        this.services = services;
        this.outcomes = outcomes;
        this.claimant = claimant;
        this.random = services.random();
        this.settings = services.settings();
        this.settled = settled;
        this.loop = new Loop(
                LOG,
                "claim jobs",
                storeThreads,
                services.timer(),
                new Backoff(FIRST_REST, LONGEST_PAUSE, random),
                this::round);
    }

    void start() {
        synchronized (lock) {
            open = true;
        }
        loop.request();
    }

    /** Claims nothing more. A round that is under way ends by itself. */
    void close() {
        synchronized (lock) {
            open = false;
        }
        loop.close();
    }

    /** Says that there may be a job to claim. Cheap. */
    void request() {
        synchronized (lock) {
            if (!open) {
                return;
            }
        }
        loop.request();
    }

    /** Acts on a job as it is now: claims it when it is queued, stops its attempt here when that was requested. */
    void seen(Job job) {
        if (job.state() == JobState.QUEUED) {
            request();
        } else if (job.cancelRequested() && job.state() == JobState.RUNNING) {
            attempts.cancel(job.id());
        }
    }

    /** Whether a round is under way, which may still start attempts. */
    boolean inRound() {
        synchronized (lock) {
            return inRound;
        }
    }

    /** Hands over all attempts, and those that the round under way still starts. */
    void handOver() {
        synchronized (lock) {
            graceOver = true;
        }
        attempts.all().forEach(Attempt::handOver);
    }

    private void round() {
        synchronized (lock) {
            if (!open) {
                return;
            }
            inRound = true;
        }
        attempts.roundBegins();
        putBack = false;
        try {
            Duration pause = claim();
            if (putBack) {
                loop.rest(Backoff.jittered(LONGEST_PAUSE, random));
            } else {
                loop.next(pause);
            }
        } finally {
            attempts.roundEnded();
            synchronized (lock) {
                inRound = false;
            }
            settled.run();
        }
    }

    /** Claims what there are slots for and answers when to claim again. */
    private Duration claim() {
        int slots = settings.concurrency() - attempts.slotsTaken();
        if (slots <= 0) {
            return Backoff.jittered(LONGEST_PAUSE, random);
        }
        Set<String> handled = types.handled();
        long beganNanos = services.timer().nanoTime();
        List<WriteResult.Done> claimed = store.claim(claimant, handled, slots, settings.lease());
        long heldUntilNanos = beganNanos + settings.lease().toNanos();
        for (WriteResult.Done done : claimed) {
            tell(done.growth());
            begin(done.row(), heldUntilNanos);
        }
        if (claimed.size() == slots) {
            return Backoff.jittered(LONGEST_PAUSE, random);
        }
        Optional<Duration> due = store.untilDue(handled);
        Duration shortest = Backoff.jittered(CONTENDED, random);
        Duration longest = Backoff.jittered(LONGEST_PAUSE, random);
        if (due.isEmpty() || due.get().compareTo(longest) > 0) {
            return longest;
        }
        return due.get().compareTo(shortest) > 0 ? due.get() : shortest;
    }

    private void begin(JobRow row, long heldUntilNanos) {
        String job = row.job().id();
        JobHandler<?> handler = types.handler(row.job().type()).orElseThrow();
        List<InputFile> inputs = List.of();
        boolean readable = true;
        try {
            if (handler.type().maxInputs() > 0) {
                inputs = store.inputs(job);
            }
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "cannot read the inputs of job " + job + "; it is queued again", failure);
            readable = false;
        }
        var attempt = new Attempt(services, outcomes, handler, row, inputs, heldUntilNanos, this);
        attempts.add(attempt);
        if (!readable || !taken(attempt)) {
            putBack = true;
            attempt.refused();
            return;
        }
        boolean late;
        synchronized (lock) {
            late = graceOver;
        }
        if (late) {
            attempt.handOver();
        }
    }

    private boolean taken(Attempt attempt) {
        try {
            jobThreads.execute(attempt);
            return true;
        } catch (RejectedExecutionException full) {
            LOG.log(Level.WARNING, "no job thread was free for job " + attempt.jobId() + "; it is queued again");
            return false;
        }
    }

    @Override
    public void changed(Attempt attempt) {
        if (attempt.over() && attempts.remove(attempt)) {
            request();
        }
        settled.run();
    }

    @Override
    public void ignoresInterruption(Attempt attempt) {
        String job = "job " + attempt.jobId() + " ignores its interruption";
        if (attempts.abandon(attempt)) {
            LOG.log(Level.WARNING, job + " and is abandoned; its slot is free, its thread may still be busy");
            request();
        } else if (!attempt.over()) {
            LOG.log(
                    Level.ERROR,
                    job + ", and " + attempts.abandoned()
                            + " others are abandoned; its slot stays taken until its thread ends");
        }
    }

    private void tell(WriteResult.Appended growth) {
        try {
            listener.grown(growth);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.ERROR,
                    "a listener failed to take events of job " + growth.job().id(),
                    failure);
        }
    }
}
