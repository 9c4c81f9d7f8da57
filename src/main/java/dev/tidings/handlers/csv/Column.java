package dev.tidings.handlers.csv;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.apache.datasketches.theta.UpdateSketch;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one column while the rows pass by: counts and sketches, of bounded size whatever the file holds.
 * {@link ColumnConclusion} says what they mean.
 *
 * <p>Threads: one.
 */
final class Column {
    /** Longer texts are cut wherever a value is kept. */
    static final int KEPT_CHARS = 80;

    private static final int MOST_TOKENS = 50;

    final int position;
    final String name;
    final SketchSizes sizes;
    final UpdateSketch distinct;
    final LengthCounts lengths = new LengthCounts();
    final Examples examples = new Examples();

    /** The tokens for "no value"; a map of bounded size. */
    final Map<String, Long> tokens = new LinkedHashMap<>();

    @Nullable
    ItemsSketch<String> frequent;

    @Nullable
    NumberTally numbers;

    @Nullable
    DateTally dates;

    @Nullable
    BooleanTally booleans;

    @Nullable
    NumberStats times;

    @Nullable
    String minText;

    @Nullable
    String maxText;

    long values;
    long nulls;

    private final Map<ValueKind, Tally> kinds = new EnumMap<>(ValueKind.class);

    Column(int position, String name, SketchSizes sizes) {
        this.position = position;
        this.name = name;
        this.sizes = sizes;
        distinct = UpdateSketch.builder().setNominalEntries(sizes.distinct()).build();
        frequent = new ItemsSketch<>(sizes.frequent());
    }

    /** Takes fields that short rows did not have. */
    void addMissing(long count) {
        nulls += count;
    }

    /** Takes a field. */
    void add(String field, ValueParser parser) {
        String text = Blanks.strip(field);
        if (text.isEmpty()) {
            nulls++;
            return;
        }
        if (parser.isNull(text) && (tokens.size() < MOST_TOKENS || tokens.containsKey(text))) {
            tokens.merge(text, 1L, Long::sum);
            return;
        }
        addValue(text, 1);
        ValueKind kind = parser.read(text);
        switch (kind) {
            case NUMBER -> kind = addNumber(parser.numbers(), text);
            case DATE, DATETIME -> {
                dates = dates == null ? new DateTally(sizes.quantiles()) : dates;
                dates.add(parser.dates(), kind, text);
            }
            case TIME -> {
                times = times == null ? new NumberStats(sizes.quantiles()) : times;
                times.add(parser.dates().seconds());
            }
            case BOOLEAN -> {
                booleans = booleans == null ? new BooleanTally() : booleans;
                booleans.add(text);
            }
            case LEADING_ZERO, TEXT -> {}
        }
        count(kind, text, 1);
    }

    private ValueKind addNumber(NumberParser number, String text) {
        numbers = numbers == null ? new NumberTally(sizes.quantiles()) : numbers;
        return numbers.add(number, text) ? ValueKind.NUMBER : ValueKind.TEXT;
    }

    /** Takes a value {@code times} times, whatever it is. */
    void addValue(String text, long times) {
        values += times;
        distinct.update(text);
        lengths.add(text.length(), times);
        keepEnds(text);
        keepFrequent(text, times);
        examples.add(text);
    }

    /** Says that a value is of that kind. */
    void count(ValueKind kind, String text, long times) {
        kinds.computeIfAbsent(kind, k -> new Tally()).add(text, times);
    }

    long count(ValueKind kind) {
        Tally tally = kinds.get(kind);
        return tally == null ? 0 : tally.count();
    }

    /** The first values of that kind. */
    Examples examples(ValueKind kind) {
        Tally tally = kinds.get(kind);
        return tally == null ? new Examples() : tally.examples();
    }

    private void keepEnds(String text) {
        if (minText == null || text.compareTo(minText) < 0) {
            minText = cut(text);
        }
        if (maxText == null || text.compareTo(maxText) > 0) {
            maxText = cut(text);
        }
    }

    /** A copy of at most the characters that are kept, so that nothing of a huge row stays in memory. */
    private static String cut(String text) {
        return text.length() <= KEPT_CHARS ? text : text.substring(0, KEPT_CHARS);
    }

    /** Long texts are not counted one by one, and numbers only while all of them fit. */
    private void keepFrequent(String text, long times) {
        if (frequent == null || text.length() > KEPT_CHARS) {
            return;
        }
        frequent.update(text, times);
        if (frequent.getMaximumError() > 0 && count(ValueKind.TEXT) == 0 && count(ValueKind.BOOLEAN) == 0) {
            frequent = null;
        }
    }
}
