package dev.tidings.handlers.csv;

import java.util.List;

/**
 * How many values fall into each of a row of ranges.
 *
 * @param edges the ranges' borders, ascending, one more than counts; a value on a border belongs to the range above it
 * @param counts the values in each range
 * @param below values under the first border, when rare ones were left out so that the others can be seen
 * @param above values over the last border, likewise
 * @param approximate whether the counts are estimates
 */
record Histogram(List<Double> edges, List<Long> counts, long below, long above, boolean approximate) {
    Histogram {
        edges = List.copyOf(edges);
        counts = List.copyOf(counts);
        if (edges.size() != counts.size() + 1) {
            throw new IllegalArgumentException(edges.size() + " edges for " + counts.size() + " counts");
        }
    }

    /** The largest count. */
    long peak() {
        return counts.stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
