package dev.tidings.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A header's value with parameters: {@code first; name=token; name="quoted"}.
 *
 * @param first what stands before the first semicolon
 * @param parameters by name in lower case; the first of a name counts
 * @param broken whether a quoted value was not closed
 */
public record HeaderParameters(String first, Map<String, String> parameters, boolean broken) {

    /** Reads it, passing over what makes no sense. Browsers' {@code \} in file names is kept unless it escapes. */
    public static HeaderParameters parse(String text) {
        int semicolon = text.indexOf(';');
        var parameters = new LinkedHashMap<String, String>();
        boolean broken = false;
        int at = semicolon < 0 ? text.length() : semicolon + 1;
        while (at < text.length()) {
            int equals = at;
            while (equals < text.length() && text.charAt(equals) != '=' && text.charAt(equals) != ';') {
                equals++;
            }
            if (equals == text.length() || text.charAt(equals) == ';') {
                at = equals + 1;
                continue;
            }
            int next = text.indexOf(';', at);
            String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            at = equals + 1;
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            var value = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = quoted(text, at + 1, value);
                broken |= at < 0;
                at = at < 0 ? text.length() : at;
                int end = text.indexOf(';', at);
                at = end < 0 ? text.length() : end + 1;
            } else {
                int end = next < 0 ? text.length() : next;
                value.append(text.substring(Math.min(at, end), end).strip());
                at = end + 1;
            }
            parameters.putIfAbsent(name, value.toString());
        }
        return new HeaderParameters((semicolon < 0 ? text : text.substring(0, semicolon)).strip(), parameters, broken);
    }

    /** Reads to the closing quote; answers where it stands plus one, or -1 without one. */
    private static int quoted(String text, int from, StringBuilder value) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            boolean escapes =
                    c == '\\' && i + 1 < text.length() && (text.charAt(i + 1) == '"' || text.charAt(i + 1) == '\\');
            if (escapes) {
                i++;
            }
            value.append(text.charAt(i));
        }
        return -1;
    }
}
