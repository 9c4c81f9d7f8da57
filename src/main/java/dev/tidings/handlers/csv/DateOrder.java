package dev.tidings.handlers.csv;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The order of day, month and year in a date that does not begin with a year of four digits. */
enum DateOrder {
    DMY(0, "day, month, year"),
    MDY(1, "month, day, year"),
    YMD(2, "year, month, day");

    private final int index;
    private final String words;

    DateOrder(int index, String words) {
        this.index = index;
        this.words = words;
    }

    /** Its place in an array of all orders. */
    int index() {
        return index;
    }

    /** Its bit in a set of orders. */
    int bit() {
        return 1 << index;
    }

    String words() {
        return words;
    }

    /** Its name in parameters and JSON. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that a parameter names; null when it names none. */
    static @Nullable DateOrder asked(@Nullable String word) {
        for (DateOrder order : values()) {
            if (order.word().equalsIgnoreCase(word)) {
                return order;
            }
        }
        return null;
    }
}
