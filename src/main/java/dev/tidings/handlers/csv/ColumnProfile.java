package dev.tidings.handlers.csv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column after the last row.
 *
 * @param position from 1
 * @param values fields that are not empty
 * @param nulls fields that are empty, blank, or missing in a short row
 * @param distinct different values
 * @param distinctApproximate whether {@code distinct} is an estimate
 * @param spread of the numbers or instants, when the type is such
 * @param texts the lengths and ends of what was written
 * @param histogram of the numbers or instants, or of the lengths of texts; null when empty
 * @param top the most frequent values, when some repeat
 * @param topApproximate whether the counts of {@code top} are estimates
 * @param exceptions values that are not of the column's type, below 5 of 100
 * @param exceptionExamples the first of these
 * @param examples the first values
 */
record ColumnProfile(
        int position,
        String name,
        ColumnType type,
        long values,
        long nulls,
        long distinct,
        boolean distinctApproximate,
        @Nullable Spread spread,
        @Nullable Texts texts,
        @Nullable Histogram histogram,
        List<Frequent> top,
        boolean topApproximate,
        long exceptions,
        List<String> exceptionExamples,
        List<String> examples) {

    ColumnProfile {
        top = List.copyOf(top);
        exceptionExamples = List.copyOf(exceptionExamples);
        examples = List.copyOf(examples);
    }

    /** Whether no value occurs twice, as in a key. */
    boolean unique() {
        return values > 1 && !distinctApproximate && distinct == values;
    }

    /**
     * A value that occurs often.
     *
     * @param count how often
     */
    record Frequent(String value, long count) {}

    /**
     * The values of a column as texts.
     *
     * @param min the first in the order of Unicode, cut when long
     * @param max the last
     * @param minLength the shortest, in UTF-16 units, blanks around it apart
     */
    record Texts(String min, String max, int minLength, int maxLength, double meanLength) {}
}
