package dev.tidings.feed;

import java.util.Locale;

/** Why a subscription ended. The contract's words (§5.1) are told to the client by {@code bye}. */
public enum CloseReason {
    /** The log has ended and the reader has all of it. */
    FINISHED,
    /** A poll's time was over. */
    TIMEOUT,
    /** The stream had its age; come again. */
    ROTATE,
    /** The node drains; come again, to another. */
    DRAIN,
    /** The same page reads by a newer stream. */
    SUPERSEDED,
    /** The reader's session has ended. */
    SIGNED_OUT,
    /** Too many streams. */
    LIMIT,
    /** The job was deleted. */
    DELETED,
    /** The store cannot be read. */
    UNAVAILABLE,
    /** The client took nothing for too long. */
    STUCK,
    /** The client has left. */
    GONE;

    /** The word for {@code bye} and for metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether nothing can be said to the client any more. */
    boolean mute() {
        return this == STUCK || this == GONE;
    }
}
