package dev.tidings.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query string, decoded strictly: percent-encoded UTF-8, a plus is a space.
 *
 * <p>Immutable.
 */
public final class Query {
    private static final Query NONE = new Query(Map.of());

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads what follows the question mark.
     *
     * @throws HttpProblem 400 when it is not percent-encoded UTF-8
     */
    static Query parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return NONE;
        }
        var values = new LinkedHashMap<String, List<String>>();
        for (String pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        return new Query(values);
    }

    /** The first value of that name; null when there is none. */
    public @Nullable String first(String name) {
        var all = values.get(name);
        return all == null ? null : all.get(0);
    }

    /** All values of that name, in order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The names, in order. */
    public Set<String> names() {
        return values.keySet();
    }

    /**
     * A whole number.
     *
     * @param least the smallest allowed
     * @param most larger ones become this
     * @return null when the query has no such name
     * @throws HttpProblem 400 when it is not a whole number, or below {@code least}
     */
    public @Nullable Long number(String name, long least, long most) {
        String text = first(name);
        return text == null ? null : wholeNumber(name, text, least, most);
    }

    private static long wholeNumber(String name, String text, long least, long most) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw Problems.badRequest("'" + name + "' is a whole number of " + least + " or more.")
                    .with("field", name);
        }
        var significant = text.replaceFirst("^0+(?=.)", "");
        long value = significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
        if (value < least) {
            throw Problems.badRequest("'" + name + "' is a whole number of " + least + " or more.")
                    .with("field", name);
        }
        return Math.min(value, most);
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0 && ascii(text)) {
            return text;
        }
        var bytes = ByteBuffer.allocate(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+') {
                bytes.put((byte) ' ');
            } else if (c == '%') {
                bytes.put((byte) hex(text, i + 1));
                i += 2;
            } else if (c < 0x80) {
                bytes.put((byte) c);
            } else {
                bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw Problems.badRequest("The query is not UTF-8.");
        }
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static int hex(String text, int at) {
        if (at + 2 > text.length()
                || Character.digit(text.charAt(at), 16) < 0
                || Character.digit(text.charAt(at + 1), 16) < 0) {
            throw Problems.badRequest("The query has a % without two hexadecimal digits after it.");
        }
        return Character.digit(text.charAt(at), 16) * 16 + Character.digit(text.charAt(at + 1), 16);
    }
}
