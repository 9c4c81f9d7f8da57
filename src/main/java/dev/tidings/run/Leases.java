package dev.tidings.run;

import dev.tidings.job.JobState;
import dev.tidings.log.Appender;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Keeps this node's claims: renews all leases three times in a lease, and finds out which claims are lost.
 *
 * <ul>
 *   <li>A claim that a renewal does not show is another's: its attempt is stopped.
 *   <li>When no renewal has worked for as long as the lease, all claims may be another's: all attempts are stopped.
 *   <li>A claim that two renewals show and that nobody runs here is given back: its commit ended without an answer. A
 *       round of claims that was under way at the first renewal must have ended before the second. It may have claimed
 *       the job and not started the attempt yet.
 * </ul>
 *
 * <p>Threads: renewals run on store threads, one at a time; the watch on the timer's.
 */
final class Leases {
    private static final Logger LOG = System.getLogger(Leases.class.getName());

    // Fixed at construction.
    private final Attempts attempts;
    private final ClaimLoop claims;
    private final JobStore store;
    private final Appender appender;
    private final Timer timer;
    private final RandomGenerator random;
    private final Duration lease;
    private final String claimant;
    private final Backoff pauses;
    private final Loop renewal;
    private final Loop watch;

    // Owned by the renewal.
    private Map<String, Long> unknown = Map.of();
    private long roundsBefore; // rounds of claims that had begun when those were found

    Leases(
            Attempts attempts,
            ClaimLoop claims,
            JobStore store,
            Appender appender,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration lease,
            String claimant) {
        this.attempts = attempts;
        this.claims = claims;
        this.store = store;
        this.appender = appender;
        this.timer = timer;
        this.random = random;
        this.lease = lease;
        this.claimant = claimant;
        this.pauses = new Backoff(lease.dividedBy(20), lease.dividedBy(6), random);
        this.renewal = new Loop(LOG, "renew the leases of this node", storeThreads, timer, pauses, this::renew);
        this.watch = new Loop(LOG, "watch the leases of this node", Runnable::run, timer, pauses, this::watch);
    }

    void start() {
        renewal.next(Backoff.jittered(lease.dividedBy(3), random));
        watch.request();
    }

    void close() {
        renewal.close();
        watch.close();
    }

    private void renew() {
        List<Attempt> before = attempts.live();
        long beganNanos = timer.nanoTime();
        JobStore.Renewal answer = store.renew(claimant, lease);
        Map<String, Long> held = answer.held();
        long heldUntilNanos = beganNanos + lease.toNanos();
        for (Attempt attempt : before) {
            Long claim = held.get(attempt.jobId());
            if (claim != null && claim == attempt.claim()) {
                attempt.heldUntil(heldUntilNanos);
            } else if (!attempt.ending()
                    && !Long.valueOf(attempt.claim()).equals(answer.busy().get(attempt.jobId()))) {
                attempt.lose("its lease is not this node's any more");
            }
        }
        giveBackUnknown(held);
        if (!before.isEmpty()) {
            look(before.stream().map(Attempt::jobId).toList());
        }
        renewal.next(answer.busy().isEmpty() ? Backoff.jittered(lease.dividedBy(3), random) : pauses.after(1));
    }

    private void giveBackUnknown(Map<String, Long> held) {
        long roundsBegun = attempts.roundsBegun();
        boolean roundsOver = attempts.roundsEnded() >= roundsBefore; // read before who is live
        var left = new HashMap<>(held);
        for (Attempt attempt : attempts.live()) {
            left.remove(attempt.jobId(), attempt.claim());
        }
        left.forEach((job, claim) -> {
            if (roundsOver && claim.equals(unknown.get(job))) {
                giveBack(job, claim);
            }
        });
        unknown = left;
        roundsBefore = roundsBegun;
    }

    private void giveBack(String job, long claim) {
        LOG.log(Level.WARNING, "job " + job + " is claimed by this node but does not run here; it is queued again");
        var unused = appender.write(new Write(job, row -> givenBack(row, claim)))
                .thenAccept(written -> {
                    if (written instanceof WriteResult.Done) {
                        claims.request();
                    }
                });
    }

    private static Verdict givenBack(JobRow row, long claim) {
        if (row.claim() != claim || row.job().state() != JobState.RUNNING || row.worker()) {
            return Verdict.NOTHING;
        }
        AttemptLog.Ending ending = AttemptOutcomes.handedOver().on(row);
        return new Verdict(List.of(ending.event()), null, ending.refund(), null);
    }

    /** Looks whether jobs that run here are to stop. Blocks in the store. */
    void look(Collection<String> jobs) {
        store.find(jobs).values().forEach(claims::seen);
    }

    /** Stops attempts whose lease is over by this node's own clock, whether the store answers or not. */
    private void watch() {
        long nowNanos = timer.nanoTime();
        for (Attempt attempt : attempts.live()) {
            if (nowNanos - attempt.heldUntilNanos() >= 0 && !attempt.ending()) {
                attempt.lose("its lease could not be renewed");
            }
        }
        watch.next(lease.dividedBy(10));
    }
}
