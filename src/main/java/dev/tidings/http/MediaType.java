package dev.tidings.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A media type with its parameters (RFC 9110 §8.3).
 *
 * @param name type and subtype in lower case; empty when the text is none
 * @param parameters by name in lower case
 */
public record MediaType(String name, Map<String, String> parameters) {
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}";

    public MediaType {
        parameters = Map.copyOf(parameters);
    }

    /** Reads a header's value. */
    public static MediaType parse(@Nullable String text) {
        if (text == null) {
            return new MediaType("", Map.of());
        }
        var header = HeaderParameters.parse(text);
        boolean wellFormed = header.first().matches(TOKEN + "/" + TOKEN);
        return wellFormed
                ? new MediaType(header.first().toLowerCase(Locale.ROOT), header.parameters())
                : new MediaType("", Map.of());
    }

    /** Whether its text is UTF-8: it says so, or says nothing. */
    public boolean utf8() {
        String charset = parameters.get("charset");
        return charset == null || charset.equalsIgnoreCase("utf-8") || charset.equalsIgnoreCase("utf8");
    }

    /** What a client says of a file's type, if it can be repeated in a header. */
    public static String ofFile(@Nullable String text) {
        var type = parse(text);
        if (text == null || type.name().isEmpty()) {
            return "application/octet-stream";
        }
        var plain = new StringBuilder(type.name());
        new LinkedHashMap<>(type.parameters()).forEach((name, value) -> {
            if (name.matches(TOKEN) && value.matches(TOKEN)) {
                plain.append("; ").append(name).append('=').append(value);
            }
        });
        return plain.length() <= 200 ? plain.toString() : type.name();
    }
}
