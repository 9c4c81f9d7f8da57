package dev.tidings.run;

import dev.tidings.job.JobState;
import dev.tidings.log.Appender;
import dev.tidings.log.JobStore;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Takes over running jobs whose lease is over, because their node or external worker fell silent. Such a job is queued
 * again, or ended when no attempt is left.
 *
 * <p>Every node looks four times in a lease. The first to lock the job's row decides.
 *
 * <p>Threads: looks run on store threads, one at a time.
 */
final class LeaseReaper {
    private static final int BATCH = 100;
    private static final Logger LOG = System.getLogger(LeaseReaper.class.getName());

    private final ClaimLoop claims;
    private final JobStore store;
    private final Appender appender;
    private final AttemptOutcomes outcomes;
    private final RandomGenerator random;
    private final Duration pause;
    private final Loop loop;

    LeaseReaper(
            ClaimLoop claims,
            JobStore store,
            Appender appender,
            AttemptOutcomes outcomes,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration lease) {
        this.claims = claims;
        this.store = store;
        this.appender = appender;
        this.outcomes = outcomes;
        this.random = random;
        this.pause = lease.dividedBy(4);
        this.loop = new Loop(
                LOG,
                "look for jobs whose lease is over",
                storeThreads,
                timer,
                new Backoff(pause, pause, random),
                this::look);
    }

    /** Looks at once: a node that died may have been this one. */
    void start() {
        loop.request();
    }

    void close() {
        loop.close();
    }

    private void look() {
        List<String> lapsed = store.lapsed(BATCH);
        lapsed.forEach(this::takeOver);
        loop.next(Backoff.jittered(lapsed.size() < BATCH ? pause : pause.dividedBy(10), random));
    }

    private void takeOver(String job) {
        var unused = appender.write(new Write(job, outcomes::takenOver)).thenAccept(written -> {
            if (written instanceof WriteResult.Done done) {
                JobState state = done.row().job().state();
                LOG.log(Level.INFO, "the lease of job " + job + " is over; the job is " + state.word() + " now");
                if (state == JobState.QUEUED) {
                    claims.request();
                }
            }
        });
    }
}
