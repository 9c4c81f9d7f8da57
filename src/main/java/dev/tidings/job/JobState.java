package dev.tidings.job;

import java.util.Locale;

/** Where a job is in its life: queued, running, then one of three terminal states. */
public enum JobState {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Whether nothing follows this state. */
    public boolean terminal() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    /** The state's name in JSON and SQL: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static JobState of(String word) {
        for (JobState state : values()) {
            if (state.word().equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException(
                "no job state '" + word + "'; there are queued, running, succeeded, failed, cancelled");
    }
}
