package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order of day, month and year in one column, decided by all its dates.
 *
 * @param order null when all dates begin with a year of four digits
 * @param note what to tell of it
 */
record DateReading(@Nullable DateOrder order, @Nullable String note) {

    /** Decides for a column with these dates. */
    static DateReading of(DateTally dates, FileHints hints) {
        if (dates.ordered() == 0) {
            return new DateReading(null, null);
        }
        if (hints.askedOrder() != null) {
            return new DateReading(hints.askedOrder(), null);
        }
        List<DateOrder> best = best(dates);
        if (best.size() == 1) {
            return new DateReading(best.get(0), contradiction(dates, best.get(0)));
        }
        DateOrder order = usual(dates, hints);
        String reason = "which is more usual";
        if (hints.shownOrder() != null && best.contains(hints.shownOrder())) {
            order = hints.shownOrder();
            reason = "as other columns have it";
        }
        order = best.contains(order) ? order : best.get(0);
        return new DateReading(
                order,
                dates.ambiguous().first() + " may be read in several orders; it was read as " + order.words() + ", "
                        + reason + ". Set dateOrder if that is wrong.");
    }

    /** The order that the column shows without doubt; null when it does not. */
    static @Nullable DateOrder shownBy(DateTally dates) {
        List<DateOrder> best = best(dates);
        return dates.ordered() > 0 && best.size() == 1 ? best.get(0) : null;
    }

    private static List<DateOrder> best(DateTally dates) {
        List<DateOrder> best = new ArrayList<>();
        long most = 0;
        for (DateOrder order : DateOrder.values()) {
            long count = dates.count(order);
            if (count > most) {
                best.clear();
                most = count;
            }
            if (count == most) {
                best.add(order);
            }
        }
        return best;
    }

    private static @Nullable String contradiction(DateTally dates, DateOrder order) {
        for (DateOrder other : DateOrder.values()) {
            if (other != order && dates.only(other) > 0) {
                return "most dates fit " + order.words() + ", but such as "
                        + dates.otherThan(order).first() + " do not: some may be read wrongly. Set dateOrder.";
            }
        }
        return null;
    }

    private static DateOrder usual(DateTally dates, FileHints hints) {
        boolean american = dates.mark() == '/' && !hints.commaCountry();
        return american ? DateOrder.MDY : DateOrder.DMY;
    }
}
