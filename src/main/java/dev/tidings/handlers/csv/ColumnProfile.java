package dev.tidings.handlers.csv;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column after the last row.
 *
 * @param position from 1
 * @param values fields that are not null
 * @param nulls fields that are empty, blank, missing in a short row, or hold a token for "no value"
 * @param nullTokens how often each such token occurs
 * @param distinct different values
 * @param distinctApproximate whether {@code distinct} is an estimate
 * @param distribution of the numbers or instants, when the type is such
 * @param texts the lengths and ends of what was written
 * @param histogram of the numbers or instants, or of the lengths of texts; null when empty
 * @param top the most frequent values, when some repeat
 * @param topApproximate whether the counts of {@code top} are estimates
 * @param booleans how many are true and false, when the type is such
 * @param written how its values are written
 * @param exceptions values that are not of the column's type, below 5 of 100
 * @param exceptionExamples the first of these
 * @param examples the first values
 * @param notes what was guessed or left out
 */
record ColumnProfile(
        int position,
        String name,
        ColumnType type,
        long values,
        long nulls,
        Map<String, Long> nullTokens,
        long distinct,
        boolean distinctApproximate,
        @Nullable Distribution distribution,
        @Nullable Texts texts,
        @Nullable Histogram histogram,
        List<Frequent> top,
        boolean topApproximate,
        @Nullable Booleans booleans,
        Written written,
        long exceptions,
        List<String> exceptionExamples,
        List<String> examples,
        List<String> notes) {

    ColumnProfile {
        top = List.copyOf(top);
        exceptionExamples = List.copyOf(exceptionExamples);
        examples = List.copyOf(examples);
        notes = List.copyOf(notes);
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

    /** How many values are true, and how many false. */
    record Booleans(long trueCount, long falseCount) {}

    /**
     * How the values are written; what does not apply is null.
     *
     * @param decimal the decimal mark
     * @param thousands what parts groups of digits
     * @param unit a currency or {@code %}
     * @param dateOrder the order of day, month and year
     */
    record Written(
            @Nullable String decimal,
            @Nullable String thousands,
            @Nullable String unit,
            @Nullable String dateOrder) {
        static final Written PLAINLY = new Written(null, null, null, null);
    }

    /**
     * The values of a column as texts.
     *
     * @param min the first in the order of Unicode, cut when long
     * @param max the last
     * @param minLength the shortest, in UTF-16 units, blanks around it apart
     */
    record Texts(String min, String max, int minLength, int maxLength, double meanLength) {}
}
