package dev.tidings.log;

import dev.tidings.job.Job;
import java.util.List;

/** What became of a {@link Write}. */
public sealed interface Written {
    /**
     * It is committed.
     *
     * @param row after the change
     * @param growth what was appended; empty when only the lease or such changed
     */
    record Done(JobRow row, Growth growth) implements Written {}

    /** The decision was to leave everything as it is; the row tells why. */
    record Unchanged(JobRow row) implements Written {}

    /**
     * The decision was to refuse the write.
     *
     * @param reason for the caller, from {@link Decision.Verdict#refuse}
     */
    record Refused(JobRow row, String reason) implements Written {}

    /** What became of a decision that changes nothing. */
    static Written unchanged(JobRow row, Decision.Verdict verdict) {
        return verdict.refusal() == null ? new Unchanged(row) : new Refused(row, verdict.refusal());
    }

    /** The same key and content was written before; the job as it is now. */
    record Repeated(Job job) implements Written {}

    /** The same key was used for something else. */
    record KeyReused() implements Written {}

    /** Another transaction holds the job's row; try again in a moment. */
    record Busy() implements Written {}

    /** This job does not exist, or it belongs to somebody else. */
    record Missing() implements Written {}

    /**
     * Entries that a log has just got.
     *
     * @param after the log's newest number before
     * @param entries every new one, oldest first, none conflated away
     */
    record Growth(Job job, long after, List<LogEntry> entries) {
        public Growth {
            entries = List.copyOf(entries);
        }
    }
}
