package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the numbers, or of the instants, of a column: a KLL sketch, the ends, the sum, and the running variance
 * (Welford).
 *
 * <p>Numbers that a double may not hold exactly come by {@link #addCoarse}: the ends and, for whole numbers, the
 * quantiles keep all their digits. Threads: one.
 */
final class NumberStats {
    private final int k;
    private final KllDoublesSketch sketch;
    private @Nullable WholeQuantiles wholes;
    private long count;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private @Nullable BigDecimal exactMin;
    private @Nullable BigDecimal exactMax;
    private boolean fractions;

    // The sum: whole numbers exactly, the others with the error that each addition made (Neumaier).
    private long wholeSum;
    private BigInteger wholeCarry = BigInteger.ZERO;
    private double sum;
    private double sumError;

    NumberStats(int k) {
        this.k = k;
        sketch = KllDoublesSketch.newHeapInstance(k);
    }

    long count() {
        return count;
    }

    /** Takes a whole number of at most 2^53. */
    void addWhole(double value) {
        addToWholeSum((long) value);
        if (wholes != null) {
            wholes.add((long) value);
        }
        addValue(value);
        if (value == min && exactMin != null && BigDecimal.valueOf(value).compareTo(exactMin) <= 0) {
            exactMin = null;
        }
        if (value == max && exactMax != null && BigDecimal.valueOf(value).compareTo(exactMax) >= 0) {
            exactMax = null;
        }
    }

    /** Takes a number that has a fraction or an exponent, or an instant. */
    void add(double value) {
        fractions = true;
        addToSum(value);
        addValue(value);
    }

    /**
     * Takes a number that may be finer than a double.
     *
     * @param exact the same to its last digit
     */
    void addCoarse(double value, BigDecimal exact) {
        boolean below = value < min || (value == min && exact.compareTo(min(value)) < 0);
        boolean above = value > max || (value == max && exact.compareTo(max(value)) > 0);
        boolean whole = exact.scale() <= 0 && exact.precision() - exact.scale() <= 18;
        if (whole) {
            if (!fractions) {
                wholes = wholes();
                wholes.add(exact.longValueExact());
            }
            addToWholeSum(exact.longValueExact());
        } else {
            fractions = true;
            addToSum(value);
        }
        addValue(value);
        exactMin = below ? exact : exactMin;
        exactMax = above ? exact : exactMax;
    }

    private BigDecimal min(double value) {
        return exactMin == null ? new BigDecimal(value) : exactMin;
    }

    private BigDecimal max(double value) {
        return exactMax == null ? new BigDecimal(value) : exactMax;
    }

    private void addValue(double value) {
        sketch.update(value);
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        if (value < min) {
            min = value;
            exactMin = null;
        }
        if (value > max) {
            max = value;
            exactMax = null;
        }
    }

    private void addToWholeSum(long value) {
        long next = wholeSum + value;
        if (((wholeSum ^ next) & (value ^ next)) < 0) {
            wholeCarry = wholeCarry.add(BigInteger.valueOf(wholeSum));
            next = value;
        }
        wholeSum = next;
    }

    private void addToSum(double value) {
        double next = sum + value;
        sumError += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
        sum = next;
    }

    /** Takes in what another has. */
    void merge(NumberStats other) {
        if (other.count == 0) {
            return;
        }
        if (wholes != null || other.wholes != null) {
            WholeQuantiles merged = wholes();
            merged.add(other.wholes());
            wholes = fractions || other.fractions ? null : merged;
        }
        sketch.merge(other.sketch);
        long total = count + other.count;
        double delta = other.mean - mean;
        squares += other.squares + delta * delta * ((double) count * other.count / total);
        mean += delta * other.count / total;
        count = total;
        fractions = fractions || other.fractions;
        addToWholeSum(other.wholeSum);
        wholeCarry = wholeCarry.add(other.wholeCarry);
        addToSum(other.sum);
        sumError += other.sumError;
        mergeEnds(other);
    }

    private void mergeEnds(NumberStats other) {
        if (other.min < min || (other.min == min && other.min(min).compareTo(min(min)) < 0)) {
            min = other.min;
            exactMin = other.exactMin;
        }
        if (other.max > max || (other.max == max && other.max(max).compareTo(max(max)) > 0)) {
            max = other.max;
            exactMax = other.exactMax;
        }
    }

    /** The whole numbers so far in a sketch that tells them apart. */
    private WholeQuantiles wholes() {
        if (wholes != null) {
            return wholes;
        }
        WholeQuantiles smaller = new WholeQuantiles(k);
        smaller.add(sketch);
        return smaller;
    }

    private double mean() {
        if (!Double.isFinite(sum + sumError)) {
            return mean;
        }
        BigDecimal total = new BigDecimal(wholeCarry.add(BigInteger.valueOf(wholeSum)))
                .add(new BigDecimal(sum))
                .add(new BigDecimal(sumError));
        return total.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue();
    }

    /** The ends, moments and quantiles; there must be values. */
    Distribution distribution(Distribution.Scale scale) {
        List<Double> quantiles = new ArrayList<>();
        for (double quantile : sketch.getQuantiles(Distribution.RANKS)) {
            quantiles.add(quantile);
        }
        return new Distribution(
                scale,
                min,
                max,
                exactMin,
                exactMax,
                mean(),
                count < 2 ? 0 : Math.sqrt(squares / (count - 1)),
                quantiles,
                wholes == null || fractions ? List.of() : wholes.list(),
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
}
