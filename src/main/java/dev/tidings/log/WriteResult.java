package dev.tidings.log;

import dev.tidings.job.Job;
import java.util.List;

/** What became of a {@link Write}. */
public sealed interface WriteResult {
    /**
     * It is committed.
     *
     * @param row after the change
     * @param growth what was appended; empty when only the lease or such changed
     */
    record Done(JobRow row, Appended growth) implements WriteResult {}

    /** The decision was to leave everything as it is; the row tells why. */
    record Unchanged(JobRow row) implements WriteResult {}

    /**
     * The decision was to refuse the write.
     *
     * @param reason for the caller, from {@link RowDecision.Verdict#refuse}
     */
    record Refused(JobRow row, String reason) implements WriteResult {}

    /** What became of a decision that changes nothing. */
    static WriteResult unchanged(JobRow row, RowDecision.Verdict verdict) {
        return verdict.refusal() == null ? new Unchanged(row) : new Refused(row, verdict.refusal());
    }

    /** The same key and content was written before; the job as it is now. */
    record Repeated(Job job) implements WriteResult {}

    /** The same key was used for something else. */
    record KeyReused() implements WriteResult {}

    /** Another transaction holds the job's row; try again in a moment. */
    record Busy() implements WriteResult {}

    /** This job does not exist, or it belongs to somebody else. */
    record Missing() implements WriteResult {}

    /**
     * Entries that a log has just got.
     *
     * @param after the log's newest number before
     * @param entries every new one, oldest first, none conflated away
     */
    record Appended(Job job, long after, List<LogEntry> entries) {
        public Appended {
            entries = List.copyOf(entries);
        }
    }
}
