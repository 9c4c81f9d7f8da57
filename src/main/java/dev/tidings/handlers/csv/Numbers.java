package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the numbers, or of the instants, of a column: a KLL sketch, the ends, and running moments (Welford).
 *
 * <p>Threads: one.
 */
final class Numbers {
    /** From here on a double does not tell neighbouring whole numbers apart. */
    private static final double COARSE = 1L << 53;

    private final KllDoublesSketch sketch;
    private long count;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private @Nullable String minText;
    private @Nullable String maxText;

    Numbers(int k) {
        sketch = KllDoublesSketch.newHeapInstance(k);
    }

    /**
     * Takes one in.
     *
     * @param text as it was written
     */
    void add(double value, String text) {
        sketch.update(value);
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        if (value < min || (value == min && isBelow(text, minText))) {
            min = value;
            minText = text;
        }
        if (value > max || (value == max && isBelow(maxText, text))) {
            max = value;
            maxText = text;
        }
    }

    private boolean isBelow(@Nullable String text, @Nullable String other) {
        if (text == null || other == null || (Math.abs(min) < COARSE && Math.abs(max) < COARSE)) {
            return false;
        }
        return decimal(text).compareTo(decimal(other)) < 0;
    }

    /** The ends, moments and quantiles; there must be values. */
    Spread spread(Spread.Scale scale) {
        List<Double> quantiles = new ArrayList<>();
        for (double quantile : sketch.getQuantiles(Spread.RANKS)) {
            quantiles.add(quantile);
        }
        return new Spread(
                scale,
                min,
                max,
                scale.temporal() || minText == null ? null : decimal(minText),
                scale.temporal() || maxText == null ? null : decimal(maxText),
                mean,
                count < 2 ? 0 : Math.sqrt(squares / (count - 1)),
                quantiles,
                sketch.isEstimationMode());
    }

    /** The values counted by ranges. */
    Histogram histogram(List<Double> edges) {
        double[] borders = edges.stream().mapToDouble(Double::doubleValue).toArray();
        double[] ranks = sketch.getCDF(borders, QuantileSearchCriteria.EXCLUSIVE);
        List<Long> counts = new ArrayList<>();
        long before = Math.round(ranks[0] * count);
        long below = before;
        for (int i = 1; i < borders.length; i++) {
            long upTo = Math.round(ranks[i] * count);
            counts.add(upTo - before);
            before = upTo;
        }
        return new Histogram(edges, counts, below, count - before, sketch.isEstimationMode());
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text.replace(',', '.'));
    }
}
