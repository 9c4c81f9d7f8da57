package dev.tidings.handlers.csv;

import dev.tidings.handlers.csv.Scalar.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.apache.datasketches.theta.UpdateSketch;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one column while the rows pass by: counts and sketches, of bounded size whatever the file holds.
 *
 * <p>Threads: one.
 */
final class Column {
    /** Longer texts are cut wherever a value is kept. */
    static final int KEPT_CHARS = 80;

    private static final int EXAMPLES = 3;
    private static final int TOP = 12;

    /** Where frequencies are estimates, a smaller share of the values says nothing. */
    private static final double TELLING = 0.002;

    /** The share of values that must be of a type for the column to be of it; the others are its exceptions. */
    private static final double MAJORITY = 0.95;

    private final int position;
    private final String name;
    private final Precision precision;

    private final Map<Kind, Tally> kinds = new EnumMap<>(Kind.class);
    private final List<String> examples = new ArrayList<>();
    private final UpdateSketch distinct;
    private final Lengths lengths = new Lengths();
    private @Nullable ItemsSketch<String> frequent;
    private @Nullable Numbers numbers;
    private @Nullable Numbers instants;
    private @Nullable String minText;
    private @Nullable String maxText;
    private long values;
    private long nulls;
    private long leadingZeros;
    private long withOffset;

    Column(int position, String name, Precision precision) {
        this.position = position;
        this.name = name;
        this.precision = precision;
        distinct =
                UpdateSketch.builder().setNominalEntries(precision.distinct()).build();
        frequent = new ItemsSketch<>(precision.frequent());
    }

    /** Takes a field that a short row did not have. */
    void addMissing() {
        nulls++;
    }

    /** Takes a field. */
    void add(String field, Scalar scalar) {
        String text = field.strip();
        if (text.isEmpty()) {
            nulls++;
            return;
        }
        values++;
        Kind kind = scalar.read(text);
        keepExamples(kind, text);
        distinct.update(text);
        lengths.add(text.length());
        keepEnds(text);
        keepFrequent(text);
        if (kind.numeric()) {
            numbers = numbers == null ? new Numbers(precision.quantiles()) : numbers;
            numbers.add(scalar.value(), text);
        } else if (kind.temporal()) {
            instants = instants == null ? new Numbers(precision.quantiles()) : instants;
            instants.add(scalar.value(), text);
            withOffset += scalar.offset() ? 1 : 0;
        } else if (scalar.leadingZero()) {
            leadingZeros++;
        }
    }

    private void keepExamples(Kind kind, String text) {
        Tally tally = kinds.computeIfAbsent(kind, k -> new Tally());
        tally.count++;
        keepExample(tally.examples, text);
        keepExample(examples, text);
    }

