package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.JobState;
import dev.tidings.log.Appender;
import dev.tidings.log.Decision.Verdict;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.Write;
import dev.tidings.log.Written;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;

/**
 * Keeps this node's claims: renews all leases three times in a lease, and finds out what is not this node's any more.
 *
 * <ul>
 *   <li>A claim that a renewal does not show is another's: its attempt is stopped.
 *   <li>When no renewal has worked for as long as the lease, all claims may be another's: the attempts are stopped,
 *       without asking.
 *   <li>A claim that two renewals show and that nobody runs here is given back: its commit ended without an answer. A look
 *       that was under way at the first must have ended before the second, since it may have claimed and not begun yet.
 * </ul>
 *
 * <p>Threads: renewals run on store threads, one at a time; the watch on the timer's.
 */
final class Leases {
    private static final Logger LOG = System.getLogger(Leases.class.getName());

    // Fixed at construction.
    private final Runner runner;
    private final JobStore store;
    private final Appender appender;
    private final Executor storeThreads;
    private final Timer timer;
    private final RandomGenerator random;
    private final Duration lease;
    private final String claimant;
    private final Backoff pauses;

    // Owned by the renewal.
    private Map<String, Long> unknown = Map.of();
    private long unknownLooks; // how many looks had begun when those were found
    private int failures;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private Timer.Alarm nextRenewal = () -> {};

    @GuardedBy("lock")
    private Timer.Alarm nextWatch = () -> {};

    Leases(
            Runner runner,
            JobStore store,
            Appender appender,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration lease,
            String claimant) {
        this.runner = runner;
        this.store = store;
        this.appender = appender;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.random = random;
        this.lease = lease;
        this.claimant = claimant;
        this.pauses = new Backoff(lease.dividedBy(20), lease.dividedBy(6), random);
    }

    void start() {
        renewIn(Backoff.jittered(lease.dividedBy(3), random));
        watch();
    }

    void close() {
        synchronized (lock) {
            closed = true;
            nextRenewal.cancel();
            nextWatch.cancel();
        }
    }

    private void renewIn(Duration pause) {
        synchronized (lock) {
            if (!closed) {
                nextRenewal = timer.after(pause, this::begin);
            }
        }
    }

    private void begin() {
        try {
            storeThreads.execute(this::renew);
        } catch (RejectedExecutionException full) {
            renewIn(pauses.after(1));
        }
    }

    private void renew() {
        try {
            boolean all = renewAll();
            failures = 0;
            renewIn(all ? Backoff.jittered(lease.dividedBy(3), random) : pauses.after(1));
        } catch (RuntimeException | Error failure) {
            failures++;
            if (failures == 1) {
                LOG.log(Level.WARNING, "cannot renew the leases; trying again until it works", failure);
            }
            renewIn(pauses.after(failures));
        }
    }

    /** Whether all that this node has could be renewed. */
    private boolean renewAll() {
        List<Attempt> before = runner.live();
        long beganNanos = timer.nanoTime();
        JobStore.Renewal renewal = store.renew(claimant, lease);
        Map<String, Long> held = renewal.held();
        long heldUntilNanos = beganNanos + lease.toNanos();
        for (Attempt attempt : before) {
            Long claim = held.get(attempt.jobId());
            if (claim != null && claim == attempt.claim()) {
                attempt.heldUntil(heldUntilNanos);
            } else if (!attempt.ending()
                    && !Long.valueOf(attempt.claim()).equals(renewal.busy().get(attempt.jobId()))) {
                attempt.lose("its lease is not this node's any more");
            }
        }
        giveBackUnknown(held);
        if (!before.isEmpty()) {
            look(before.stream().map(Attempt::jobId).toList());
        }
        return renewal.busy().isEmpty();
    }

    private void giveBackUnknown(Map<String, Long> held) {
        long looksBegun = runner.looksBegun();
        boolean looksOver = runner.looksEnded() >= unknownLooks; // asked before who is live
        var left = new HashMap<>(held);
        for (Attempt attempt : runner.live()) {
            left.remove(attempt.jobId(), attempt.claim());
        }
        left.forEach((job, claim) -> {
            if (looksOver && claim.equals(unknown.get(job))) {
                giveBack(job, claim);
            }
        });
        unknown = left;
        unknownLooks = looksBegun;
    }

    private void giveBack(String job, long claim) {
        LOG.log(Level.WARNING, "job " + job + " is claimed by this node but does not run here; it is given back");
        var unused = appender.write(new Write(job, row -> givenBack(row, claim)))
                .thenAccept(written -> {
                    if (written instanceof Written.Done) {
                        runner.wake();
                    }
                });
    }

    private static Verdict givenBack(JobRow row, long claim) {
        if (row.claim() != claim || row.job().state() != JobState.RUNNING || row.worker()) {
            return Verdict.NOTHING;
        }
        Outbox.Ending ending = Endings.handedOver().on(row);
        return new Verdict(List.of(ending.event()), null, ending.refund(), null);
    }

    /** Looks whether jobs that run here are to stop. */
    void check(Collection<String> jobs) {
        try {
            storeThreads.execute(() -> {
                try {
                    look(jobs);
                } catch (RuntimeException failure) {
                    LOG.log(Level.DEBUG, "cannot look at jobs that run here; the next renewal does", failure);
                }
            });
        } catch (RejectedExecutionException full) {
            LOG.log(Level.DEBUG, "cannot look at jobs that run here; the next renewal does", full);
        }
    }

    private void look(Collection<String> jobs) {
        store.find(jobs).values().forEach(runner::heed);
    }

    /** Stops attempts whose lease is over by this node's own clock, whether the store answers or not. */
    private void watch() {
        long nowNanos = timer.nanoTime();
        for (Attempt attempt : runner.live()) {
            if (nowNanos - attempt.heldUntilNanos() >= 0 && !attempt.ending()) {
                attempt.lose("its lease could not be renewed");
            }
        }
        synchronized (lock) {
            if (!closed) {
                nextWatch = timer.after(lease.dividedBy(10), this::watch);
            }
        }
    }
}
