package dev.tidings.handlers.csv;

/** The words by which programs write "no value". */
final class NullToken {
    private NullToken() {}

    /** Whether it means "no value" in a column of numbers, dates or booleans. */
    static boolean isToken(String field) {
        return switch (field.charAt(0)) {
            case 'N', 'n' -> isSure(field) || field.equals("NA") || field.equals("None") || field.equals("nil");
            case '-', '.', '?', '\u2013', '\u2014' -> isMark(field);
            case '#', '\\', '<', '(' -> isSure(field);
            case '0' -> isZeroDate(field);
            default -> false;
        };
    }

    /** Whether it means "no value" among texts too, where {@code NA} may be Namibia. */
    static boolean isSure(String field) {
        return switch (field) {
            case "\\N",
                    "NULL",
                    "null",
                    "Null",
                    "NaN",
                    "nan",
                    "NAN",
                    "N/A",
                    "n/a",
                    "#N/A",
                    "#N/A N/A",
                    "#NA",
                    "#NV",
                    "#N/D",
                    "#NULL!",
                    "#VALUE!",
                    "#WERT!",
                    "#DIV/0!",
                    "#REF!",
                    "#BEZUG!",
                    "#NUM!",
                    "#ZAHL!",
                    "#NAME?",
                    "<NA>",
                    "<null>",
                    "(null)",
                    "NaT" -> true;
            default -> false;
        };
    }

    private static boolean isMark(String field) {
        return switch (field) {
            case "-", "--", "---", ".", "..", "...", "?", "\u2013", "\u2014" -> true;
            default -> false;
        };
    }

    /** Whether it is a date of zeros, which means "no value" in a column of dates only. */
    static boolean isZeroDate(String field) {
        return switch (field) {
            case "0000-00-00", "00.00.0000", "00/00/0000", "00000000" -> true;
            default -> false;
        };
    }
}
