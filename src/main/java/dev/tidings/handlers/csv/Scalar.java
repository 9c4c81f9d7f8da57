package dev.tidings.handlers.csv;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Reads one field after another and says what each is.
 *
 * <p>Numbers: digits with an optional sign, fraction and exponent; a leading zero ({@code 00123}) makes an identifier of
 * them, which is text. Dates: {@code 2026-11-24}, {@code 2026/11/24}, {@code 24.11.2026}; with a time behind a blank or
 * {@code T}, to the minute or finer, with or without an offset. Booleans: true, false, yes, no.
 *
 * <p>Threads: one. The accessors speak of the field read last.
 */
final class Scalar {
    /** What a field can be. */
    enum Kind {
        INTEGER,
        DECIMAL,
        DATE,
        DATETIME,
        BOOLEAN,
        TEXT;

        boolean numeric() {
            return this == INTEGER || this == DECIMAL;
        }

        boolean temporal() {
            return this == DATE || this == DATETIME;
        }
    }

    private static final int LONGEST_NUMBER = 40;
    private static final int EXACT_DIGITS = 15;
    private static final double[] POWERS_OF_TEN = powersOfTen();

    private final boolean decimalComma;

    private double value;
    private boolean leadingZero;
    private boolean offset;

    /**
     * Begins.
     *
     * @param decimalComma whether {@code 1,5} is a number too
     */
    Scalar(boolean decimalComma) {
        this.decimalComma = decimalComma;
    }

    /** A number's value; a date's or time's seconds since 1970, in UTC where it has an offset, else as if it were. */
    double value() {
        return value;
    }

    /** Whether the field was text only because it began with a zero. */
    boolean leadingZero() {
        return leadingZero;
    }

    /** Whether a time had an offset. */
    boolean offset() {
        return offset;
    }

    /** Says what {@code field}, not blank and without blanks around it, is. */
    Kind read(String field) {
        leadingZero = false;
        offset = false;
        char first = field.charAt(0);
        boolean digit = first >= '0' && first <= '9';
        if (digit && field.length() >= 10) {
            Kind kind = readDate(field);
            if (kind != Kind.TEXT) {
                return kind;
            }
        }
        if (digit || first == '-' || first == '+' || first == '.' || first == ',') {
            return readNumber(field);
        }
        return isBoolean(field) ? Kind.BOOLEAN : Kind.TEXT;
    }

    private static boolean isBoolean(String field) {
        return switch (field.length()) {
            case 2 -> field.equalsIgnoreCase("no");
            case 3 -> field.equalsIgnoreCase("yes");
            case 4 -> field.equalsIgnoreCase("true");
            case 5 -> field.equalsIgnoreCase("false");
            default -> false;
        };
    }

    private Kind readNumber(String field) {
        int length = field.length();
        if (length > LONGEST_NUMBER) {
            return Kind.TEXT;
        }
        int i = field.charAt(0) == '-' || field.charAt(0) == '+' ? 1 : 0;
        int start = i;
        long digits = 0;
        int count = 0;
        for (; i < length && isDigit(field, i); i++, count++) {
            digits = count < EXACT_DIGITS ? digits * 10 + (field.charAt(i) - '0') : digits;
        }
        boolean zeroInFront = i - start > 1 && field.charAt(start) == '0';
        int fraction = 0;
        boolean point = i < length && isPoint(field.charAt(i));
        if (point) {
            for (i++; i < length && isDigit(field, i); i++, count++, fraction++) {
                digits = count < EXACT_DIGITS ? digits * 10 + (field.charAt(i) - '0') : digits;
            }
        }
        int exponent = i < length ? exponentLength(field, i) : 0;
        if (count == 0 || i + exponent != length || (point && fraction == 0)) {
            return Kind.TEXT;
        }
        if (zeroInFront) {
            leadingZero = true;
            return Kind.TEXT;
        }
        if (count <= EXACT_DIGITS && exponent == 0) {
            value = digits / POWERS_OF_TEN[fraction];
            value = field.charAt(0) == '-' ? -value : value;
        } else {
            value = Double.parseDouble(decimalComma ? field.replace(',', '.') : field);
        }
        if (Double.isInfinite(value)) {
            return Kind.TEXT;
        }
        return point || exponent > 0 ? Kind.DECIMAL : Kind.INTEGER;
    }

    private boolean isPoint(char c) {
        return c == '.' || (decimalComma && c == ',');
    }

