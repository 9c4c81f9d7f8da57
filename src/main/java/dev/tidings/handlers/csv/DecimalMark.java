package dev.tidings.handlers.csv;

import dev.tidings.handlers.csv.NumberParser.Reading;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The decimal mark of one column, decided by all its numbers.
 *
 * @param mark a point or a comma
 * @param contradictory whether the column has numbers of both kinds, or none tells what a mark means
 * @param note what to tell of it
 */
record DecimalMark(
        char mark, boolean contradictory, @Nullable String note) {

    /** Decides for a column with these numbers. */
    static DecimalMark of(NumberTally numbers, FileHints hints) {
        if (hints.askedDecimal() != FileHints.UNKNOWN) {
            return new DecimalMark(hints.askedDecimal(), false, null);
        }
        char shown = shownBy(numbers);
        if (shown != FileHints.UNKNOWN) {
            return new DecimalMark(shown, false, null);
        }
        long points = numbers.count(Reading.POINT_ONLY);
        long commas = numbers.count(Reading.COMMA_ONLY);
        if (points > 0 && commas > 0) {
            return mixed(numbers, points > commas ? '.' : ',', Reading.POINT_ONLY, Reading.COMMA_ONLY);
        }
        points = numbers.count(Reading.POINT_OR_GROUP);
        commas = numbers.count(Reading.COMMA_OR_GROUP);
        if (points > 0 && commas > 0) {
            return mixed(numbers, '.', Reading.POINT_OR_GROUP, Reading.COMMA_OR_GROUP);
        }
        if (points + commas > 0) {
            return guess(numbers, points > 0 ? '.' : ',', hints);
        }
        return new DecimalMark('.', false, null);
    }

    /** The mark that the column shows without doubt; NUL when it does not. */
    static char shownBy(NumberTally numbers) {
        if (numbers.settled() != FileHints.UNKNOWN) {
            return numbers.settled();
        }
        boolean points = numbers.count(Reading.POINT_ONLY) > 0;
        boolean commas = numbers.count(Reading.COMMA_ONLY) > 0;
        return points == commas ? FileHints.UNKNOWN : points ? '.' : ',';
    }

    private static DecimalMark mixed(NumberTally numbers, char mark, Reading one, Reading other) {
        return new DecimalMark(
                mark,
                true,
                "it has numbers such as " + numbers.examples(one).first() + " and such as "
                        + numbers.examples(other).first() + ", so its decimal mark is not known. Set decimal.");
    }

    /** All numbers with a mark have three digits behind the only one: a fraction, or a group. */
    private static DecimalMark guess(NumberTally numbers, char seen, FileHints hints) {
        char other = seen == '.' ? ',' : '.';
        char mark;
        String reason;
        if (hints.shownDecimal() != FileHints.UNKNOWN) {
            mark = hints.shownDecimal();
            reason = "as other columns have a decimal " + word(mark);
        } else if (numbers.hasLongPlain()) {
            mark = seen;
            reason = "as its other numbers are not grouped";
        } else if (numbers.hasPlain()) {
            mark = other;
            reason = "as its other numbers have at most three digits";
        } else {
            mark = seen == '.' || !hints.semicolons() ? '.' : ',';
            reason = "which is more usual";
        }
        String example = numbers.examples(seen == '.' ? Reading.POINT_OR_GROUP : Reading.COMMA_OR_GROUP)
                .first();
        return new DecimalMark(
                mark,
                false,
                String.format(
                        Locale.ROOT,
                        "%s may have a fraction or a group of thousands; it was read as having a %s, %s."
                                + " Set decimal if that is wrong.",
                        example,
                        mark == seen ? "fraction" : "group",
                        reason));
    }

    /** The mark in words. */
    static String word(char mark) {
        return mark == '.' ? "point" : "comma";
    }
}
