package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads a field as a number, once with a decimal point and once with a decimal comma.
 *
 * <p>Digits with an optional sign, groups, fraction and exponent. Groups have three digits, or as in India two and then
 * three at the end; between them is a point, a comma, an apostrophe or a space. Around the digits may stand a currency or
 * {@code %}; a minus may stand behind them, and parentheses make a number negative. A leading zero makes an identifier.
 *
 * <p>Threads: one. The accessors speak of the field read last.
 */
final class NumberParser {
    /** In which ways a field is a number. */
    enum Reading {
        /** The same in both: no mark, or groups that neither a point nor a comma parts. */
        BOTH,
        POINT_ONLY,
        COMMA_ONLY,
        /** {@code 1.234}: a decimal by the point, a grouped whole number by the comma. */
        POINT_OR_GROUP,
        /** {@code 1,234}: a decimal by the comma, a grouped whole number by the point. */
        COMMA_OR_GROUP
    }

    private static final int LONGEST = 64;
    private static final int MOST_GROUPS = 14;

    /** So many digits fit a long. */
    private static final int LONG_DIGITS = 18;

    /** So many digits, and such a power of ten, divide to the nearest double. */
    private static final int EXACT_DIGITS = 15;

    private static final double[] POWERS_OF_TEN = powersOfTen();

    private final NumberFrame frame = new NumberFrame();
    private final char[] marks = new char[MOST_GROUPS];
    private final int[] lengths = new int[MOST_GROUPS + 1];

    private boolean groupsAllowed = true;
    private char onlyGroup;

    private String field = "";
    private int from;
    private int to;
    private long digits;
    private int count;
    private int markCount;
    private int exponent;
    private Reading reading = Reading.BOTH;
    private boolean decimal;
    private boolean grouped;
    private boolean zeroFirst;

    /** Takes only {@code mark} for what parts groups; a space stands for each kind of it, NUL for none at all. */
    void groupOnlyBy(char mark) {
        groupsAllowed = mark != '\0';
        onlyGroup = mark;
    }

    /** Reads {@code text}: {@link ValueKind#NUMBER}, {@link ValueKind#LEADING_ZERO} or {@link ValueKind#TEXT}. */
    ValueKind read(String text) {
        field = text;
        from = 0;
        to = text.length();
        frame.clear();
        if (to > LONGEST) {
            return ValueKind.TEXT;
        }
        if (!isDigit(text.charAt(0)) || !isDigit(text.charAt(to - 1))) {
            if (!frame.remove(text)) {
                return ValueKind.TEXT;
            }
            from = frame.from();
            to = frame.to();
        }
        if (!scan() || !interpret()) {
            return ValueKind.TEXT;
        }
        return zeroFirst ? ValueKind.LEADING_ZERO : ValueKind.NUMBER;
    }

    /** Counts digits between marks, up to the exponent. */
    private boolean scan() {
        digits = 0;
        count = 0;
        markCount = 0;
        exponent = 0;
        int segment = 0;
        for (int i = from; i < to; i++) {
            char c = field.charAt(i);
            if (isDigit(c)) {
                digits = count < LONG_DIGITS ? digits * 10 + (c - '0') : digits;
                count++;
                segment++;
            } else if (markCount < MOST_GROUPS && isMark(c)) {
                lengths[markCount] = segment;
                marks[markCount++] = Blanks.isSpace(c) ? ' ' : c == '\u2019' ? '\'' : c;
                segment = 0;
            } else if ((c == 'e' || c == 'E') && isExponent(i + 1)) {
                exponent = to - i;
                break;
            } else {
                return false;
            }
        }
        lengths[markCount] = segment;
        return count > 0;
    }

    private static boolean isMark(char c) {
        return c == '.' || c == ',' || c == '\'' || c == '\u2019' || Blanks.isSpace(c);
    }

