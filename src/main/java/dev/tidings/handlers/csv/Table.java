package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;

/**
 * Takes the rows of a file and hands each field to its column. The first row says how many columns there are.
 *
 * <p>Threads: one.
 */
final class Table {
    static final int MAX_COLUMNS = 2_000;

    private static final int NAME_CHARS = 120;
    private static final int ODD_ROWS = 10;
    private static final long MANY_LINES = 100;

    private final Dialect dialect;
    private final boolean header;
    private final Scalar scalar;
    private final List<Column> columns = new ArrayList<>();
    private final List<TableProfile.OddRow> oddRows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean begun;
    private long rows;
    private long shorter;
    private long longer;
    private long longestLines;
    private long longestRow;

    Table(Dialect dialect, boolean header) {
        this.dialect = dialect;
        this.header = header;
        scalar = new Scalar(dialect.decimalComma());
    }

    /** How many rows there were so far, without the header. */
    long rows() {
        return rows;
    }

    /**
     * Takes the next row.
     *
     * @param lines over how many lines of the file it stretches
     * @throws PermanentFailure when it is the first and has too many fields
     */
    void add(CSVRecord row, long lines) {
        if (!begun) {
            begin(row);
            if (header) {
                return;
            }
        }
        rows++;
        if (row.size() != columns.size()) {
            addOdd(row.size());
        }
        if (lines > longestLines) {
            longestLines = lines;
            longestRow = rows;
        }
        int present = Math.min(row.size(), columns.size());
        for (int i = 0; i < present; i++) {
            columns.get(i).add(row.get(i), scalar);
        }
        for (int i = present; i < columns.size(); i++) {
            columns.get(i).addMissing();
        }
    }

    private void begin(CSVRecord first) {
        begun = true;
        int width = first.size();
        if (width > MAX_COLUMNS) {
            throw new PermanentFailure(String.format(
                    Locale.ROOT,
                    "the first row has %,d fields, and at most %,d columns can be profiled; is the delimiter (%s) right?",
                    width,
                    MAX_COLUMNS,
                    dialect.shown()));
        }
        Precision precision = Precision.forColumns(width);
        Set<String> taken = new HashSet<>();
        int unnamed = 0;
        int repeated = 0;
        for (int i = 0; i < width; i++) {
            String given = header ? Text.shown(first.get(i).strip(), NAME_CHARS) : "";
            unnamed += given.isEmpty() ? 1 : 0;
            String name = given.isEmpty() ? "column " + (i + 1) : given;
            repeated += taken.contains(name) ? 1 : 0;
            columns.add(new Column(i + 1, unused(name, taken), precision));
        }
        if (header && unnamed > 0) {
            notes.add(unnamed + (unnamed == 1 ? " column has" : " columns have")
                    + " no name; each is called by its position.");
        }
        if (repeated > 0) {
            notes.add(repeated + (repeated == 1 ? " column has" : " columns have")
                    + " the name of another; a number tells them apart.");
        }
    }

    private static String unused(String name, Set<String> taken) {
        String unused = name;
        for (int i = 2; !taken.add(unused); i++) {
            unused = name + " (" + i + ")";
        }
        return unused;
    }

    private void addOdd(int fields) {
        if (fields < columns.size()) {
            shorter++;
        } else {
            longer++;
        }
        if (oddRows.size() < ODD_ROWS) {
            oddRows.add(new TableProfile.OddRow(rows, fields));
        }
    }

    /** What is known now. */
    TableProfile profile() {
        List<String> told = new ArrayList<>(notes);
        if (!begun) {
            told.add("The file is empty.");
        } else if (rows == 0) {
            told.add("The file has a header and no rows.");
        }
        if (shorter + longer > 0) {
            told.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d rows do not have the %,d fields of the first one (%,d shorter, %,d longer); the first such row is %,d, with %,d.",
                    shorter + longer,
                    rows,
                    columns.size(),
                    shorter,
                    longer,
                    oddRows.get(0).row(),
                    oddRows.get(0).fields()));
        }
        if (longestLines > MANY_LINES) {
            told.add(String.format(
                    Locale.ROOT,
                    "Row %,d stretches over %,d lines: perhaps a quote in it is not closed.",
                    longestRow,
                    longestLines));
        }
        return new TableProfile(
                rows,
                header,
                new TableProfile.Ragged(shorter, longer, oddRows),
                columns.stream().map(Column::profile).toList(),
                told);
    }
}
