package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Chooses the borders of a histogram's ranges: round ones, at most about {@value #RANGES} ranges. */
final class HistogramEdges {
    static final int RANGES = 36;

    /** A tail is cut off when it stretches the axis by more than this. */
    private static final double STRETCH = 4;

    private static final double DAY = 86_400;
    private static final double MONTH = 30 * DAY;
    private static final double[] SECONDS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY,
        14 * DAY
    };
    private static final int[] MONTHS = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000};

    private HistogramEdges() {}

    /** Borders for what lies between the distribution's ends, or between its tails when these are long and thin. */
    static List<Double> of(Distribution distribution) {
        double low = distribution.min();
        double high = distribution.max();
        double p1 = distribution.quantiles().get(0);
        double p99 = distribution.quantiles().get(distribution.quantiles().size() - 1);
        double core = p99 - p1;
        if (core > 0 && high - low > STRETCH * core) {
            low = Math.max(low, p1 - core / 4);
            high = Math.min(high, p99 + core / 4);
        }
        if (distribution.scale().temporal()) {
            return times(low, high, distribution.scale() == Distribution.Scale.DATE ? DAY : 1);
        }
        return numbers(low, high, distribution.scale() == Distribution.Scale.WHOLE);
    }

    private static List<Double> numbers(double low, double high, boolean whole) {
        double span = high - low;
        if (span == 0 || !Double.isFinite(span)) {
            return around(low, high);
        }
        double step = roundedUp(span / RANGES);
        if (whole) {
            step = span < RANGES ? 1 : Math.max(1, Math.rint(step));
        }
        return steps(low, high, step);
    }

    /** A single range: all values are alike, or so far apart that no step can be told. */
    private static List<Double> around(double low, double high) {
        return List.of(low, high > low ? Math.nextUp(high) : low + Math.max(1, Math.ulp(low)));
    }

    /** The next of 1, 2, 2.5, 5, 10 times a power of ten. */
    private static double roundedUp(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        for (double factor : new double[] {1, 2, 2.5, 5}) {
            if (factor * power >= step) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static List<Double> steps(double low, double high, double step) {
        // In decimal, so that a border of 0.006 is the number that a field "0.006" is.
        BigDecimal exactStep = BigDecimal.valueOf(step).round(new MathContext(12));
        BigDecimal exactEdge = exactStep.multiply(BigDecimal.valueOf(Math.floor(low / step)));
        List<Double> edges = new ArrayList<>();
        while (edges.size() < 2 || edges.get(edges.size() - 1) <= high) {
            double edge = exactEdge.doubleValue();
            exactEdge = exactEdge.add(exactStep);
            if (!edges.isEmpty() && edge <= edges.get(edges.size() - 1)) {
                return around(low, high);
            }
            edges.add(edge);
        }
        return edges;
    }

    private static List<Double> times(double low, double high, double leastStep) {
        double wanted = Math.max(leastStep, (high - low) / RANGES);
        for (double step : SECONDS) {
            if (step >= wanted) {
                return steps(low, high, step);
            }
        }
        for (int months : MONTHS) {
            if (months * MONTH >= wanted) {
                return months(low, high, months);
            }
        }
        return months(low, high, MONTHS[MONTHS.length - 1]);
    }

    private static List<Double> months(double low, double high, int step) {
        LocalDateTime start = Distribution.Scale.dateTime(low);
        int month = Math.floorDiv(start.getYear() * 12 + start.getMonthValue() - 1, step) * step;
        List<Double> edges = new ArrayList<>();
        for (int i = month; edges.size() < 2 || edges.get(edges.size() - 1) <= high; i += step) {
            LocalDateTime edge = LocalDateTime.of(Math.floorDiv(i, 12), Math.floorMod(i, 12) + 1, 1, 0, 0);
            edges.add((double) edge.toEpochSecond(ZoneOffset.UTC));
        }
        return edges;
    }
}