    private boolean isExponent(int at) {
        int i = at < to && (field.charAt(at) == '-' || field.charAt(at) == '+') ? at + 1 : at;
        int length = to - i;
        if (length < 1 || length > 3) {
            return false;
        }
        for (; i < to; i++) {
            if (!isDigit(field.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Says in which ways the digits and marks are a number; false when in none. */
    private boolean interpret() {
        zeroFirst = lengths[0] > 1 && field.charAt(from) == '0';
        decimal = false;
        grouped = false;
        if (markCount == 0) {
            reading = Reading.BOTH;
            return isFinite();
        }
        char last = marks[markCount - 1];
        boolean lastIsDecimal = last == '.' || last == ',';
        decimal = lastIsDecimal
                && lengths[markCount] > 0
                && (markCount == 1 || (marks[0] != last && isGrouped(markCount - 1)));
        grouped = exponent == 0 && isGrouped(markCount);
        if (decimal && grouped) {
            reading = last == '.' ? Reading.POINT_OR_GROUP : Reading.COMMA_OR_GROUP;
        } else if (decimal) {
            reading = last == '.' ? Reading.POINT_ONLY : Reading.COMMA_ONLY;
        } else if (grouped) {
            reading = last == '.' ? Reading.COMMA_ONLY : last == ',' ? Reading.POINT_ONLY : Reading.BOTH;
        } else {
            return false;
        }
        return isFinite();
    }

    /** Whether the first {@code n} marks are all the same and part groups of the right lengths. */
    private boolean isGrouped(int n) {
        char mark = marks[0];
        if (!groupsAllowed || (onlyGroup != '\0' && onlyGroup != mark)) {
            return false;
        }
        if (lengths[0] < 1 || lengths[0] > 3 || field.charAt(from) == '0' || lengths[n] != 3) {
            return false;
        }
        boolean threes = true;
        boolean twos = mark != '.' && mark != '\'' && lengths[0] <= 2;
        for (int i = 1; i < n; i++) {
            if (marks[i] != mark) {
                return false;
            }
            threes = threes && lengths[i] == 3;
            twos = twos && lengths[i] == 2;
        }
        return threes || twos;
    }

    private boolean isFinite() {
        return exponent == 0 || Double.isFinite(parse(decimal ? lengths[markCount] : 0));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** In which ways the field is a number. */
    Reading reading() {
        return reading;
    }

    /** The unit, such as {@code %} or {@code EUR}; null when there is none. */
    @Nullable
    String unit() {
        return frame.unit();
    }

    /** What parts the groups when the decimal mark is {@code mark}; NUL when nothing does. */
    char group(char mark) {
        if (markCount == 0 || (markCount == 1 && isDecimal(mark))) {
            return '\0';
        }
        return marks[0];
    }

    /** How many digits there are. */
    int digits() {
        return count;
    }

    /** Whether the field has a fraction or an exponent when the decimal mark is {@code mark}. */
    boolean fractional(char mark) {
        return exponent > 0 || isDecimal(mark);
    }

    private boolean isDecimal(char mark) {
        return decimal && (!grouped || marks[markCount - 1] == mark);
    }

    /** The value when the decimal mark is {@code mark}. */
    double value(char mark) {
        int fraction = isDecimal(mark) ? lengths[markCount] : 0;
        double size = exponent == 0 && count <= EXACT_DIGITS ? digits / POWERS_OF_TEN[fraction] : parse(fraction);
        return frame.negative() ? -size : size;
    }

    /** Whether {@link #value} may not be the very number. */
    boolean coarse(char mark) {
        if (count <= EXACT_DIGITS) {
            return false;
        }
        return fractional(mark) || count > LONG_DIGITS || digits > 1L << 53;
    }

    /** The number when the decimal mark is {@code mark}, to its last digit. */
    BigDecimal exact(char mark) {
        BigDecimal size = new BigDecimal(plain(isDecimal(mark) ? lengths[markCount] : 0));
        return frame.negative() ? size.negate() : size;
    }

    private double parse(int fraction) {
        return exponent == 0 && fraction == 0 && count <= LONG_DIGITS
                ? (double) digits
                : Double.parseDouble(plain(fraction));
    }

    /** The digits as Java writes them, without a sign. */
    private String plain(int fraction) {
        StringBuilder plain = new StringBuilder(LONGEST);
        int end = to - exponent;
        int whole = count - fraction;
        for (int i = from; i < end; i++) {
            char c = field.charAt(i);
            if (isDigit(c)) {
                plain.append(whole-- == 0 ? "." : "").append(c);
            }
        }
        return plain.append(field, end, to).toString();
    }

    private static double[] powersOfTen() {
        double[] powers = new double[LONGEST + 1];
        double power = 1;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power *= 10;
        }
        return powers;
    }
}
