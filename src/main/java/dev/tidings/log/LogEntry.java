package dev.tidings.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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
 * @param json the event as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // compared by number only, never by content
public record LogEntry(long seq, Kind kind, byte[] json) {
    /** Stands in an artifact's {@code href} for the context path; what follows begins with a slash. */
    public static final String BASE = "{base}";

    /** Number, job, type and time lie within so many bytes. */
    private static final int HEAD = 240;

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

    /** The event's type in the contract's words; empty when the line does not tell. */
    public String type() {
        String type = member("\"type\":\"");
        return type == null ? "" : type;
    }

    /** When the event was appended; null when the line does not tell. */
    public @Nullable Instant at() {
        String at = member("\"at\":\"");
        try {
            return at == null ? null : Instant.parse(at);
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }

    /** A member that stands, as type and time do, before any of the job's own texts. */
    private @Nullable String member(String name) {
        var head = new String(json, 0, Math.min(json.length, HEAD), StandardCharsets.UTF_8);
        int begin = head.indexOf(name);
        int end = begin < 0 ? -1 : head.indexOf('"', begin + name.length());
        return end < 0 ? null : head.substring(begin + name.length(), end);
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
