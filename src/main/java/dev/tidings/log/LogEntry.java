package dev.tidings.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event in a log, as every reader of every transport gets it: encoded once, shared by all.
 *
 * <p>Shape: {@code json} is one line of UTF-8 without line breaks (contract §3) and must not be changed. An
 * {@code ARTIFACT} entry's {@code href} begins with {@link #BASE} in place of the context path, which only the
 * request of a reader tells.
 *
 * @param seq the event's number in its log, 1 or more
 * @param kind what readers must know of it without parsing
 * @param type the event's type in the contract's words; empty when a stored line does not tell
 * @param at when the event was appended; null when a stored line does not tell
 * @param json the event as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // compared by number only, never by content
public record LogEntry(
        long seq, Kind kind, String type, @Nullable Instant at, byte[] json) {
    /** Stands in an artifact's {@code href} for the context path; what follows begins with a slash. */
    public static final String BASE = "{base}";

    /** What readers must know of an entry without parsing it. */
    public enum Kind {
        /** May be left out when another {@code PROGRESS} follows it next. */
        PROGRESS,
        /** Holds a link. */
        ARTIFACT,
        /** Ends the log. */
        TERMINAL,
        /** Any other event. */
        OTHER
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogEntry entry && entry.seq == seq && entry.kind == kind;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(seq);
    }

    @Override
    public String toString() {
        return kind + " " + seq;
    }
}
