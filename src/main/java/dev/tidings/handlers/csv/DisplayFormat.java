package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** DisplayFormat as a person reads them: grouped, rounded to what matters. */
final class DisplayFormat {
    private static final double DAY = 86_400;
    /** Whole numbers below are shown to their last digit. */
    private static final double MOST_WHOLE = 1L << 53;

    private static final String ABOUT = "≈\u202F";
    private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);

    private DisplayFormat() {}

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String count(long count, boolean approximate) {
        return approximate && count > 0 ? ABOUT + count(count) : count(count);
    }

    static String percent(long part, long whole) {
        if (whole == 0) {
            return "–";
        }
        double percent = 100.0 * part / whole;
        if (part > 0 && percent < 0.1) {
            return "<\u202F0.1\u202F%";
        }
        if (part < whole && percent > 99.9) {
            return ">\u202F99.9\u202F%";
        }
        return pattern("0.#").format(percent) + "\u202F%";
    }

    static String bytes(long bytes) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < units.length - 1) {
            size /= 1000;
            unit++;
        }
        return pattern(size < 100 && unit > 0 ? "0.#" : "0").format(size) + "\u202F" + units[unit];
    }

    /** A number to six digits that count; very large and very small ones with an exponent. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e15)) {
            return pattern("0.###E0").format(value);
        }
        BigDecimal rounded = size >= 1e6
                ? BigDecimal.valueOf(value).setScale(0, RoundingMode.HALF_EVEN)
                : BigDecimal.valueOf(value).round(new MathContext(6));
        return pattern("#,##0.##########").format(rounded).replace("-", "−");
    }

    /** A number in the little room that an axis has. */
    static String tick(double value) {
        double size = Math.abs(value);
        if (size < 100_000 || size >= 1e15) {
            return number(value);
        }
        String[] units = {"k", "M", "G", "T"};
        int unit = (int) Math.floor(Math.log10(size) / 3 + 1e-9) - 1;
        return number(value / Math.pow(1000, unit + 1.0)) + units[unit];
    }

    /** A value of a column: a number, or an instant. */
    static String value(Distribution.Scale scale, double value) {
        if (scale.temporal()) {
            return scale.iso(value).replace('T', ' ');
        }
        boolean digits = scale == Distribution.Scale.WHOLE && Math.abs(value) < MOST_WHOLE;
        return digits ? count(Math.round(value)).replace("-", "−") : number(value);
    }

    /** A value on an axis that spans {@code span}: only what changes along it. */
    static String tick(Distribution.Scale scale, double value, double span) {
        if (!scale.temporal()) {
            return tick(value);
        }
        LocalDateTime time = Distribution.Scale.dateTime(value);
        String pattern = "HH:mm:ss";
        if (span > 4 * 365 * DAY) {
            pattern = "uuuu";
        } else if (span > 100 * DAY) {
            pattern = "MMM uuuu";
        } else if (scale != Distribution.Scale.TIME_OF_DAY && (span > 3 * DAY || scale == Distribution.Scale.DATE)) {
            pattern = "d MMM";
        } else if (span > 600) {
            pattern = span > DAY && scale != Distribution.Scale.TIME_OF_DAY ? "d MMM HH:mm" : "HH:mm";
        }
        return time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }

    private static DecimalFormat pattern(String pattern) {
        return new DecimalFormat(pattern, SYMBOLS);
    }
}
