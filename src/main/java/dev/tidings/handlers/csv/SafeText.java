package dev.tidings.handlers.csv;

/** Texts of strangers, made fit to be stored and shown. */
final class SafeText {
    private static final char REPLACEMENT = '\uFFFD';

    private SafeText() {}

    /**
     * At most {@code maxChars} of a text, with an ellipsis when that is not all; NUL and lone surrogates, which stores
     * and encoders refuse, are replaced.
     */
    static String shown(String text, int maxChars) {
        if (text.length() <= maxChars && clean(text)) {
            return text;
        }
        int end = Math.min(text.length(), maxChars);
        if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder shown = new StringBuilder(end + 1);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                shown.append(c).append(text.charAt(++i));
            } else {
                shown.append(c == 0 || Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return end < text.length() ? shown.append('…').toString() : shown.toString();
    }

    private static boolean clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** Text for an HTML document, in an element or a quoted attribute; control characters become visible signs. */
    static String html(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(visible(c));
            }
        }
        return html.toString();
    }

    private static char visible(char c) {
        if (c < 0x20) {
            return (char) (0x2400 + c);
        }
        boolean bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        return c == 0x7F ? '\u2421' : (c >= 0x80 && c < 0xA0) || bidi ? REPLACEMENT : c;
    }
}
