package dev.tidings.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): quoted or bare, which mean the same. */
public final class IdempotencyHeader {
    /** The header's name. */
    public static final String NAME = "Idempotency-Key";

    private static final int MAX_CHARACTERS = 255;

    private IdempotencyHeader() {}

    /**
     * The key of a request; null when it has none.
     *
     * @throws HttpProblem 400 when it is not 1 to 255 visible ASCII characters
     */
    public static @Nullable String of(Exchange exchange) {
        List<String> lines = exchange.headers(NAME);
        if (lines.isEmpty()) {
            return null;
        }
        if (lines.size() > 1) {
            throw refused();
        }
        return parse(lines.get(0));
    }

    static String parse(String line) {
        String text = line.strip();
        String key = text.startsWith("\"") ? unquoted(text) : text;
        if (key.isEmpty() || key.length() > MAX_CHARACTERS || !key.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw refused();
        }
        return key;
    }

    /** A structured field's string (RFC 8941 §3.3.3). */
    private static String unquoted(String text) {
        var key = new StringBuilder();
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (i != text.length() - 1) {
                    throw refused();
                }
                return key.toString();
            }
            if (c == '\\') {
                i++;
                if (i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
                    throw refused();
                }
            }
            key.append(text.charAt(i));
        }
        throw refused();
    }

    private static HttpProblem refused() {
        return Problems.badRequest("An Idempotency-Key must be one text of 1 to " + MAX_CHARACTERS
                        + " visible ASCII characters, in double quotes or without.")
                .with("field", NAME);
    }
}
