package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides, when all rows were read, what the values of a column are and how they are written. Where they do not show it,
 * a note says what was assumed.
 *
 * <p>Threads: one.
 */
final class ColumnConclusion {
    /** The share of values that must be of a type for the column to be of it; the others are its exceptions. */
    private static final double MAJORITY = 0.95;

    /** From such a share on it is told that a column would have figures but for the others. */
    private static final double ALMOST = 0.5;

    /** So few leading zeros among numbers are worth a word. */
    private static final double RARE = 0.05;

    private final Column column;
    private final ValueParser parser;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Long> nullTokens = new LinkedHashMap<>();
    private final @Nullable DecimalMark decimal;
    private final @Nullable DateReading dates;
    private ColumnType type;

    ColumnConclusion(Column column, ValueParser parser, FileHints hints) {
        this.column = column;
        this.parser = parser;
        decimal = column.numbers == null ? null : DecimalMark.of(column.numbers, hints);
        dates = column.dates == null ? null : DateReading.of(column.dates, hints);
        type = type();
        takeTokens();
        tell();
    }

    /** The decimal mark that a column of numbers shows without doubt; NUL when it does not. */
    static char shownDecimal(Column column) {
        NumberTally numbers = column.numbers;
        boolean most = numbers != null && numbers.count() >= MAJORITY * column.values;
        return numbers != null && most ? DecimalMark.shownBy(numbers) : FileHints.UNKNOWN;
    }

    /** The order that a column of dates shows without doubt; null when it does not. */
    static @Nullable DateOrder shownOrder(Column column) {
        DateTally dates = column.dates;
        boolean most = dates != null && dates.count() >= MAJORITY * column.values;
        return dates != null && most ? DateReading.shownBy(dates) : null;
    }

    private ColumnType type() {
        if (column.values == 0) {
            return ColumnType.EMPTY;
        }
        NumberTally numbers = column.numbers;
        if (numbers != null && decimal != null && column.count(ValueKind.LEADING_ZERO) == 0 && most(numberCount())) {
            boolean whole = numbers.whole(decimal.mark());
            return numbers.compactDates() != null ? ColumnType.DATE : whole ? ColumnType.INTEGER : ColumnType.DECIMAL;
        }
        if (column.dates != null && most(dateCount())) {
            return column.dates.withTime() == 0 ? ColumnType.DATE : ColumnType.DATETIME;
        }
        if (most(column.count(ValueKind.TIME))) {
            return ColumnType.TIME;
        }
        return column.booleans != null && most(column.booleans.count()) ? ColumnType.BOOLEAN : ColumnType.TEXT;
    }

    private boolean most(long count) {
        return count >= MAJORITY * column.values;
    }

    private long numberCount() {
        if (column.numbers == null || decimal == null) {
            return 0;
        }
        boolean unknown = decimal.contradictory() && column.numbers.count('.') == column.numbers.count(',');
        return unknown ? 0 : column.numbers.count(decimal.mark());
    }

    private long dateCount() {
        if (column.dates == null || dates == null) {
            return 0;
        }
        return dates.order() == null ? column.dates.count() : column.dates.count(dates.order());
    }

    /** Counts tokens as nulls where they are such in a column of this type, and as values where they are not. */
    private void takeTokens() {
        column.tokens.forEach((token, count) -> {
            boolean isNull = NullToken.isZeroDate(token)
                    ? type.temporal() && type != ColumnType.TIME
                    : type != ColumnType.TEXT || parser.isNullAmongTexts(token);
            if (isNull) {
                column.nulls += count;
                nullTokens.put(token, count);
                return;
            }
            column.addValue(token, count);
            boolean zeros = NullToken.isZeroDate(token) && token.length() == 8;
            column.count(zeros ? ValueKind.LEADING_ZERO : ValueKind.TEXT, token, count);
            if (!NullToken.isZeroDate(token)) {
                tell(
                        "%,d times %s counts as a text, as it may be one. Set nulls if it means \"no value\".",
                        count, quoted(token));
            }
        });
        type = type();
    }

