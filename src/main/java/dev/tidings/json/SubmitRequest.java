package dev.tidings.json;

import dev.tidings.job.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of the job it submits (contract §4), with all that is wrong with it.
 *
 * @param type empty when it was missing
 * @param params an object
 * @param priority {@link #LEAST_PRIORITY} to {@link #MOST_PRIORITY}
 * @param faults empty when the fields are as they should be; whether the type exists is not checked here
 */
public record SubmitRequest(
        String type,
        @Nullable String title,
        Json params,
        int priority,
        @Nullable Instant notBefore,
        List<Fault> faults) {
    public static final int LEAST_PRIORITY = -100;
    public static final int MOST_PRIORITY = 100;

    /** The longest title, in characters. */
    public static final int MAX_TITLE = 200;

    /** The last instant that every database stores. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private static final Pattern RFC_3339 = Pattern.compile(
            "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})", Pattern.CASE_INSENSITIVE);

    public SubmitRequest {
        faults = List.copyOf(faults);
    }

    /**
     * Reads it.
     *
     * @throws JsonFault when it cannot be read at all
     */
    public static SubmitRequest read(byte[] utf8) {
        if (!(StrictJson.read(utf8) instanceof JsonObject object)) {
            throw JsonFault.invalid(
                    "", "The body must be an object such as {\"type\": \"countdown\", \"params\": {}}.");
        }
        var reading = new Reading(object);
        return new SubmitRequest(
                reading.type(),
                reading.title(),
                reading.params(),
                reading.priority(),
                reading.notBefore(),
                reading.end());
    }

    /** One pass over the fields. */
    private static final class Reading {
        private final JsonObject object;
        private final List<Fault> faults = new ArrayList<>();

        Reading(JsonObject object) {
            this.object = object;
        }

        String type() {
            if (object.get("type") instanceof JsonString type
                    && !type.getString().isEmpty()) {
                return type.getString();
            }
            faults.add(new Fault("/type", "Name a job type. GET api/types lists them."));
            return "";
        }

        @Nullable
        String title() {
            JsonValue value = value("title");
            if (value == null) {
                return null;
            }
            if (value instanceof JsonString title
                    && title.getString().codePointCount(0, title.getString().length()) <= MAX_TITLE) {
                return title.getString();
            }
            faults.add(new Fault("/title", "A title must be a text of at most " + MAX_TITLE + " characters."));
            return null;
        }

        Json params() {
            JsonValue value = value("params");
            if (value == null) {
                return Json.EMPTY_OBJECT;
            }
            if (value instanceof JsonObject params) {
                return new Json(params.toString());
            }
            faults.add(new Fault("/params", "The parameters must be an object."));
            return Json.EMPTY_OBJECT;
        }

        int priority() {
            JsonValue value = value("priority");
            if (value == null) {
                return 0;
            }
            if (value instanceof JsonNumber number) {
                try {
                    int priority = number.bigDecimalValue().intValueExact();
                    if (priority >= LEAST_PRIORITY && priority <= MOST_PRIORITY) {
                        return priority;
                    }
                } catch (ArithmeticException notWhole) {
                    // said below
                }
            }
            faults.add(new Fault(
                    "/priority",
                    "A priority must be a whole number from " + LEAST_PRIORITY + " to " + MOST_PRIORITY + "."));
            return 0;
        }

        @Nullable
        Instant notBefore() {
            JsonValue value = value("notBefore");
            if (value == null) {
                return null;
            }
            if (value instanceof JsonString text
                    && RFC_3339.matcher(text.getString()).matches()) {
                try {
                    var instant = OffsetDateTime.parse(text.getString().toUpperCase(Locale.ROOT))
                            .toInstant();
                    if (instant.isAfter(Instant.EPOCH) && instant.isBefore(LATEST)) {
                        return instant;
                    }
                } catch (DateTimeException notAnInstant) {
                    // said below
                }
            }
            faults.add(new Fault("/notBefore", "This must be an RFC 3339 instant such as 2026-11-22T15:42:14Z."));
            return null;
        }

        List<Fault> end() {
            for (String name : object.keySet()) {
                if (!List.of("type", "title", "params", "priority", "notBefore").contains(name)) {
                    faults.add(new Fault(
                            "/" + StrictJson.escaped(name),
                            "This field is unknown. Known fields: type, title, params, priority, notBefore."));
                }
            }
            return faults;
        }

        /** The field; null when it is absent or null. */
        @Nullable
        private JsonValue value(String name) {
            JsonValue value = object.get(name);
            return value == JsonValue.NULL ? null : value;
        }
    }
}
