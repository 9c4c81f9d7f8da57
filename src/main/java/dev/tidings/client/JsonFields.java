package dev.tidings.client;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reading of JSON that may be anything. */
final class JsonFields {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private JsonFields() {}

    /** The object that a text is; null when it is none. A byte order mark before it is passed over (RFC 8259, 8.1). */
    static @Nullable JsonObject object(String text) {
        try (var reader =
                READERS.createReader(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            return null;
        }
    }

    /** A field that is a string; null for all else. */
    static @Nullable String string(JsonObject object, String field) {
        return object.get(field) instanceof JsonString text ? text.getString() : null;
    }

    /** A field that is an object; null for all else. */
    static @Nullable JsonObject object(JsonObject object, String field) {
        JsonValue value = object.get(field);
        return value != null && value.getValueType() == JsonValue.ValueType.OBJECT ? value.asJsonObject() : null;
    }

    /** A field that is a whole number of 64 bits, at least 0; -1 for all else. */
    static long number(JsonObject object, String field) {
        try {
            return object.get(field) instanceof JsonNumber number ? Math.max(-1, number.longValueExact()) : -1;
        } catch (ArithmeticException e) {
            return -1;
        }
    }
}
