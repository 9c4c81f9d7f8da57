package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes the rows of a file and hands each field to its column. The header says how many columns there are at first;
 * further fields become further columns.
 *
 * <p>Threads: one.
 */
final class Table {
    static final int MAX_COLUMNS = 2_000;

    /** The sketches of a column that appears late are as small as those of a wide table. */
    private static final int LATE = 401;

    private static final int ODD_ROWS = 10;
    private static final char END_MARK = '\u001A';

    private final CsvFormat format;
    private final Layout layout;
    private final boolean header;
    private final ValueParser parser;
    private final List<Column> columns = new ArrayList<>();
    private final List<TableProfile.OddRow> oddRows = new ArrayList<>();
    private ColumnNames names = new ColumnNames(List.of());
    private List<String> headerFields = List.of();
    private boolean begun;
    private int width;
    private int skipped;
    private long rows;
    private long shorter;
    private long longer;
    private long blankRows;
    private long blankLines;
    private long blanksSinceRow;
    private long innerBlankLines;
    private long repeatedHeaders;
    private long tooWide;

    /**
     * Begins.
     *
     * @param header whether the first row of the table names the columns
     */
    Table(CsvFormat format, Layout layout, boolean header, ValueParser parser) {
        this.format = format;
        this.layout = layout;
        this.header = header;
        this.parser = parser;
    }

    /** How many rows there were so far, without the header. */
    long rows() {
        return rows;
    }

    /**
     * Takes the row that {@code reader} stands at.
     *
     * @throws PermanentFailure when it is the first and has too many fields
     */
    void add(RowReader reader) {
        if (reader.blank()) {
            addBlank();
            return;
        }
        if (isEndMark(reader)) {
            return;
        }
        if (!begun) {
            if (skipped < layout.skippedRows()) {
                skipped++;
                return;
            }
            begin(reader);
            if (header) {
                return;
            }
        }
        if (isHeaderAgain(reader)) {
            repeatedHeaders++;
            return;
        }
        innerBlankLines += blanksSinceRow;
        blanksSinceRow = 0;
        addRow(reader);
    }

    /** A blank line is an empty value where there is one column, and nothing elsewhere. */
    private void addBlank() {
        if (begun && width == 1) {
            rows++;
            blankRows++;
            columns.forEach(column -> column.addMissing(1));
        } else {
            blankLines++;
            blanksSinceRow += begun ? 1 : 0;
        }
    }

    /** Old programs end a file with Ctrl-Z. */
    private static boolean isEndMark(RowReader reader) {
        String field = reader.get(0);
        return reader.size() == 1
                && field.indexOf(END_MARK) >= 0
                && Blanks.strip(field).isEmpty();
    }

    /** Files that were put together of several have the header of each. */
    private boolean isHeaderAgain(RowReader reader) {
        if (reader.size() != headerFields.size()
                || reader.size() < 2
                || !headerFields.get(0).equals(reader.get(0))) {
            return false;
        }
        for (int i = 1; i < reader.size(); i++) {
            if (!headerFields.get(i).equals(reader.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void addRow(RowReader row) {
        rows++;
        int size = row.size();
        if (size != width) {
            addOdd(size);
        }
        if (size > columns.size()) {
            addColumns(size);
        }
        int present = Math.min(size, columns.size());
        for (int i = 0; i < present; i++) {
            columns.get(i).add(row.get(i), parser);
        }
        for (int i = present; i < columns.size(); i++) {
            columns.get(i).addMissing(1);
        }
    }

    private void begin(RowReader first) {
        begun = true;
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            fields.add(first.get(i));
        }
        headerFields = header ? List.copyOf(fields) : List.of();
        if (layout.rowNames()) {
            fields.add(0, "row names");
        }
        while (fields.size() < layout.width()) {
            fields.add("");
        }
        width = fields.size();
        if (width > MAX_COLUMNS) {
            throw new PermanentFailure(String.format(
                    Locale.ROOT,
                    "the first row has %,d fields, and at most %,d columns can be profiled; is the delimiter (%s) right?",
                    width,
                    MAX_COLUMNS,
                    format.shown()));
        }
        names = new ColumnNames(
                header ? fields : fields.stream().map(field -> "").toList());
        SketchSizes sizes = SketchSizes.forColumns(width);
        for (String name : names.all()) {
            columns.add(new Column(columns.size() + 1, name, sizes));
        }
    }

    private void addColumns(int wanted) {
        tooWide += wanted > MAX_COLUMNS ? 1 : 0;
        SketchSizes sizes = SketchSizes.forColumns(Math.max(LATE, wanted));
        while (columns.size() < Math.min(wanted, MAX_COLUMNS)) {
            Column column = new Column(columns.size() + 1, names.further(columns.size() + 1), sizes);
            column.addMissing(rows - 1);
            columns.add(column);
        }
    }

    private void addOdd(int fields) {
        if (fields < width) {
            shorter++;
        } else {
            longer++;
        }
        if (oddRows.size() < ODD_ROWS) {
            oddRows.add(new TableProfile.OddRow(rows, fields));
        }
    }

    /** How many fields a row is expected to have. */
    int width() {
        return width;
    }

    /** What is known now, and how the columns are to be read. */
    TableProfile profile(FileHints hints) {
        return new TableProfile(
                rows,
                header,
                skipped,
                blankLines,
                new TableProfile.Ragged(shorter, longer, oddRows),
                columns.stream()
                        .map(column -> new ColumnConclusion(column, parser, hints).profile())
                        .toList());
    }

    /** The columns so far. */
    List<Column> columns() {
        return columns;
    }

    /** What to tell of the rows, in sentences. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!begun) {
            notes.add("The file is empty.");
        } else if (rows == 0) {
            notes.add("The file has a header and no rows.");
        }
        if (begun && header) {
            notes.addAll(names.notes());
        }
        if (shorter + longer > 0) {
            tell(
                    notes,
                    "%,d of %,d rows do not have the usual %,d fields (%,d shorter, %,d longer); the first such row is %,d,"
                            + " with %,d.",
                    shorter + longer,
                    rows,
                    width,
                    shorter,
                    longer,
                    oddRows.get(0).row(),
                    oddRows.get(0).fields());
        }
        if (columns.size() > width) {
            tell(notes, "Fields beyond the usual %,d are in %,d further columns.", width, columns.size() - width);
        }
        if (tooWide > 0) {
            tell(notes, "%,d rows have more than %,d fields; those beyond were not read.", tooWide, MAX_COLUMNS);
        }
        if (blankRows > 0) {
            tell(notes, "%,d blank lines count as empty values of the only column.", blankRows);
        }
        if (innerBlankLines > 0) {
            tell(notes, "%,d blank lines between rows do not count as rows.", innerBlankLines);
        }
        if (repeatedHeaders > 0) {
            tell(notes, "%,d rows repeat the header and do not count.", repeatedHeaders);
        }
        return notes;
    }

    private static void tell(List<String> notes, String pattern, Object... values) {
        notes.add(String.format(Locale.ROOT, pattern, values));
    }
}