    /** The length of {@code e-12} and the like at the end of the field, 0 if there is none. */
    private static int exponentLength(String field, int at) {
        if (field.charAt(at) != 'e' && field.charAt(at) != 'E') {
            return 0;
        }
        int i = at + 1;
        if (i < field.length() && (field.charAt(i) == '-' || field.charAt(i) == '+')) {
            i++;
        }
        int digits = 0;
        for (; i < field.length() && isDigit(field, i); i++) {
            digits++;
        }
        return digits >= 1 && digits <= 3 && i == field.length() ? i - at : 0;
    }

    private Kind readDate(String field) {
        char mark = field.charAt(4);
        int year;
        int month;
        int day;
        if ((mark == '-' || mark == '/') && field.charAt(7) == mark) {
            year = number(field, 0, 4);
            month = number(field, 5, 2);
            day = number(field, 8, 2);
        } else if (field.charAt(2) == '.' && field.charAt(5) == '.') {
            day = number(field, 0, 2);
            month = number(field, 3, 2);
            year = number(field, 6, 4);
        } else {
            return Kind.TEXT;
        }
        if (year < 1 || month < 1 || month > 12 || day < 1) {
            return Kind.TEXT;
        }
        if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
            return Kind.TEXT;
        }
        double midnight = LocalDate.of(year, month, day).toEpochDay() * 86_400.0;
        if (field.length() == 10) {
            value = midnight;
            return Kind.DATE;
        }
        double seconds = secondsOfDay(field);
        if (Double.isNaN(seconds)) {
            return Kind.TEXT;
        }
        value = midnight + seconds;
        return Kind.DATETIME;
    }

    /** The seconds since midnight UTC that {@code T15:42:14.5+01:00} at index 10 says; NaN when it is no time. */
    private double secondsOfDay(String field) {
        int length = field.length();
        if (length < 16 || (field.charAt(10) != 'T' && field.charAt(10) != ' ') || field.charAt(13) != ':') {
            return Double.NaN;
        }
        int hour = number(field, 11, 2);
        int minute = number(field, 14, 2);
        double second = 0;
        int i = 16;
        if (i < length && field.charAt(i) == ':') {
            second = number(field, 17, 2);
            i = 19;
            if (second >= 0 && i < length && (field.charAt(i) == '.' || field.charAt(i) == ',')) {
                int digits = 0;
                for (i++; i < length && isDigit(field, i) && digits < 9; i++, digits++) {
                    second += (field.charAt(i) - '0') / POWERS_OF_TEN[digits + 1];
                }
                second = digits == 0 ? -1 : second;
            }
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second >= 60) {
            return Double.NaN;
        }
        return hour * 3600 + minute * 60 + second - offsetSeconds(field, i);
    }

    /** The seconds by which {@code Z}, {@code +01:00}, {@code +0100} or {@code +01} is ahead; NaN for anything else. */
    private double offsetSeconds(String field, int at) {
        int i = at < field.length() && field.charAt(at) == ' ' ? at + 1 : at;
        int rest = field.length() - i;
        if (rest == 0 && i == at) {
            return 0;
        }
        offset = true;
        if (rest == 1 && (field.charAt(i) == 'Z' || field.charAt(i) == 'z')) {
            return 0;
        }
        if (rest < 3 || rest > 6 || (field.charAt(i) != '+' && field.charAt(i) != '-')) {
            return Double.NaN;
        }
        int hours = number(field, i + 1, 2);
        int minutes = 0;
        if (rest == 6 && field.charAt(i + 3) == ':') {
            minutes = number(field, i + 4, 2);
        } else if (rest == 5) {
            minutes = number(field, i + 3, 2);
        } else if (rest != 3) {
            return Double.NaN;
        }
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return Double.NaN;
        }
        int seconds = hours * 3600 + minutes * 60;
        return field.charAt(i) == '-' ? -seconds : seconds;
    }

    /** The {@code length} digits at {@code from} as a number; -1 when they are not all digits. */
    private static int number(String field, int from, int length) {
        if (from + length > field.length()) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < from + length; i++) {
            if (!isDigit(field, i)) {
                return -1;
            }
            number = number * 10 + (field.charAt(i) - '0');
        }
        return number;
    }

    private static boolean isDigit(String field, int at) {
        char c = field.charAt(at);
        return c >= '0' && c <= '9';
    }

    private static double[] powersOfTen() {
        double[] powers = new double[LONGEST_NUMBER + 1];
        double power = 1;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power *= 10;
        }
        return powers;
    }
}
