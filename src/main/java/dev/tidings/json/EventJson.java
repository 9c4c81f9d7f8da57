package dev.tidings.json;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import dev.tidings.log.LogEntry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes events as the contract shows them (§3): one line of JSON.
 *
 * <p>The number is kept apart from the rest (the <em>body</em>), so that a store can raise numbers without touching
 * what it has stored: an opening brace and {@code "seq":42,} go before the body when an entry is made.
 */
public final class EventJson {
    private EventJson() {}

    /** What readers must know of an event without parsing it. */
    public static LogEntry.Kind kind(Event event) {
        if (event instanceof Progress) {
            return LogEntry.Kind.PROGRESS;
        }
        if (event instanceof Artifact) {
            return LogEntry.Kind.ARTIFACT;
        }
        return event.terminal() ? LogEntry.Kind.TERMINAL : LogEntry.Kind.OTHER;
    }

    /** The entry of an event that is being appended. */
    public static LogEntry entry(long seq, Instant at, Event event, String body) {
        return new LogEntry(seq, kind(event), event.type(), at, line(seq, body));
    }

    /** The entry of a stored body. */
    public static LogEntry stored(long seq, LogEntry.Kind kind, String body) {
        return new LogEntry(seq, kind, typeOf(body), timeOf(body), line(seq, body));
    }

    private static byte[] line(long seq, String body) {
        return ("{\"seq\":" + seq + "," + body).getBytes(StandardCharsets.UTF_8);
    }

    private static String typeOf(String body) {
        String type = member(body, "\"type\":\"");
        return type == null ? "" : type;
    }

    private static @Nullable Instant timeOf(String body) {
        String at = member(body, "\"at\":\"");
        try {
            return at == null ? null : Instant.parse(at);
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }

    /** A member that {@link #body} writes before any text of the job's own. */
    private static @Nullable String member(String body, String name) {
        int begin = body.indexOf(name);
        int end = begin < 0 ? -1 : body.indexOf('"', begin + name.length());
        return end < 0 ? null : body.substring(begin + name.length(), end);
    }

    /**
     * Everything but the number, with the closing brace.
     *
     * @param at when the event was appended
     */
    public static String body(String job, Instant at, Event event) {
        var line = new JsonLine();
        line.name("job").value(job).name("type").value(event.type()).name("at").value(at);
        if (event instanceof Event.Started started) {
            line.name("attempt").value(started.attempt()).name("node").value(started.node());
        } else if (event instanceof Progress progress) {
            members(line, progress);
        } else if (event instanceof Event.Log log) {
            line.name("level").value(log.level().word()).name("message").value(log.message());
        } else if (event instanceof Artifact artifact) {
            members(line, artifact);
            line.name("href").value(LogEntry.BASE + path(job, artifact));
        } else if (event instanceof Event.Cancelling cancelling) {
            line.name("by").value(cancelling.by());
        } else if (event instanceof Event.Retrying retrying) {
            line.name("attempt").value(retrying.attempt());
            line.name("notBefore").value(retrying.notBefore()).name("error");
            object(line, retrying.error());
        } else if (event instanceof Event.Succeeded succeeded) {
            line.name("result").value(succeeded.result());
        } else if (event instanceof Event.Failed failed) {
            line.name("error");
            object(line, failed.error());
        } else if (event instanceof Event.Cancelled cancelled) {
            line.name("by").value(cancelled.by());
        }
        return line.close('}').toString();
    }

    /** The path and query of an artifact's bytes, below the context path. */
    public static String path(String job, Artifact artifact) {
        return "/api/jobs/" + job + "/artifacts/" + segment(artifact.name()) + "?v=" + segment(artifact.version());
    }

    /** Writes the members of a progress that are known. */
    static void members(JsonLine line, Progress progress) {
        number(line, "done", progress.done());
        number(line, "total", progress.total());
        text(line, "unit", progress.unit());
        Double percent = progress.percent();
        if (percent != null && Double.isFinite(percent)) {
            line.name("percent").value(percent.doubleValue());
        }
        text(line, "stage", progress.stage());
        text(line, "message", progress.message());
        if (progress.eta() != null) {
            line.name("eta").value(progress.eta());
        }
    }

    /** Writes what an artifact is, without its link. */
    static void members(JsonLine line, Artifact artifact) {
        line.name("name").value(artifact.name()).name("mediaType").value(artifact.mediaType());
        line.name("size").value(artifact.size()).name("etag").value(artifact.etag());
    }

    /** Writes a problem as an RFC 9457 object. */
    static void object(JsonLine line, Problem problem) {
        line.open('{').name("type").value(problem.type()).name("title").value(problem.title());
        line.name("detail").value(problem.detail()).members(problem.more()).close('}');
    }

    /** Text as one segment of a path. */
    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void number(JsonLine line, String name, @Nullable Long value) {
        if (value != null) {
            line.name(name).value(value.longValue());
        }
    }

    private static void text(JsonLine line, String name, @Nullable String value) {
        if (value != null) {
            line.name(name).value(value);
        }
    }
}
