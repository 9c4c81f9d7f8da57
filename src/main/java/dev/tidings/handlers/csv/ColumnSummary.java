package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.jspecify.annotations.Nullable;

/** Takes the figures of a column out of its sketches, once its type is known. */
final class ColumnSummary {
    private static final int TOP = 12;

    /** Where frequencies are estimates, a smaller share of the values says nothing. */
    private static final double TELLING = 0.002;

    private final Column column;
    private final ColumnType type;
    private final @Nullable DecimalMark decimal;
    private final @Nullable DateReading dates;

    ColumnSummary(Column column, ColumnType type, @Nullable DecimalMark decimal, @Nullable DateReading dates) {
        this.column = column;
        this.type = type;
        this.decimal = decimal;
        this.dates = dates;
    }

    ColumnProfile profile(
            Map<String, Long> nullTokens, long exceptions, List<String> exceptionExamples, List<String> notes) {
        NumberStats stats = stats();
        Distribution distribution = stats == null ? null : stats.distribution(scale());
        return new ColumnProfile(
                column.position,
                column.name,
                type,
                column.values,
                column.nulls,
                nullTokens,
                Math.min(column.values, Math.round(column.distinct.getEstimate())),
                column.distinct.isEstimationMode(),
                distribution,
                texts(),
                histogram(stats, distribution),
                top(),
                column.frequent != null && column.frequent.getMaximumError() > 0,
                booleans(),
                written(),
                exceptions,
                exceptionExamples,
                column.examples.list(),
                notes);
    }

    private @Nullable NumberStats stats() {
        if (column.numbers != null && decimal != null && type.numeric()) {
            return column.numbers.stats(decimal.mark());
        }
        if (type == ColumnType.TIME) {
            return column.times;
        }
        if (column.dates != null && dates != null && type.temporal()) {
            return column.dates.all(dates.order());
        }
        return type == ColumnType.DATE && column.numbers != null ? column.numbers.compactDates() : null;
    }

    private Distribution.Scale scale() {
        return switch (type) {
            case INTEGER -> Distribution.Scale.WHOLE;
            case DATE -> Distribution.Scale.DATE;
            case TIME -> Distribution.Scale.TIME_OF_DAY;
            case DATETIME ->
                column.dates != null && column.dates.withOffset() == column.dates.withTime()
                        ? Distribution.Scale.INSTANT
                        : Distribution.Scale.LOCAL_TIME;
            case DECIMAL, BOOLEAN, TEXT, EMPTY -> Distribution.Scale.NUMBER;
        };
    }

    private ColumnProfile.@Nullable Texts texts() {
        if (column.minText == null || column.maxText == null) {
            return null;
        }
        return new ColumnProfile.Texts(
                SafeText.shown(column.minText, Column.KEPT_CHARS),
                SafeText.shown(column.maxText, Column.KEPT_CHARS),
                column.lengths.min(),
                column.lengths.max(),
                column.lengths.mean());
    }

    private @Nullable Histogram histogram(@Nullable NumberStats stats, @Nullable Distribution distribution) {
        if (stats != null && distribution != null) {
            return stats.histogram(HistogramEdges.of(distribution));
        }
        return type == ColumnType.TEXT ? column.lengths.histogram() : null;
    }

    private ColumnProfile.@Nullable Booleans booleans() {
        return type == ColumnType.BOOLEAN && column.booleans != null
                ? new ColumnProfile.Booleans(column.booleans.trueCount(), column.booleans.falseCount())
                : null;
    }

    private ColumnProfile.Written written() {
        if (type.numeric() && column.numbers != null && decimal != null) {
            char mark = decimal.mark();
            char group = column.numbers.group(mark);
            return new ColumnProfile.Written(
                    type == ColumnType.DECIMAL ? String.valueOf(mark) : null,
                    group == '\0' ? null : String.valueOf(group),
                    column.numbers.unit(),
                    null);
        }
        if (type.temporal() && dates != null && dates.order() != null) {
            return new ColumnProfile.Written(null, null, null, dates.order().word());
        }
        return ColumnProfile.Written.PLAINLY;
    }

    /** The most frequent values, most frequent first; none when no value is known to occur twice. */
    private List<ColumnProfile.Frequent> top() {
        ItemsSketch<String> frequent = column.frequent;
        if (frequent == null || frequent.isEmpty()) {
            return List.of();
        }
        double least = frequent.getMaximumError() > 0 ? TELLING * column.values : 0;
        List<ColumnProfile.Frequent> top = new ArrayList<>();
        for (ItemsSketch.Row<String> row : frequent.getFrequentItems(ErrorType.NO_FALSE_POSITIVES)) {
            if (row.getEstimate() >= least) {
                top.add(new ColumnProfile.Frequent(
                        SafeText.shown(row.getItem(), Column.KEPT_CHARS), row.getEstimate()));
            }
        }
        top.sort(Comparator.comparingLong(ColumnProfile.Frequent::count)
                .reversed()
                .thenComparing(ColumnProfile.Frequent::value));
        boolean repeats = !top.isEmpty() && (top.get(0).count() > 1 || column.values == 1);
        return repeats ? top.subList(0, Math.min(TOP, top.size())) : List.of();
    }
}
