package dev.tidings.handlers.csv;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllLongsSketch;
import org.apache.datasketches.quantilescommon.DoublesSortedViewIterator;

/** A sketch of whole numbers, for columns that have some beyond 2^53, which a double does not tell apart. */
final class WholeQuantiles {
    private final KllLongsSketch sketch;

    WholeQuantiles(int k) {
        sketch = KllLongsSketch.newHeapInstance(k);
    }

    void add(long value) {
        sketch.update(value);
    }

    void add(WholeQuantiles other) {
        sketch.merge(other.sketch);
    }

    /** Takes whole numbers that a double holds. */
    void add(KllDoublesSketch smaller) {
        if (smaller.isEmpty()) {
            return;
        }
        DoublesSortedViewIterator values = smaller.getSortedView().iterator();
        while (values.next()) {
            sketch.update((long) values.getQuantile(), values.getWeight());
        }
    }

    /** The quantiles at {@link Distribution#RANKS}. */
    List<BigDecimal> list() {
        List<BigDecimal> quantiles = new ArrayList<>();
        for (long quantile : sketch.getQuantiles(Distribution.RANKS)) {
            quantiles.add(BigDecimal.valueOf(quantile));
        }
        return quantiles;
    }
}
