package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.log.Appender;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.NodeIncarnation;
import dev.tidings.log.WakeUps;
import dev.tidings.log.WriteResult;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Runs this node's share of the jobs, of the types that have handlers here.
 *
 * <p>{@link ClaimLoop} claims jobs and starts {@link Attempts}, {@link Leases} keeps what was claimed,
 * {@link LeaseReaper} takes over what other nodes lost. This class starts, drains and stops them, and passes on which jobs
 * have changed.
 *
 * <p>Threads: any may call; nothing here blocks the caller.
 */
public final class Runner implements LogListener, WakeUps.Listener {
    /** Hints of other nodes gather for so long before a look. */
    private static final Duration HINTS_GATHER = Duration.ofMillis(50);

    private static final Logger LOG = System.getLogger(Runner.class.getName());

    // Fixed at construction.
    private final Timer timer;
    private final RandomGenerator random;
    private final Attempts attempts;
    private final ClaimLoop claims;
    private final Leases leases;
    private final LeaseReaper reaper;
    private final UnhandledTypes unhandled;
    private final Loop hints;

    // Shared.
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private final Object lock = new Object();

    @GuardedBy("lock")
    private Set<String> hinted = new HashSet<>();

    @GuardedBy("lock")
    private boolean draining;

    /**
     * @param listener hears of the {@code started} events, as the appender's does of all others
     * @param jobThreads runs handlers; has at least {@link RunSettings#concurrency} threads, and one more for each attempt
     *     that may be abandoned
     * @param storeThreads blocks in the store; is never interrupted
     * @param random shared by threads
     */
    public Runner(
            JobStore store,
            ArtifactStore blobs,
            Appender appender,
            JobTypes types,
            Binding binding,
            LogListener listener,
            Executor jobThreads,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            RunSettings settings) {
        this.timer = timer;
        this.random = random;
        String claimant = NodeIncarnation.of(settings.node(), random);
        var outcomes = new AttemptOutcomes(settings.attempts(), settings.logLines(), random);
        var services = new AttemptServices(
                appender, blobs, new StoreThreads(storeThreads, timer, random), timer, binding, random, settings);
        attempts = new Attempts(settings.mostAbandoned());
        claims = new ClaimLoop(
                store,
                types,
                listener,
                jobThreads,
                storeThreads,
                attempts,
                services,
                outcomes,
                claimant,
                this::completeDrain);
        leases = new Leases(attempts, claims, store, appender, storeThreads, timer, random, settings.lease(), claimant);
        reaper = new LeaseReaper(claims, store, appender, outcomes, storeThreads, timer, random, settings.lease());
        unhandled = new UnhandledTypes(LOG, store, types, storeThreads, timer, random);
        hints = new Loop(
                LOG,
                "look at the jobs that hints of other nodes name",
                storeThreads,
                timer,
                new Backoff(HINTS_GATHER, settings.lease(), random),
                this::lookAtHinted);
    }

    /** Begins to claim jobs and to take over lost ones. */
    public void start() {
        claims.start();
        leases.start();
        reaper.start();
        unhandled.start();
    }

    /** Stops all loops. Call {@link #drain} before: an attempt that still runs is lost to its lease. */
    public void close() {
        claims.close();
        leases.close();
        reaper.close();
        unhandled.close();
        hints.close();
    }

    /** How many attempts have a slot at this node. */
    public int running() {
        return attempts.slotsTaken();
    }

    /** How many queued jobs have waited for long and are of a type without a handler here. */
    public int unhandled() {
        return unhandled.waiting();
    }

    /** How many attempts ignored their interruption and were abandoned, with a thread that may be busy. */
    public int abandoned() {
        return attempts.abandoned();
    }

    /**
     * Claims no more jobs, lets attempts finish within {@code grace}, then interrupts and hands over those left. Cannot be
     * undone; a second call changes nothing.
     *
     * @return completes when no attempt here owns a job
     */
    public CompletableFuture<Void> drain(Duration grace) {
        boolean first;
        synchronized (lock) {
            first = !draining;
            draining = true;
        }
        claims.close();
        if (first) {
            timer.after(grace, claims::handOver);
        }
        completeDrain();
        return drained.copy();
    }

    private void completeDrain() {
        synchronized (lock) {
            if (!draining) {
                return;
            }
        }
        if (!claims.inRound() && attempts.live().isEmpty()) {
            drained.complete(null);
        }
    }

    // Jobs that have changed.

    @Override
    public void grown(WriteResult.Appended growth) {
        claims.seen(growth.job());
    }

    @Override
    public void deleted(Job job) {}

    @Override
    public void unsure(String job) {
        look(List.of(job));
    }

    @Override
    public void grown(Set<WakeUps.Hint> jobs) {
        look(jobs.stream().map(WakeUps.Hint::job).toList());
    }

    @Override
    public void missed() {
        look(attempts.live().stream().map(Attempt::jobId).toList());
    }

    private void look(Collection<String> jobs) {
        synchronized (lock) {
            hinted.addAll(jobs);
        }
        hints.next(Backoff.jittered(HINTS_GATHER, random));
    }

    private void lookAtHinted() {
        Set<String> named;
        synchronized (lock) {
            named = hinted;
            hinted = new HashSet<>();
        }
        claims.request();
        Set<String> mine = attempts.live().stream()
                .map(Attempt::jobId)
                .filter(named::contains)
                .collect(Collectors.toSet());
        if (mine.isEmpty()) {
            return;
        }
        try {
            leases.look(mine);
        } catch (RuntimeException failure) {
            synchronized (lock) {
                hinted.addAll(mine);
            }
            throw failure;
        }
    }
}