    private static void keepExample(List<String> kept, String text) {
        if (kept.size() < EXAMPLES) {
            String shown = Text.shown(text, KEPT_CHARS);
            if (!kept.contains(shown)) {
                kept.add(shown);
            }
        }
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
    private void keepFrequent(String text) {
        if (frequent == null || text.length() > KEPT_CHARS) {
            return;
        }
        frequent.update(text);
        if (frequent.getMaximumError() > 0 && count(Kind.TEXT) == 0 && count(Kind.BOOLEAN) == 0) {
            frequent = null;
        }
    }

    /** What is known now. */
    ColumnProfile profile() {
        ColumnType type = type();
        Spread spread = spread(type);
        return new ColumnProfile(
                position,
                name,
                type,
                values,
                nulls,
                Math.min(values, Math.round(distinct.getEstimate())),
                distinct.isEstimationMode(),
                spread,
                texts(),
                histogram(type, spread),
                top(),
                frequent != null && frequent.getMaximumError() > 0,
                type == ColumnType.TEXT ? 0 : values - ofType(type),
                exceptionExamples(type),
                examples);
    }

    private ColumnType type() {
        if (values == 0) {
            return ColumnType.EMPTY;
        }
        double enough = MAJORITY * values;
        if (leadingZeros == 0 && count(Kind.INTEGER) + count(Kind.DECIMAL) >= enough) {
            return count(Kind.DECIMAL) == 0 ? ColumnType.INTEGER : ColumnType.DECIMAL;
        }
        if (count(Kind.DATE) + count(Kind.DATETIME) >= enough) {
            return count(Kind.DATETIME) == 0 ? ColumnType.DATE : ColumnType.DATETIME;
        }
        return count(Kind.BOOLEAN) >= enough ? ColumnType.BOOLEAN : ColumnType.TEXT;
    }

    private long ofType(ColumnType type) {
        if (type.numeric()) {
            return count(Kind.INTEGER) + count(Kind.DECIMAL);
        }
        if (type.temporal()) {
            return count(Kind.DATE) + count(Kind.DATETIME);
        }
        return type == ColumnType.BOOLEAN ? count(Kind.BOOLEAN) : values;
    }

    private long count(Kind kind) {
        Tally tally = kinds.get(kind);
        return tally == null ? 0 : tally.count;
    }

    private @Nullable Spread spread(ColumnType type) {
        if (type.numeric() && numbers != null) {
            return numbers.spread(type == ColumnType.INTEGER ? Spread.Scale.WHOLE : Spread.Scale.NUMBER);
        }
        if (type.temporal() && instants != null) {
            Spread.Scale times = withOffset == count(Kind.DATETIME) ? Spread.Scale.INSTANT : Spread.Scale.LOCAL_TIME;
            return instants.spread(type == ColumnType.DATE ? Spread.Scale.DATE : times);
        }
        return null;
    }

    private ColumnProfile.@Nullable Texts texts() {
        if (minText == null || maxText == null) {
            return null;
        }
        return new ColumnProfile.Texts(
                Text.shown(minText, KEPT_CHARS),
                Text.shown(maxText, KEPT_CHARS),
                lengths.min(),
                lengths.max(),
                lengths.mean());
    }

    private @Nullable Histogram histogram(ColumnType type, @Nullable Spread spread) {
        if (spread != null && type.numeric() && numbers != null) {
            return numbers.histogram(Edges.of(spread));
        }
        if (spread != null && instants != null) {
            return instants.histogram(Edges.of(spread));
        }
        return type == ColumnType.TEXT ? lengths.histogram() : null;
    }

    /** The most frequent values, most frequent first; none when no value is known to occur twice. */
    private List<ColumnProfile.Frequent> top() {
        if (frequent == null || frequent.isEmpty()) {
            return List.of();
        }
        double least = frequent.getMaximumError() > 0 ? TELLING * values : 0;
        List<ColumnProfile.Frequent> top = new ArrayList<>();
        for (ItemsSketch.Row<String> row : frequent.getFrequentItems(ErrorType.NO_FALSE_POSITIVES)) {
            if (row.getEstimate() >= least) {
                top.add(new ColumnProfile.Frequent(Text.shown(row.getItem(), KEPT_CHARS), row.getEstimate()));
            }
        }
        top.sort(Comparator.comparingLong(ColumnProfile.Frequent::count)
                .reversed()
                .thenComparing(ColumnProfile.Frequent::value));
        boolean repeats = !top.isEmpty() && (top.get(0).count() > 1 || values == 1);
        return repeats ? top.subList(0, Math.min(TOP, top.size())) : List.of();
    }

    private List<String> exceptionExamples(ColumnType type) {
        List<String> odd = new ArrayList<>();
        if (type == ColumnType.TEXT) {
            return odd;
        }
        kinds.forEach((kind, tally) -> {
            boolean regular = (type.numeric() && kind.numeric())
                    || (type.temporal() && kind.temporal())
                    || (type == ColumnType.BOOLEAN && kind == Kind.BOOLEAN);
            if (!regular) {
                odd.addAll(tally.examples);
            }
        });
        return odd.subList(0, Math.min(EXAMPLES, odd.size()));
    }

    /** The values of one kind: how many, and the first. */
    private static final class Tally {
        private final List<String> examples = new ArrayList<>();
        private long count;
    }
}
