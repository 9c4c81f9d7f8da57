package dev.tidings.run;

import org.jspecify.annotations.Nullable;

/** Makes texts of handlers and workers fit for a log: whole characters only, no NUL, cut at a limit. */
final class TextLimits {
    private static final char REPLACEMENT = '\uFFFD';
    private static final String CUT = "…";
    private static final int CUT_BYTES = 3;

    /** The most bytes of a text in JSON, so that an event with its other members stays below 64 KiB. */
    private static final int MAX_JSON_BYTES = 56 * 1024;

    private static final int JSON_ESCAPE_BYTES = 6;

    private TextLimits() {}

    /**
     * The text without NUL and halves of characters, cut at {@code maxBytes} of UTF-8 with a visible mark. A text that needs
     * more than 56 KiB in JSON is cut too.
     *
     * @param text null counts as empty, since handlers are not ours
     */
    static String fit(@Nullable String text, int maxBytes) {
        return text == null ? "" : cut(clean(text), maxBytes);
    }

    private static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return cleaned(text);
            }
        }
        return text;
    }

    private static String cleaned(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
                clean.append(REPLACEMENT);
            } else {
                clean.appendCodePoint(point);
            }
        });
        return clean.toString();
    }

    private static String cut(String text, int maxBytes) {
        if (text.length() <= Math.min(maxBytes / 3, MAX_JSON_BYTES / JSON_ESCAPE_BYTES)) {
            return text;
        }
        int bytes = 0;
        int jsonBytes = 0;
        int fits = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            bytes += utf8Bytes(point);
            jsonBytes += jsonBytes(point);
            if (bytes > maxBytes || jsonBytes > MAX_JSON_BYTES) {
                return text.substring(0, fits) + CUT;
            }
            i += Character.charCount(point);
            if (bytes <= maxBytes - CUT_BYTES && jsonBytes <= MAX_JSON_BYTES - CUT_BYTES) {
                fits = i;
            }
        }
        return text;
    }

    private static int utf8Bytes(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }

    /** What a character needs in JSON. */
    private static int jsonBytes(int point) {
        if (point == '"' || point == '\\' || point == '\n' || point == '\r' || point == '\t') {
            return 2;
        }
        boolean escaped = point < ' ' || point == 0x7f || point == 0x2028 || point == 0x2029;
        return escaped ? JSON_ESCAPE_BYTES : utf8Bytes(point);
    }
}
