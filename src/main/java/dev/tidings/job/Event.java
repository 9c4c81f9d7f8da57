package dev.tidings.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored fact about a job, named as in the contract (§3), without the number and the instant that the log gives it.
 * {@link Progress} and {@link Artifact} are events too.
 */
public sealed interface Event
        permits Artifact,
                Event.Cancelled,
                Event.Cancelling,
                Event.Failed,
                Event.Log,
                Event.Queued,
                Event.Retrying,
                Event.Started,
                Event.Succeeded,
                Progress {

    /** The event's {@code type} in JSON. */
    String type();

    /** Whether this event ends the log. */
    default boolean terminal() {
        return false;
    }

    /** The job was accepted, or put back after its node died or drained. */
    record Queued() implements Event {
        @Override
        public String type() {
            return "queued";
        }
    }

    /**
     * An attempt began.
     *
     * @param attempt 1 for the first
     * @param node the name of the node that runs it
     */
    record Started(int attempt, String node) implements Event {
        @Override
        public String type() {
            return "started";
        }
    }

    /** A line of the job's own log. */
    record Log(LogLevel level, String message) implements Event {
        @Override
        public String type() {
            return "log";
        }
    }

    /** Cancellation was asked for while the job ran. */
    record Cancelling(String by) implements Event {
        @Override
        public String type() {
            return "cancelling";
        }
    }

    /**
     * An attempt failed and another follows.
     *
     * @param attempt the one that failed
     * @param notBefore when the next may begin
     */
    record Retrying(int attempt, Instant notBefore, Problem error) implements Event {
        @Override
        public String type() {
            return "retrying";
        }
    }

    /** The job has done its work. */
    record Succeeded(@Nullable Json result) implements Event {
        @Override
        public String type() {
            return "succeeded";
        }

        @Override
        public boolean terminal() {
            return true;
        }
    }

    /** The job failed for good. */
    record Failed(Problem error) implements Event {
        @Override
        public String type() {
            return "failed";
        }

        @Override
        public boolean terminal() {
            return true;
        }
    }

    /** The job was cancelled. */
    record Cancelled(String by) implements Event {
        @Override
        public String type() {
            return "cancelled";
        }

        @Override
        public boolean terminal() {
            return true;
        }
    }
}
