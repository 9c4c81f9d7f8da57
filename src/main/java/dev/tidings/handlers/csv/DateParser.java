package dev.tidings.handlers.csv;

/**
 * Reads a field as a date, a date with a time, or a time of day.
 *
 * <p>Dates: {@code 2026-11-24}, {@code 24.11.2026}, {@code 11/24/2026}, {@code 24-11-26}, {@code 24-Nov-2026},
 * {@code Nov 24, 2026}; between the parts is a point, a slash or a hyphen. Two digits of a year mean 1969 to 2068. A time
 * follows behind a blank or {@code T}: see {@link TimeParser}.
 *
 * <p>Threads: one. The accessors speak of the field read last.
 */
final class DateParser {
    private static final DateOrder[] ORDERS = DateOrder.values();
    private static final int PIVOT = 69;

    private final TimeParser times = new TimeParser();
    private final double[] seconds = new double[ORDERS.length];

    private String field = "";
    private int at;
    private int orders;
    private double certain;
    private boolean twoDigitYear;
    private char mark;

    /** Bits of the {@link DateOrder}s in which the field is a date; 0 when there is no doubt about the order. */
    int orders() {
        return orders;
    }

    /** Seconds since 1970, or since midnight for a time of day; where there is no doubt about the order. */
    double seconds() {
        return certain;
    }

    /** Seconds since 1970 when the date is in that order. */
    double seconds(DateOrder order) {
        return seconds[order.index()];
    }

    /** Whether the year had two digits. */
    boolean twoDigitYear() {
        return twoDigitYear;
    }

    /** What stands between day, month and year. */
    char mark() {
        return mark;
    }

    /** Whether a time had an offset. */
    boolean offset() {
        return times.offset();
    }

    /** Reads a field that begins with a digit. */
    ValueKind read(String text) {
        field = text;
        int length = text.length();
        if (length < 4) {
            return ValueKind.TEXT;
        }
        at = 0;
        times.clear();
        int first = number(4);
        int width = at;
        if (at == length || (width == 3)) {
            return ValueKind.TEXT;
        }
        mark = text.charAt(at);
        if (mark == ':' && width <= 2) {
            orders = 0;
            twoDigitYear = false;
            certain = times.read(text, 0);
            return Double.isNaN(certain) || times.offset() ? ValueKind.TEXT : ValueKind.TIME;
        }
        if (mark != '.' && mark != '-' && mark != '/' && mark != ' ') {
            return ValueKind.TEXT;
        }
        at++;
        if (width <= 2 && (mark == '.' || mark == ' ') && at < length && text.charAt(at) == ' ') {
            at++;
        }
        if (at < length && Character.isLetter(text.charAt(at))) {
            return width <= 2 ? dayMonthName(first) : ValueKind.TEXT;
        }
        return mark == ' ' ? ValueKind.TEXT : numeric(first, width);
    }

    private ValueKind numeric(int first, int firstWidth) {
        int start = at;
        int second = number(2);
        if (at == start || at >= field.length() || field.charAt(at) != mark) {
            return ValueKind.TEXT;
        }
        at++;
        if (mark == '.' && at < field.length() && field.charAt(at) == ' ') {
            at++;
        }
        start = at;
        int third = number(4);
        int thirdWidth = at - start;
        twoDigitYear = false;
        if (firstWidth == 4) {
            orders = 0;
            certain = midnight(first, second, third);
            return thirdWidth == 1 || thirdWidth == 2 ? withTime(certain) : ValueKind.TEXT;
        }
        if (thirdWidth != 4 && (thirdWidth != 2 || firstWidth > 2)) {
            return ValueKind.TEXT;
        }
        twoDigitYear = thirdWidth == 2;
        int year = twoDigitYear ? fullYear(third) : third;
        seconds[0] = midnight(year, second, first);
        seconds[1] = midnight(year, first, second);
        boolean yearFirst = twoDigitYear && firstWidth == 2 && mark != '.';
        seconds[2] = yearFirst ? midnight(fullYear(first), second, third) : Double.NaN;
        orders = 0;
        for (int i = 0; i < ORDERS.length; i++) {
            orders |= Double.isNaN(seconds[i]) ? 0 : 1 << i;
        }
        if (orders == 0) {
            return ValueKind.TEXT;
        }
        return withTime(0);
    }

