package dev.tidings.handlers.csv;

/** What surrounds a value without being part of it: white space of any kind, controls, and characters without a shape. */
final class Blanks {
    private Blanks() {}

    /** The text without blanks at its ends. */
    static String strip(String text) {
        int end = text.length();
        if (end == 0 || (isInk(text.charAt(0)) && isInk(text.charAt(end - 1)))) {
            return text;
        }
        int start = 0;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isInk(char c) {
        return c > ' ' && c < 0x7F;
    }

    /** Whether it is white space (no-break ones too), a control, or invisible, such as U+FEFF and U+200B. */
    static boolean isBlank(char c) {
        if (c < 0x7F) {
            return c <= ' ';
        }
        int type = Character.getType(c);
        return type == Character.SPACE_SEPARATOR
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.CONTROL
                || type == Character.FORMAT;
    }

    /** Whether it stands between groups of digits: a space, U+00A0, U+2009 or U+202F. */
    static boolean isSpace(char c) {
        return c == ' ' || c == '\u00A0' || c == '\u202F' || c == '\u2009';
    }
}
