package dev.tidings.client;

/**
 * How a request ended, as far as it says something about the path.
 *
 * @param progressed whether the cursor moved
 * @param heard whether a heartbeat or an event came, not only a hello
 * @param more whether a poll was answered by a full page
 * @param retryMs what the server asked to wait, by {@code retry:} or {@code Retry-After}; 0 for nothing
 */
record Outcome(Kind kind, boolean progressed, boolean heard, boolean more, long retryMs) {

    enum Kind {
        /** A poll was answered. */
        OK,
        /** The server ended a stream as intended. */
        BYE,
        /** A stream broke, or ended without a word. */
        CUT,
        /** A stream did not say hello in time, or fell silent. */
        MUTE,
        /** A poll was not answered in time. */
        LATE,
        /** An answer that is not Tidings'. */
        REFUSED,
        /** No answer. */
        UNREACHABLE,
        /** Tidings answered that it can't now. */
        BUSY,
        /** Tidings answered that it has too many readers that wait. */
        LIMIT,
        /** The machine or the process slept: says nothing about the path. */
        SLEPT
    }

    static Outcome of(Kind kind) {
        return new Outcome(kind, false, false, false, 0);
    }

    static Outcome of(Kind kind, long retryMs) {
        return new Outcome(kind, false, false, false, retryMs);
    }
}
