package dev.tidings.handlers.csv;

import org.jspecify.annotations.Nullable;

/**
 * What decides where a column does not: what was asked for, and what other columns of the file show.
 *
 * @param askedDecimal the decimal mark asked for; NUL when none was
 * @param shownDecimal the decimal mark that other columns show without doubt; NUL when they do not, or differ
 * @param semicolons whether semicolons part the fields, as where a comma is the decimal mark
 * @param askedOrder the order of dates asked for
 * @param shownOrder the order that other columns show without doubt
 */
record FileHints(
        char askedDecimal,
        char shownDecimal,
        boolean semicolons,
        @Nullable DateOrder askedOrder,
        @Nullable DateOrder shownOrder) {
    static final char UNKNOWN = '\0';

    /** Whether the file probably comes from where a comma is the decimal mark. */
    boolean commaCountry() {
        return shownDecimal == ',' || (shownDecimal == UNKNOWN && semicolons);
    }
}
