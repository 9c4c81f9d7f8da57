package dev.tidings.json;

import dev.tidings.job.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON value as one line, faster than through an object model and able to take JSON text as it is.
 *
 * <p>Control characters, U+2028 and U+2029 are always escaped, so that no text can break a framing; half a surrogate
 * pair, which UTF-8 and databases refuse, becomes U+FFFD. Threads: one.
 */
public final class JsonLine {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(512);

    JsonLine open(char bracket) {
        separate();
        out.append(bracket);
        return this;
    }

    JsonLine close(char bracket) {
        out.append(bracket);
        return this;
    }

    JsonLine name(String name) {
        separate();
        quote(name);
        out.append(':');
        return this;
    }

    JsonLine value(@Nullable String text) {
        separate();
        if (text == null) {
            out.append("null");
        } else {
            quote(text);
        }
        return this;
    }

    JsonLine value(long number) {
        separate();
        out.append(number);
        return this;
    }

    JsonLine value(double number) {
        separate();
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            out.append((long) number);
        } else {
            out.append(number);
        }
        return this;
    }

    JsonLine value(boolean truth) {
        separate();
        out.append(truth);
        return this;
    }

    /** An instant as RFC 3339 has it, to the microsecond where the fraction is not zero. */
    JsonLine value(@Nullable Instant instant) {
        return value(instant == null ? null : text(instant));
    }

    /** JSON as it is; null becomes JSON's null. */
    JsonLine value(@Nullable Json json) {
        separate();
        out.append(json == null ? "null" : safe(json.text()));
        return this;
    }

    /** The members of an object as they are, into the object that is open. */
    JsonLine members(Json object) {
        String text = object.text().strip();
        String inside = text.substring(1, text.length() - 1).strip();
        if (!inside.isEmpty()) {
            separate();
            out.append(safe(inside));
        }
        return this;
    }

    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return out.toString();
    }

    public static String text(Instant instant) {
        return (instant.get(ChronoField.MICRO_OF_SECOND) == 0 ? SECONDS : MICROS).format(instant);
    }

    private void separate() {
        if (out.length() > 0) {
            char last = out.charAt(out.length() - 1);
            if (last != '{' && last != '[' && last != ':') {
                out.append(',');
            }
        }
    }

    /** Line separators stand in strings only, and there they can be escaped. */
    private static String safe(String json) {
        if (json.indexOf('\u2028') < 0 && json.indexOf('\u2029') < 0) {
            return json;
        }
        return json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == '\u007f' || c == '\u2028' || c == '\u2029') {
                        out.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt((c >> 8) & 15));
                        out.append(HEX.charAt((c >> 4) & 15)).append(HEX.charAt(c & 15));
                    } else if (Character.isSurrogate(c) && !paired(text, i)) {
                        out.append('\ufffd');
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Whether the surrogate at {@code i} has its other half beside it. */
    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
