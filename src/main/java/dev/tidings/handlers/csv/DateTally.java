package dev.tidings.handlers.csv;

import org.jspecify.annotations.Nullable;

/**
 * The dates of one column, with and without times, kept in each order of day, month and year that they allow until the
 * column shows which one is right.
 *
 * <p>An order that the first {@value #SETTLED} telling dates contradict is given up. Threads: one.
 */
final class DateTally {
    private static final int SETTLED = 100;
    private static final DateOrder[] ORDERS = DateOrder.values();
    private static final int MASKS = 1 << ORDERS.length;

    private final int k;
    private final long[] byMask = new long[MASKS];
    private final Examples[] examples = new Examples[MASKS];
    private final @Nullable NumberStats[] inOrder = new NumberStats[ORDERS.length];
    private @Nullable NumberStats certain;
    private int settled = MASKS - 1;
    private long telling;
    private long withTime;
    private long withOffset;
    private long twoDigitYears;
    private char mark;

    DateTally(int k) {
        this.k = k;
    }

    /** Takes the date that was read last. */
    void add(DateParser date, ValueKind kind, String text) {
        int mask = date.orders();
        byMask[mask]++;
        if (examples[mask] == null) {
            examples[mask] = new Examples();
        }
        examples[mask].add(text);
        if (kind == ValueKind.DATETIME) {
            withTime++;
            withOffset += date.offset() ? 1 : 0;
        }
        if (mask == 0) {
            certain = certain == null ? new NumberStats(k) : certain;
            certain.add(date.seconds());
            return;
        }
        mark = date.mark();
        twoDigitYears += date.twoDigitYear() ? 1 : 0;
        settle(mask);
        for (DateOrder order : ORDERS) {
            int bit = order.bit();
            if ((mask & settled & bit) != 0) {
                stats(order).add(date.seconds(order));
            }
        }
    }

    private NumberStats stats(DateOrder order) {
        NumberStats stats = inOrder[order.index()];
        if (stats == null) {
            stats = new NumberStats(k);
            inOrder[order.index()] = stats;
        }
        return stats;
    }

    private void settle(int mask) {
        if (Integer.bitCount(mask) == 1 && ++telling == SETTLED) {
            for (DateOrder order : ORDERS) {
                settled = byMask[order.bit()] == SETTLED ? order.bit() : settled;
            }
        }
    }

    /** All dates, in whatever order. */
    long count() {
        long sum = 0;
        for (long count : byMask) {
            sum += count;
        }
        return sum;
    }

    /** How many are dates in that order. */
    long count(DateOrder order) {
        long sum = byMask[0];
        int bit = order.bit();
        if ((settled & bit) == 0) {
            return sum;
        }
        for (int mask = 1; mask < MASKS; mask++) {
            sum += (mask & bit) == 0 ? 0 : byMask[mask];
        }
        return sum;
    }

    /** How many dates have an order at all: those that do not begin with a year of four digits. */
    long ordered() {
        return count() - byMask[0];
    }

    /** How many dates are possible in this order only. */
    long only(DateOrder order) {
        return byMask[order.bit()];
    }

    long withTime() {
        return withTime;
    }

    long withOffset() {
        return withOffset;
    }

    long twoDigitYears() {
        return twoDigitYears;
    }

    /** What stands between day, month and year. */
    char mark() {
        return mark;
    }

    /** All dates in that order; there must be some. */
    NumberStats all(@Nullable DateOrder order) {
        NumberStats all = new NumberStats(k);
        if (certain != null) {
            all.merge(certain);
        }
        NumberStats ordered = order == null ? null : inOrder[order.index()];
        if (ordered != null) {
            all.merge(ordered);
        }
        return all;
    }

    /** The first dates that are none in that order. */
    Examples otherThan(DateOrder order) {
        Examples others = new Examples();
        for (int mask = 1; mask < MASKS; mask++) {
            if ((mask & order.bit()) == 0 && examples[mask] != null) {
                examples[mask].list().forEach(others::add);
            }
        }
        return others;
    }

    /** The first dates that may have several orders. */
    Examples ambiguous() {
        Examples several = new Examples();
        for (int mask = 1; mask < MASKS; mask++) {
            if (Integer.bitCount(mask) > 1 && examples[mask] != null) {
                examples[mask].list().forEach(several::add);
            }
        }
        return several;
    }

    /** The first dates of all. */
    Examples examples() {
        Examples all = new Examples();
        for (Examples some : examples) {
            if (some != null) {
                some.list().forEach(all::add);
            }
        }
        return all;
    }
}