    private void tell() {
        DecimalMark mark = decimal;
        if (mark != null && mark.note() != null && (type.numeric() || most(column.count(ValueKind.NUMBER)))) {
            notes.add(mark.note());
        }
        if (dates != null && dates.note() != null && type.temporal()) {
            notes.add(dates.note());
        }
        if (type == ColumnType.DATE && column.dates == null) {
            notes.add("its numbers of eight digits were read as dates: year, month, day.");
        } else if (type.temporal() && column.dates != null) {
            tellOfDates(column.dates);
        }
        NumberTally numbers = column.numbers;
        String unit = numbers == null ? null : numbers.unit();
        if (type.numeric() && numbers != null && unit != null && numbers.withoutUnit() > 0) {
            tell(
                    "%,d of %,d numbers have no %s; they count as they are.",
                    numbers.withoutUnit(), numbers.count(), unit);
        }
        tellOfExceptions();
    }

    private void tellOfDates(DateTally tally) {
        if (tally.twoDigitYears() > 0) {
            notes.add("years of two digits were read as 1969 to 2068.");
        }
        if (tally.withOffset() > 0 && tally.withOffset() < tally.withTime()) {
            tell(
                    "%,d of %,d times have an offset and were turned into UTC; the others were left as they are.",
                    tally.withOffset(), tally.withTime());
        }
    }

    private void tellOfExceptions() {
        long exceptions = exceptions();
        if (exceptions > 0) {
            tell(
                    "%,d of %,d values are not %s and are not in its figures, such as %s.",
                    exceptions,
                    column.values,
                    type.plural(),
                    quoted(exceptionExamples().get(0)));
            return;
        }
        long zeros = column.count(ValueKind.LEADING_ZERO);
        if (type == ColumnType.TEXT && zeros > 0 && zeros < RARE * column.values) {
            tell(
                    "%,d values begin with a zero, such as %s; so all were taken for identifiers.",
                    zeros, column.examples(ValueKind.LEADING_ZERO).first());
            return;
        }
        long measured = Math.max(numberCount(), Math.max(dateCount(), column.count(ValueKind.TIME)));
        if (type == ColumnType.TEXT && measured >= ALMOST * column.values && zeros == 0) {
            tell(
                    "%,d of %,d values are numbers, dates or times, too few for figures; others are such as %s.",
                    measured,
                    column.values,
                    column.examples(ValueKind.TEXT).isEmpty()
                            ? column.examples.first()
                            : column.examples(ValueKind.TEXT).first());
        }
    }

    private long exceptions() {
        return switch (type) {
            case INTEGER, DECIMAL -> column.values - numberCount();
            case DATE, DATETIME -> column.values - (column.dates == null ? numberCount() : dateCount());
            case TIME -> column.values - column.count(ValueKind.TIME);
            case BOOLEAN -> column.values - (column.booleans == null ? 0 : column.booleans.count());
            case TEXT, EMPTY -> 0;
        };
    }

    private List<String> exceptionExamples() {
        Examples odd = new Examples();
        for (ValueKind kind : ValueKind.values()) {
            boolean regular = (type.numeric() && kind == ValueKind.NUMBER)
                    || (type.temporal() && (kind == ValueKind.DATE || kind == ValueKind.DATETIME))
                    || (type == ColumnType.TIME && kind == ValueKind.TIME)
                    || (type == ColumnType.DATE && column.dates == null && kind == ValueKind.NUMBER)
                    || (type == ColumnType.BOOLEAN && kind == ValueKind.BOOLEAN);
            if (!regular) {
                column.examples(kind).list().forEach(odd::add);
            }
        }
        if (type.numeric() && column.numbers != null && decimal != null) {
            NumberParser.Reading other =
                    decimal.mark() == '.' ? NumberParser.Reading.COMMA_ONLY : NumberParser.Reading.POINT_ONLY;
            column.numbers.examples(other).list().forEach(odd::add);
        }
        if (type.temporal() && column.dates != null && dates != null && dates.order() != null) {
            column.dates.otherThan(dates.order()).list().forEach(odd::add);
        }
        return odd.list();
    }

    private void tell(String pattern, Object... values) {
        notes.add(String.format(Locale.ROOT, pattern, values));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** What is known of the column. */
    ColumnProfile profile() {
        return new ColumnSummary(column, type, decimal, dates)
                .profile(nullTokens, exceptions(), exceptions() == 0 ? List.of() : exceptionExamples(), notes);
    }
}