    /** {@code 24 Nov 2026}, {@code 24-Nov-26}, {@code 24. November 2026}; the position is at the name. */
    private ValueKind dayMonthName(int day) {
        int month = monthName();
        skipMarks();
        int start = at;
        int year = number(4);
        int width = at - start;
        if (month == 0 || (width != 4 && width != 2)) {
            return ValueKind.TEXT;
        }
        orders = 0;
        twoDigitYear = width == 2;
        certain = midnight(twoDigitYear ? fullYear(year) : year, month, day);
        return withTime(certain);
    }

    /** Reads a field that may be {@code Nov 24, 2026}. */
    ValueKind readMonthFirst(String text) {
        field = text;
        at = 0;
        times.clear();
        int month = monthName();
        if (month == 0 || at == text.length() || Character.isDigit(text.charAt(at))) {
            return ValueKind.TEXT;
        }
        skipMarks();
        int start = at;
        int day = number(2);
        if (at == start || at == text.length() || Character.isDigit(text.charAt(at))) {
            return ValueKind.TEXT;
        }
        skipMarks();
        start = at;
        int year = number(4);
        if (at - start != 4) {
            return ValueKind.TEXT;
        }
        orders = 0;
        twoDigitYear = false;
        mark = ' ';
        certain = midnight(year, month, day);
        return withTime(certain);
    }

    private int monthName() {
        int start = at;
        while (at < field.length() && Character.isLetter(field.charAt(at))) {
            at++;
        }
        return MonthName.number(field, start, at);
    }

    private void skipMarks() {
        while (at < field.length() && " .,-/".indexOf(field.charAt(at)) >= 0) {
            at++;
        }
    }

    /** Takes the time behind the date, if there is one; adds it to all readings. */
    private ValueKind withTime(double midnight) {
        if (Double.isNaN(midnight)) {
            return ValueKind.TEXT;
        }
        if (at == field.length()) {
            return ValueKind.DATE;
        }
        char c = field.charAt(at);
        int start = at + 1;
        if (c == ',' && start < field.length() && field.charAt(start) == ' ') {
            start++;
        } else if (c != ' ' && c != 'T') {
            return ValueKind.TEXT;
        }
        while (start < field.length() && field.charAt(start) == ' ') {
            start++;
        }
        double time = times.read(field, start);
        if (Double.isNaN(time)) {
            return ValueKind.TEXT;
        }
        certain += time;
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] += time;
        }
        return ValueKind.DATETIME;
    }

    private static int fullYear(int year) {
        return year < PIVOT ? 2000 + year : 1900 + year;
    }

    /** At most {@code most} digits from the position as a number. */
    private int number(int most) {
        int number = 0;
        int end = Math.min(field.length(), at + most);
        for (; at < end && field.charAt(at) >= '0' && field.charAt(at) <= '9'; at++) {
            number = number * 10 + (field.charAt(at) - '0');
        }
        return number;
    }

    /** The midnight of a number such as 20260328, in years from 1900 to 2099; NaN when it is no date. */
    static double compact(long digits) {
        int year = (int) (digits / 10_000);
        return year < 1900 || year > 2099
                ? Double.NaN
                : midnight(year, (int) (digits / 100 % 100), (int) (digits % 100));
    }

    /** Seconds since 1970; NaN when there is no such day. */
    private static double midnight(int year, int month, int day) {
        if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
            return Double.NaN;
        }
        // Days since 0000-03-01, which puts the leap day last (Howard Hinnant, "chrono-compatible low-level date
        // algorithms").
        long y = month > 2 ? year : year - 1L;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return (365 * y + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468) * 86_400.0;
    }

    private static int daysOf(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }
}
