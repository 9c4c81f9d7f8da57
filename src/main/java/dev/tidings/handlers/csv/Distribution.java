package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the numbers or instants of a column are distributed.
 *
 * @param scale how to write them
 * @param exactMin the least number to its last digit, where {@code min} may not be that
 * @param exactMax the greatest number to its last digit, where {@code max} may not be that
 * @param mean not finite when the sum was beyond a double
 * @param deviation the standard deviation, of a sample
 * @param quantiles at {@link #RANKS}
 * @param exactQuantiles the same to the last digit; empty where {@code quantiles} are exact
 * @param approximate whether the quantiles are estimates
 */
record Distribution(
        Scale scale,
        double min,
        double max,
        @Nullable BigDecimal exactMin,
        @Nullable BigDecimal exactMax,
        double mean,
        double deviation,
        List<Double> quantiles,
        List<BigDecimal> exactQuantiles,
        boolean approximate) {

    /** The ranks of the quantiles. */
    static final double[] RANKS = {0.01, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99};

    /** Their names in JSON. */
    static final List<String> NAMES = List.of("p1", "p5", "p25", "p50", "p75", "p95", "p99");

    private static final int MEDIAN = 3;

    Distribution {
        quantiles = List.copyOf(quantiles);
        exactQuantiles = List.copyOf(exactQuantiles);
    }

    double median() {
        return quantiles.get(MEDIAN);
    }

    /** How values are written: numbers, or seconds since 1970 as dates. */
    enum Scale {
        WHOLE,
        NUMBER,
        DATE,
        LOCAL_TIME,
        INSTANT,
        TIME_OF_DAY;

        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

        boolean temporal() {
            return this == DATE || this == LOCAL_TIME || this == INSTANT || this == TIME_OF_DAY;
        }

        /** An instant as ISO-8601 has it, to the second. */
        String iso(double epochSeconds) {
            LocalDateTime time = dateTime(epochSeconds);
            return switch (this) {
                case DATE -> time.toLocalDate().toString();
                case INSTANT -> time.format(TIME) + "Z";
                case TIME_OF_DAY -> time.format(TIME).substring("uuuu-MM-ddT".length());
                default -> time.format(TIME);
            };
        }

        static LocalDateTime dateTime(double epochSeconds) {
            return LocalDateTime.ofInstant(Instant.ofEpochSecond((long) Math.floor(epochSeconds)), ZoneOffset.UTC);
        }
    }
}
