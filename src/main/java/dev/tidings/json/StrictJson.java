package dev.tidings.json;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;

/**
 * Reads one JSON value from a client, strictly: UTF-8, at most {@link #MAX_DEPTH} deep, no name twice in an object,
 * numbers that a program can hold, no NUL and no half of a surrogate pair in any text.
 *
 * <p>Source: RFC 8259; RFC 7493 (I-JSON) for what it leaves open.
 */
public final class StrictJson {
    /** How deep objects and arrays may be nested. */
    public static final int MAX_DEPTH = 32;

    /** The longest number, in characters. */
    static final int MAX_DIGITS = 100;

    /** The largest power of ten that a number may have. */
    static final int MAX_EXPONENT = 308;

    /** The longest pointer that a fault names, in characters. */
    private static final int MAX_POINTER = 200;

    private static final JsonProvider JSON = JsonProvider.provider();

    private final JsonParser parser;

    /** The names and indexes that lead to the present value. A pointer is made of them only for a fault. */
    private final Deque<Object> path = new ArrayDeque<>();

    private StrictJson(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Reads it.
     *
     * @throws JsonFault when it is not what this class reads
     */
    public static JsonValue read(byte[] utf8) {
        return read(text(utf8));
    }

    /** The same from text. */
    public static JsonValue read(String text) {
        try (JsonParser parser = JSON.createParser(new StringReader(text))) {
            var reader = new StrictJson(parser);
            var value = reader.value(parser.next(), 1);
            if (parser.hasNext()) {
                throw JsonFault.malformed("", "There is more text after the JSON value.");
            }
            return value;
        } catch (JsonParsingException e) {
            var at = e.getLocation();
            throw JsonFault.malformed(
                    "",
                    "The text is not JSON: line " + at.getLineNumber() + ", column " + at.getColumnNumber()
                            + " is not what may stand there.");
        } catch (JsonException | java.util.NoSuchElementException | IllegalStateException e) {
            throw JsonFault.malformed("", "The text is not JSON.");
        }
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw JsonFault.malformed("", "The text is not UTF-8.");
        }
    }

    private JsonValue value(Event event, int depth) {
        return switch (event) {
            case START_OBJECT -> object(deeper(depth));
            case START_ARRAY -> array(deeper(depth));
            case VALUE_STRING -> JSON.createValue(checked(parser.getString()));
            case VALUE_NUMBER -> JSON.createValue(number(parser.getString()));
            case VALUE_TRUE -> JsonValue.TRUE;
            case VALUE_FALSE -> JsonValue.FALSE;
            case VALUE_NULL -> JsonValue.NULL;
            case KEY_NAME, END_OBJECT, END_ARRAY -> throw JsonFault.malformed(pointer(), "The text is not JSON.");
        };
    }

    private int deeper(int depth) {
        if (depth > MAX_DEPTH) {
            throw JsonFault.malformed(pointer(), "Objects and arrays may be nested at most " + MAX_DEPTH + " deep.");
        }
        return depth + 1;
    }

    private JsonObject object(int depth) {
        var object = JSON.createObjectBuilder();
        var names = new HashSet<String>();
        for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
            String name = checked(parser.getString());
            path.addLast(name);
            if (!names.add(name)) {
                throw JsonFault.malformed(pointer(), "This name occurs twice in one object.");
            }
            object.add(name, value(parser.next(), depth));
            path.removeLast();
        }
        return object.build();
    }

    private JsonArray array(int depth) {
        var array = JSON.createArrayBuilder();
        int index = 0;
        for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
            path.addLast(index);
            array.add(value(event, depth));
            path.removeLast();
            index++;
        }
        return array.build();
    }

    private BigDecimal number(String text) {
        try {
            if (text.length() <= MAX_DIGITS) {
                var number = new BigDecimal(text);
                long exponent = (long) number.precision() - number.scale();
                if (number.signum() == 0
                        ? Math.abs((long) number.scale()) <= MAX_EXPONENT
                        : Math.abs(exponent) <= MAX_EXPONENT) {
                    return number;
                }
            }
        } catch (NumberFormatException | ArithmeticException beyond) {
            // said below
        }
        throw JsonFault.malformed(
                pointer(),
                "A number must have at most " + MAX_DIGITS + " characters and lie within ±1e" + MAX_EXPONENT + ".");
    }

    /** The text, which has neither NUL nor half a surrogate pair. */
    private String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw JsonFault.invalid(pointer(), "Text must not contain NUL (U+0000).");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw JsonFault.invalid(pointer(), "Text must not contain half of a surrogate pair.");
                }
                i++;
            }
        }
        return text;
    }

    /** Where the present value stands (RFC 6901), cut to what a person reads. */
    private String pointer() {
        var pointer = new StringBuilder();
        for (Object step : path) {
            pointer.append('/').append(escaped(step.toString()));
            if (pointer.length() > MAX_POINTER) {
                return pointer.substring(0, MAX_POINTER) + "…";
            }
        }
        return pointer.toString();
    }

    /** A name as one step of a pointer. */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
