package dev.tidings.handlers.csv;

import dev.tidings.handlers.csv.NumberParser.Reading;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one column, kept in both readings until the column shows which one is right.
 *
 * <p>Numbers that are the same with a decimal point and with a decimal comma are kept once. Of the others there is a
 * second and a third set, by the point and by the comma. A set that the first {@value #SETTLED} telling numbers contradict
 * is given up.
 *
 * <p>Threads: one.
 */
final class NumberTally {
    private static final int SETTLED = 100;
    private static final int GROUP = 3;

    private final int k;
    private final Map<Reading, Tally> readings = new EnumMap<>(Reading.class);
    private final Examples otherUnits = new Examples();
    private @Nullable NumberStats both;
    private @Nullable NumberStats byPoint;
    private @Nullable NumberStats byComma;
    private @Nullable NumberStats compactDates;
    private @Nullable String unit;
    private long withUnit;
    private long otherUnit;
    private long fractionsInBoth;
    private long fractionsByPoint;
    private long fractionsByComma;
    private long longPlain;
    private char group;
    private char settled;

    NumberTally(int k) {
        this.k = k;
    }

    /** Takes the number that was read last; false when it has another unit than those before. */
    boolean add(NumberParser number, String text) {
        String unitOfThis = number.unit();
        if (unitOfThis != null && !sameUnit(unitOfThis)) {
            otherUnit++;
            otherUnits.add(text);
            return false;
        }
        Reading reading = number.reading();
        readings.computeIfAbsent(reading, r -> new Tally()).add(text, 1);
        if (reading == Reading.BOTH) {
            addBoth(number);
            return true;
        }
        compactDates = null;
        settle();
        if (reading != Reading.COMMA_ONLY && settled != ',') {
            byPoint = byPoint == null ? new NumberStats(k) : byPoint;
            fractionsByPoint += number.fractional('.') ? 1 : 0;
            add(byPoint, number, '.');
        }
        if (reading != Reading.POINT_ONLY && settled != '.') {
            byComma = byComma == null ? new NumberStats(k) : byComma;
            fractionsByComma += number.fractional(',') ? 1 : 0;
            add(byComma, number, ',');
        }
        return true;
    }

    private boolean sameUnit(String other) {
        if (unit == null) {
            unit = other;
        }
        boolean same = unit.equals(other);
        withUnit += same ? 1 : 0;
        return same;
    }

    private void addBoth(NumberParser number) {
        long before = both == null ? 0 : both.count();
        both = both == null ? new NumberStats(k) : both;
        boolean plain = number.group('.') == '\0';
        keepGroup(number.group('.'));
        longPlain += plain && number.digits() > GROUP && !number.fractional('.') ? 1 : 0;
        fractionsInBoth += number.fractional('.') ? 1 : 0;
        add(both, number, '.');
        if (before == 0 || compactDates != null) {
            keepCompactDate(number, plain);
        }
    }

    private void keepCompactDate(NumberParser number, boolean plain) {
        double midnight = number.digits() == 8 && plain && unit == null && !number.fractional('.')
                ? DateParser.compact((long) number.value('.'))
                : Double.NaN;
        boolean others = count() > 1 && compactDates == null;
        if (Double.isNaN(midnight) || others) {
            compactDates = null;
            return;
        }
        compactDates = compactDates == null ? new NumberStats(k) : compactDates;
        compactDates.add(midnight);
    }

    private void add(NumberStats stats, NumberParser number, char mark) {
        double value = number.value(mark);
        if (number.coarse(mark)) {
            stats.addCoarse(value, number.exact(mark));
        } else if (number.fractional(mark)) {
            stats.add(value);
        } else {
            stats.addWhole(value);
        }
        keepGroup(number.group(mark));
    }

    private void keepGroup(char mark) {
        if (mark != '\0') {
            group = mark;
        }
    }

    private void settle() {
        long point = count(Reading.POINT_ONLY);
        long comma = count(Reading.COMMA_ONLY);
        if (settled == '\0' && point + comma == SETTLED && (point == 0 || comma == 0)) {
            settled = point == 0 ? ',' : '.';
        }
    }

    /** The decimal mark that the column has shown often enough; NUL when it has not. */
    char settled() {
        return settled;
    }

    long count(Reading reading) {
        Tally tally = readings.get(reading);
        return tally == null ? 0 : tally.count();
    }

    /** The numbers of this unit, in whatever reading. */
    long count() {
        long sum = 0;
        for (Tally tally : readings.values()) {
            sum += tally.count();
        }
        return sum;
    }

    /** How many are numbers when the decimal mark is {@code mark}. */
    long count(char mark) {
        return count() - count(mark == '.' ? Reading.COMMA_ONLY : Reading.POINT_ONLY);
    }

    long otherUnit() {
        return otherUnit;
    }

    /** The unit of the numbers, {@code %} or a currency; null when they have none. */
    @Nullable
    String unit() {
        return unit;
    }

    /** How many numbers have no unit though others have one. */
    long withoutUnit() {
        return unit == null ? 0 : count() - withUnit;
    }

    /** Whether there are whole numbers of more than three digits in a row. */
    boolean hasLongPlain() {
        return longPlain > 0;
    }

    /** Whether there are numbers without any mark. */
    boolean hasPlain() {
        return count(Reading.BOTH) > 0;
    }

    /** Whether none has a fraction when the decimal mark is {@code mark}. */
    boolean whole(char mark) {
        return fractionsInBoth + (mark == '.' ? fractionsByPoint : fractionsByComma) == 0;
    }

    /** What parts the groups, NUL when there are none; a point or comma only where it is not the decimal mark. */
    char group(char mark) {
        return group == mark ? '\0' : group;
    }

    /** The days, when all numbers are eight digits that can be one; else null. */
    @Nullable
    NumberStats compactDates() {
        return compactDates != null && compactDates.count() == count() ? compactDates : null;
    }

    /** All numbers when the decimal mark is {@code mark}; there must be some. */
    NumberStats stats(char mark) {
        NumberStats all = new NumberStats(k);
        NumberStats marked = mark == '.' ? byPoint : byComma;
        if (both != null) {
            all.merge(both);
        }
        if (marked != null) {
            all.merge(marked);
        }
        return all;
    }

    /** The first numbers of that reading; empty when there are none. */
    Examples examples(Reading reading) {
        Tally tally = readings.get(reading);
        return tally == null ? new Examples() : tally.examples();
    }

    /** The first numbers of other units. */
    Examples otherUnits() {
        return otherUnits;
    }
}
