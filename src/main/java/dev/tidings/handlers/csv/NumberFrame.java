package dev.tidings.handlers.csv;

import java.util.Currency;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what stands around the digits of a number: sign, parentheses, currency, per cent.
 *
 * <p>Threads: one. The accessors speak of the field removed from last.
 */
final class NumberFrame {
    private static final Set<String> CODES = codes();
    private static final String[] SIGNS = {
        "US$", "CA$", "AU$", "NZ$", "HK$", "R$", "A$", "C$", "SFr.", "Fr.", "Rs.", "kr.", "kr", "z\u0142", "K\u010D",
        "Ft"
    };
    private static final int LONGEST_CODE = 3;

    private String text = "";
    private int from;
    private int to;
    private boolean signed;
    private boolean negative;
    private boolean braced;
    private @Nullable String unit;

    /** Forgets the last field. */
    void clear() {
        signed = false;
        negative = false;
        braced = false;
        unit = null;
    }

    /** Where the digits begin. */
    int from() {
        return from;
    }

    /** Behind the digits. */
    int to() {
        return to;
    }

    boolean negative() {
        return negative;
    }

    /** The currency or {@code %}; null when there is neither. */
    @Nullable
    String unit() {
        return unit;
    }

    /** Takes it away; false when something else stands there, or nothing is left. */
    boolean remove(String field) {
        text = field;
        from = 0;
        to = field.length();
        while (from < to && !isDigitOrPoint(text.charAt(from))) {
            if (!removeFirst()) {
                return false;
            }
        }
        while (to > from && !isDigit(text.charAt(to - 1))) {
            if (!removeLast()) {
                return false;
            }
        }
        return to > from;
    }

    private boolean removeFirst() {
        char c = text.charAt(from);
        if (Blanks.isSpace(c)) {
            from++;
            return from > 1;
        }
        if (c == '(' && text.charAt(to - 1) == ')' && !signed && !braced) {
            braced = true;
            negative = true;
            from++;
            to--;
            return true;
        }
        if (isSign(c)) {
            return takeSign(c) && ++from > 0;
        }
        int length = unitLength();
        if (length == 0 || unit != null) {
            return false;
        }
        unit = text.substring(from, from + length);
        from += length;
        return true;
    }

    private int unitLength() {
        if (Character.getType(text.charAt(from)) == Character.CURRENCY_SYMBOL) {
            return 1;
        }
        for (String sign : SIGNS) {
            if (text.startsWith(sign, from)) {
                return sign.length();
            }
        }
        int end = from + LONGEST_CODE;
        boolean code = end < to && Blanks.isSpace(text.charAt(end)) && CODES.contains(text.substring(from, end));
        return code ? LONGEST_CODE : 0;
    }

    private boolean removeLast() {
        char c = text.charAt(to - 1);
        if (Blanks.isSpace(c)) {
            to--;
            return true;
        }
        if (isSign(c) && c != '+') {
            return takeSign(c) && --to > 0;
        }
        if (unit != null) {
            return false;
        }
        if (c == '%' || Character.getType(c) == Character.CURRENCY_SYMBOL) {
            unit = String.valueOf(c);
            to--;
            return true;
        }
        for (String sign : SIGNS) {
            if (text.startsWith(sign, to - sign.length())) {
                unit = sign;
                to -= sign.length();
                return true;
            }
        }
        int start = to - LONGEST_CODE;
        if (start > from && Blanks.isSpace(text.charAt(start - 1)) && CODES.contains(text.substring(start, to))) {
            unit = text.substring(start, to);
            to = start;
            return true;
        }
        return false;
    }

    private boolean takeSign(char c) {
        if (signed || braced) {
            return false;
        }
        signed = true;
        negative = c != '+';
        return true;
    }

    private static boolean isSign(char c) {
        return c == '-' || c == '+' || c == '\u2212';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isDigitOrPoint(char c) {
        return isDigit(c) || c == '.' || c == ',';
    }

    private static Set<String> codes() {
        Set<String> codes = new HashSet<>();
        Currency.getAvailableCurrencies().forEach(currency -> codes.add(currency.getCurrencyCode()));
        return codes;
    }
}
