package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Counts what is odd about the quotes of a file: rows may be hidden behind each of these.
 *
 * <p>Threads: one.
 */
final class QuoteOddities {
    /** A row over more lines than this has probably swallowed others. */
    private static final long MANY_LINES = 100;

    private long neverClosedLine;
    private long neverClosedLines;
    private long stray;
    private long firstStray;
    private long backslashes;
    private long firstBackslash;
    private long linesInside;
    private long linesLikeRows;
    private long swallowed;
    private long firstSwallowing;
    private long longestLine;
    private long longestLines;

    /** A quote that was opened in {@code opened} was open at the end, in {@code last}. */
    void neverClosed(long opened, long last) {
        neverClosedLine = opened;
        neverClosedLines = last - opened;
        linesLikeRows = 0;
    }

    /** There was text between a closing quote and the delimiter. */
    void textBehindQuote(long line) {
        firstStray = stray++ == 0 ? line : firstStray;
    }

    /** A quote closed a field. */
    void quoteCloses(boolean behindBackslash, long line) {
        if (behindBackslash) {
            firstBackslash = backslashes++ == 0 ? line : firstBackslash;
        }
    }

    /** A line ended inside a quoted field. */
    void lineInside(boolean likeRow) {
        linesInside++;
        linesLikeRows += likeRow ? 1 : 0;
    }

    /** A row ended. */
    void rowEnds(long first, long next) {
        if (linesLikeRows > 0) {
            firstSwallowing = swallowed == 0 ? first : firstSwallowing;
            swallowed += linesLikeRows;
            linesLikeRows = 0;
        }
        if (next - first > longestLines) {
            longestLine = first;
            longestLines = next - first;
        }
    }

    /** How much makes little sense; the fewer, the likelier is the format. */
    long doubtful() {
        return backslashes + stray + linesInside + (neverClosedLine > 0 ? 1 : 0);
    }

    /** What to tell, in sentences. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (neverClosedLine > 0) {
            notes.add(format(
                    "The quote that opens in line %,d is never closed: the %,d lines behind it are one field.",
                    neverClosedLine, neverClosedLines));
        }
        if (swallowed > 0) {
            notes.add(format(
                    "%,d lines inside quoted fields look like rows, first in the row of line %,d: perhaps a quote is not"
                            + " closed there.",
                    swallowed, firstSwallowing));
        } else if (neverClosedLine == 0 && longestLines > MANY_LINES) {
            notes.add(format(
                    "The row of line %,d has %,d lines: perhaps a quote in it is not closed.",
                    longestLine, longestLines));
        }
        if (backslashes > 0) {
            notes.add(format(
                    "%,d quotes behind a backslash were read as closing quotes, first in line %,d. Set escape to \\ if"
                            + " the backslash is meant to escape them.",
                    backslashes, firstBackslash));
        } else if (stray > 0) {
            notes.add(format(
                    "%,d fields have text behind their closing quote, first in line %,d. They may be split wrongly.",
                    stray, firstStray));
        }
        return notes;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
