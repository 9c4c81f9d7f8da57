package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import org.jspecify.annotations.Nullable;

/**
 * How fields are written in a file.
 *
 * @param delimiter the character between two fields
 * @param escape the character that takes the meaning of the next one; {@link #NO_ESCAPE} when there is none
 */
record CsvFormat(char delimiter, char escape) {
    static final char NO_ESCAPE = '\0';

    /** A format without an escape character. */
    static CsvFormat of(char delimiter) {
        return new CsvFormat(delimiter, NO_ESCAPE);
    }

    boolean escapes() {
        return escape != NO_ESCAPE;
    }

    /**
     * The delimiter that a parameter names.
     *
     * @param asked one character or {@code tab}
     * @throws PermanentFailure when it is neither
     */
    static char delimiter(String asked) {
        if (asked.equalsIgnoreCase("tab") || asked.equals("\\t")) {
            return '\t';
        }
        if (asked.length() != 1 || "\"\r\n".contains(asked) || Character.isSurrogate(asked.charAt(0))) {
            throw new PermanentFailure("the delimiter is one character other than a quote or a line break, or 'tab'");
        }
        return asked.charAt(0);
    }

    /** The escape character that a parameter names; null when it names nothing. */
    static @Nullable Character escape(@Nullable String asked) {
        if (asked == null) {
            return null;
        }
        return asked.equals("\\") ? '\\' : NO_ESCAPE;
    }

    /** The delimiter in words. */
    String shown() {
        return name(delimiter);
    }

    /** A delimiter in words. */
    static String name(char delimiter) {
        return switch (delimiter) {
            case ',' -> "comma";
            case ';' -> "semicolon";
            case '\t' -> "tab";
            case '|' -> "bar";
            case ' ' -> "space";
            default -> SafeText.shown(String.valueOf(delimiter), 2);
        };
    }
}
