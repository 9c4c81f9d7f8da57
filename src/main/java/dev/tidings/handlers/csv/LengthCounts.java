package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts texts by their length: exactly up to {@value #TRACKED} characters, all longer ones together.
 *
 * <p>Threads: one.
 */
final class LengthCounts {
    private static final int TRACKED = 127;
    private static final int RANGES = 32;

    private final long[] counts = new long[TRACKED + 1];
    private long count;
    private long longer;
    private long sum;
    private int min = Integer.MAX_VALUE;
    private int max;

    void add(int length, long times) {
        if (length <= TRACKED) {
            counts[length] += times;
        } else {
            longer += times;
        }
        count += times;
        sum += length * times;
        min = Math.min(min, length);
        max = Math.max(max, length);
    }

    int min() {
        return min;
    }

    int max() {
        return max;
    }

    double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    Histogram histogram() {
        int last = Math.min(max, TRACKED);
        int first = Math.min(min, last);
        int step = (last - first) / RANGES + 1;
        List<Double> edges = new ArrayList<>();
        List<Long> ofRange = new ArrayList<>();
        for (int from = first; from <= last; from += step) {
            long inRange = 0;
            for (int length = from; length < from + step && length <= TRACKED; length++) {
                inRange += counts[length];
            }
            edges.add((double) from);
            ofRange.add(inRange);
        }
        edges.add((double) first + (double) step * ofRange.size());
        return new Histogram(edges, ofRange, 0, longer, false);
    }
}
