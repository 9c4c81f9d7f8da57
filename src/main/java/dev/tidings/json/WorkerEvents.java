package dev.tidings.json;

import dev.tidings.job.Event;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what external workers report (contract §8): one event object or an array of them. */
public final class WorkerEvents {
    private final JsonObject object;
    private final String pointer;

    private WorkerEvents(JsonObject object, String pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    /**
     * Reads them.
     *
     * @throws JsonFault when it cannot be read, or is not what workers report
     */
    public static List<Event> read(byte[] utf8) {
        JsonValue value = StrictJson.read(utf8);
        if (!(value instanceof JsonArray array)) {
            return List.of(event(value, ""));
        }
        var events = new ArrayList<Event>();
        for (JsonValue each : array) {
            events.add(event(each, "/" + events.size()));
        }
        if (events.isEmpty()) {
            throw JsonFault.invalid("", "A report must have at least one event.");
        }
        return events;
    }

    private static Event event(JsonValue value, String pointer) {
        if (!(value instanceof JsonObject object)) {
            throw JsonFault.invalid(
                    pointer, "An event must be an object such as {\"type\": \"log\", \"message\": \"…\"}.");
        }
        var reading = new WorkerEvents(object, pointer);
        String type = object.get("type") instanceof JsonString text ? text.getString() : "";
        return switch (type) {
            case "progress" -> reading.progress();
            case "log" -> reading.log();
            case "succeeded" -> reading.succeeded();
            case "failed" -> reading.failed();
            case "cancelled" -> reading.cancelled();
            default ->
                throw JsonFault.invalid(pointer + "/type", "Use one of progress, log, succeeded, failed, cancelled.");
        };
    }

    private Progress progress() {
        only(Set.of("type", "done", "total", "unit", "percent", "stage", "message", "eta"));
        Long done = whole("done");
        Long total = whole("total");
        Double percent = percent();
        if (percent == null && done != null && total != null) {
            percent = Progress.of(done, total, null, null, null, null).percent();
        }
        return new Progress(done, total, text("unit"), percent, text("stage"), text("message"), instant("eta"));
    }

    private Event log() {
        only(Set.of("type", "level", "message"));
        String message = text("message");
        if (message == null) {
            throw wrong("message", "A log line needs a text.");
        }
        String level = text("level");
        for (LogLevel each : LogLevel.values()) {
            if (each.word().equals(level == null ? "info" : level)) {
                return new Event.Log(each, message);
            }
        }
        throw wrong("level", "The level must be info, warn or error.");
    }

    private Event succeeded() {
        only(Set.of("type", "result"));
        JsonValue result = value("result");
        return new Event.Succeeded(result == null ? null : new Json(result.toString()));
    }

    private Event failed() {
        only(Set.of("type", "error"));
        JsonValue error = value("error");
        if (error == null) {
            return new Event.Failed(new Problem("worker-failed", "The worker failed", "The worker gave no reason."));
        }
        if (!(error instanceof JsonObject members)) {
            throw wrong("error", "An error must be an RFC 9457 object such as {\"title\": \"…\", \"detail\": \"…\"}.");
        }
        var reading = new WorkerEvents(members, pointer + "/error");
        String title = reading.text("title");
        String type = reading.text("type");
        String detail = reading.text("detail");
        return new Event.Failed(new Problem(
                type == null ? "worker-failed" : type,
                title == null ? "The worker failed" : title,
                detail == null ? "The worker gave no detail." : detail,
                RowJson.more(members)));
    }

    private Event cancelled() {
        only(Set.of("type"));
        return new Event.Cancelled("worker");
    }

    private void only(Set<String> names) {
        for (String name : object.keySet()) {
            if (!names.contains(name)) {
                throw wrong(StrictJson.escaped(name), "This field is unknown for this event type.");
            }
        }
    }

    private JsonFault wrong(String name, String detail) {
        return JsonFault.invalid(pointer + "/" + name, detail);
    }

    /** The field; null when it is absent or null. */
    private @Nullable JsonValue value(String name) {
        JsonValue value = object.get(name);
        return value == JsonValue.NULL ? null : value;
    }

    private @Nullable String text(String name) {
        JsonValue value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonString text) {
            return text.getString();
        }
        throw wrong(name, "This must be a text.");
    }

    private @Nullable Long whole(String name) {
        JsonValue value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonNumber number && number.bigDecimalValue().signum() >= 0) {
            try {
                return number.bigDecimalValue().longValueExact();
            } catch (ArithmeticException notWhole) {
                // said below
            }
        }
        throw wrong(name, "This must be a whole number of 0 or more.");
    }

    private @Nullable Double percent() {
        JsonValue value = value("percent");
        if (value == null) {
            return null;
        }
        if (value instanceof JsonNumber number && number.doubleValue() >= 0 && number.doubleValue() <= 100) {
            return number.doubleValue();
        }
        throw wrong("percent", "This must be a number from 0 to 100.");
    }

    private @Nullable Instant instant(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            if (instant.isAfter(Instant.EPOCH) && instant.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
                return instant;
            }
        } catch (DateTimeException notAnInstant) {
            // said below
        }
        throw wrong(name, "This must be an RFC 3339 instant such as 2026-11-22T15:42:14Z.");
    }
}
