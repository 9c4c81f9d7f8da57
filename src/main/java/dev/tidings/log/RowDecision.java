package dev.tidings.log;

import dev.tidings.job.Event;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to append to a job's log, decided from its row while that is locked.
 *
 * <p>Runs on a store thread inside a transaction: memory work only. It may run again when the transaction is repeated.
 */
@FunctionalInterface
public interface RowDecision {
    /** Answers the verdict for the job as it is now. */
    Verdict on(JobRow row);

    /**
     * Events to append, and what else becomes of the row.
     *
     * <p>What events do to the row by themselves: {@code queued}, {@code retrying} and the terminal ones end the claim
     * (node and lease are cleared, the token is raised).
     *
     * @param events in order; empty appends nothing
     * @param ordinal the row's new {@link JobRow#ordinal}; null leaves it
     * @param refund whether the attempt that ends here does not count ({@link JobRow#tries} falls by one)
     * @param lease how long from now the claim holds; null leaves it
     * @param leftOut lines that the log has no room for; {@link JobRow#logLines} counts them all the same
     * @param refusal why the write is refused, for its caller; null when it is not. A refusal changes nothing
     */
    record Verdict(
            List<Event> events,
            @Nullable Long ordinal,
            boolean refund,
            @Nullable Duration lease,
            int leftOut,
            @Nullable String refusal) {
        /** Leaves everything as it is. */
        public static final Verdict NOTHING = new Verdict(List.of(), null, false, null);

        public Verdict {
            events = List.copyOf(events);
        }

        /** Leaves no line out. */
        public Verdict(List<Event> events, @Nullable Long ordinal, boolean refund, @Nullable Duration lease) {
            this(events, ordinal, refund, lease, 0, null);
        }

        /** Appends events that no owner numbered. */
        public static Verdict append(Event... events) {
            return new Verdict(List.of(events), null, false, null);
        }

        /**
         * Appends what a claim's owner says.
         *
         * @param ordinal the number of the owner's write
         */
        public static Verdict numbered(long ordinal, List<Event> events, boolean refund) {
            return new Verdict(events, ordinal, refund, null);
        }

        /**
         * Appends events and renews the lease.
         *
         * @param leftOut see {@link #leftOut}
         */
        public static Verdict renewing(Duration lease, List<Event> events, int leftOut) {
            return new Verdict(events, null, false, lease, leftOut, null);
        }

        /** Changes nothing; the writer gets {@link WriteResult.Refused} with this reason. */
        public static Verdict refuse(String reason) {
            return new Verdict(List.of(), null, false, null, 0, reason);
        }

        /** Whether this changes nothing at all. */
        public boolean nothing() {
            return events.isEmpty() && ordinal == null && !refund && lease == null && leftOut == 0;
        }
    }
}
