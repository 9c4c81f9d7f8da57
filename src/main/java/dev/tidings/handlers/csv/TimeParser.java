package dev.tidings.handlers.csv;

/**
 * Reads a time of day: {@code 15:42}, {@code 15:42:14.5}, {@code 3:42 PM}, with or without an offset such as {@code Z},
 * {@code +01:00}, {@code +0100}, {@code +01} or {@code UTC}.
 *
 * <p>Threads: one. The accessor speaks of the field read last.
 */
final class TimeParser {
    private static final double[] FRACTIONS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

    private String field = "";
    private int at;
    private boolean offset;

    /** Forgets the last field. */
    void clear() {
        offset = false;
    }

    /** Whether the time had an offset. */
    boolean offset() {
        return offset;
    }

    /** Seconds since midnight UTC, where there is an offset, else since midnight; NaN when it is no time to the end. */
    double read(String text, int from) {
        field = text;
        at = from;
        offset = false;
        int hour = number(2);
        int hourWidth = at - from;
        if (hourWidth == 0 || !skip(':')) {
            return Double.NaN;
        }
        int minute = twoDigits();
        double second = 0;
        if (skip(':')) {
            second = twoDigits();
            if (second >= 0 && (skip('.') || skip(','))) {
                int start = at;
                int fraction = number(9);
                second = at == start ? -1 : second + fraction / FRACTIONS[at - start];
            }
        }
        if (hour > 23 || minute < 0 || minute > 59 || second < 0 || second >= 60) {
            return Double.NaN;
        }
        hour = halfDay(hour);
        return hour < 0 ? Double.NaN : hour * 3600 + minute * 60 + second - offsetSeconds();
    }

    /** The hour of the day, when AM or PM follows; -1 when it cannot. */
    private int halfDay(int hour) {
        if (at == field.length() || " aApP".indexOf(field.charAt(at)) < 0) {
            return hour;
        }
        int start = at;
        while (start < field.length() && field.charAt(start) == ' ') {
            start++;
        }
        String rest = field.substring(start);
        boolean pm = rest.equalsIgnoreCase("PM") || rest.equalsIgnoreCase("p.m.");
        boolean am = rest.equalsIgnoreCase("AM") || rest.equalsIgnoreCase("a.m.");
        if (!pm && !am) {
            return hour;
        }
        at = field.length();
        return hour < 1 || hour > 12 ? -1 : hour % 12 + (pm ? 12 : 0);
    }

    /** The seconds by which the offset at the position is ahead; NaN for anything else. */
    private double offsetSeconds() {
        if (at == field.length()) {
            return 0;
        }
        offset = true;
        if (at == field.length() - 1 && field.charAt(at) == 'Z') {
            return 0;
        }
        at += field.charAt(at) == ' ' ? 1 : 0;
        String rest = field.substring(at);
        if (rest.equalsIgnoreCase("Z") || rest.equals("UTC") || rest.equals("GMT")) {
            return 0;
        }
        int sign = skip('-') ? -1 : skip('+') ? 1 : 0;
        int hours = twoDigits();
        int minutes = 0;
        if (at < field.length()) {
            skip(':');
            minutes = twoDigits();
        }
        boolean right = sign != 0 && hours >= 0 && hours <= 18 && minutes >= 0 && minutes <= 59 && at == field.length();
        return right ? sign * (hours * 3600.0 + minutes * 60.0) : Double.NaN;
    }

    private boolean skip(char c) {
        boolean there = at < field.length() && field.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private int twoDigits() {
        int start = at;
        int number = number(2);
        return at - start == 2 ? number : -1;
    }

    private int number(int most) {
        int number = 0;
        int end = Math.min(field.length(), at + most);
        for (; at < end && field.charAt(at) >= '0' && field.charAt(at) <= '9'; at++) {
            number = number * 10 + (field.charAt(at) - '0');
        }
        return number;
    }
}
