package dev.tidings.run;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.log.Appender;
import dev.tidings.log.JobRow;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Cancels jobs, whoever runs them. A queued job is cancelled at once, a running one is asked to stop, and a finished one
 * stays as it is. Safe to repeat. The node that runs the job learns of it as a {@link Runner} learns of any change.
 *
 * <p>Threads: any.
 */
public final class Cancellation {
    private final Appender appender;

    public Cancellation(Appender appender) {
        this.appender = appender;
    }

    /**
     * Cancels a job.
     *
     * @param by who asks
     * @return the job as it is then, which tells what happened: {@code cancelled} now or before, {@code running} and to be
     *     stopped, or otherwise finished; empty when there is none. Fails with
     *     {@link dev.tidings.log.StoreException} when the store does
     */
    public CompletableFuture<Optional<Job>> cancel(String id, String by) {
        return appender.write(new Write(id, row -> decide(row, by))).thenApply(Cancellation::job);
    }

    private static Verdict decide(JobRow row, String by) {
        if (row.job().state() == JobState.QUEUED) {
            return Verdict.append(new Event.Cancelled(by));
        }
        if (row.job().state() == JobState.RUNNING && !row.job().cancelRequested()) {
            return Verdict.append(new Event.Cancelling(by));
        }
        return Verdict.NOTHING;
    }

    private static Optional<Job> job(WriteResult written) {
        if (written instanceof WriteResult.Done done) {
            return Optional.of(done.row().job());
        }
        if (written instanceof WriteResult.Unchanged unchanged) {
            return Optional.of(unchanged.row().job());
        }
        return Optional.empty();
    }
}
