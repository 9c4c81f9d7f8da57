package dev.tidings.run;

import dev.tidings.job.Event;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Problem;
import dev.tidings.log.JobRow;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.run.AttemptLog.End;
import dev.tidings.run.AttemptLog.Ending;
import dev.tidings.time.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** How attempts end. Each outcome is decided from the job's row under its lock. */
final class AttemptOutcomes {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final int attempts;
    private final int logLines;
    private final Backoff pauses;

    /**
     * @param attempts how many attempts a job has
     * @param logLines how many lines a job's log has
     */
    AttemptOutcomes(int attempts, int logLines, RandomGenerator random) {
        this.attempts = attempts;
        this.logLines = logLines;
        this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
    }

    /** The handler returned. */
    static End succeeded(Json result) {
        return row -> new Ending(new Event.Succeeded(result), false);
    }

    /** Trying again is useless. */
    static End failedForGood(Problem problem) {
        return row -> new Ending(new Event.Failed(problem), false);
    }

    /** The handler threw: cancelled when that was asked for, else tried again while attempts are left. */
    End failed(Problem problem) {
        return row -> {
            if (row.job().cancelRequested()) {
                return new Ending(cancelled(row), false);
            }
            if (row.tries() >= attempts) {
                return new Ending(new Event.Failed(problem), false);
            }
            var notBefore = row.now().plus(pauses.after(row.tries()));
            return new Ending(new Event.Retrying(row.job().attempt(), notBefore, problem), false);
        };
    }

    /** The node cannot go on with it: put back, and the attempt does not count. */
    static End handedOver() {
        return row ->
                row.job().cancelRequested() ? new Ending(cancelled(row), false) : new Ending(new Event.Queued(), true);
    }

    /** What becomes of a running job whose owner fell silent; nothing when it did not. */
    Verdict takenOver(JobRow row) {
        if (!row.lapsed() || row.job().state() != JobState.RUNNING) {
            return Verdict.NOTHING;
        }
        return abandoned(row);
    }

    /** What becomes of a running job that nobody runs. */
    Verdict abandoned(JobRow row) {
        if (row.worker()) {
            return worker(row);
        }
        if (row.job().cancelRequested()) {
            return Verdict.append(cancelled(row));
        }
        if (row.tries() >= attempts) {
            return Verdict.append(new Event.Failed(Problem.workerLost(
                    "The node that ran the job stopped responding. This was the last of " + attempts + " attempts.")));
        }
        return Verdict.append(new Event.Queued());
    }

    private Verdict worker(JobRow row) {
        Event end = row.job().cancelRequested()
                ? cancelled(row)
                : new Event.Failed(Problem.workerLost("The worker stopped reporting."));
        int surplus = row.logLines() - logLines;
        return surplus > 0 ? Verdict.append(leftOut(surplus, logLines), end) : Verdict.append(end);
    }

    /** The last line of a log that had more lines than it may have. */
    static Event leftOut(long surplus, int logLines) {
        return new Event.Log(
                LogLevel.WARN,
                surplus + (surplus == 1 ? " more line was" : " more lines were") + " left out: a job's log has at most "
                        + logLines);
    }

    static Event cancelled(JobRow row) {
        return new Event.Cancelled(
                Objects.requireNonNullElse(row.cancelBy(), row.job().owner()));
    }
}
