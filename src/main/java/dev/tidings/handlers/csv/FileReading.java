package dev.tidings.handlers.csv;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a file: finds out how it is written, hands out its rows one by one, and says at the end what is known.
 *
 * <p>Threads: one.
 */
final class FileReading {
    private final CsvProfileParams params;
    private final TextSource text;
    private final CsvFormat format;
    private final RowReader reader;
    private final Table table;
    private final List<String> notes = new ArrayList<>();

    /**
     * Begins to read.
     *
     * @throws dev.tidings.job.PermanentFailure when the file is of another kind, or a parameter makes no sense
     */
    FileReading(InputStream bytes, CsvProfileParams params) throws IOException {
        this.params = params;
        text = TextSource.of(bytes, params.charset());
        int skipLines = params.skipLines() == null ? 0 : params.skipLines();
        FormatDetector detector = new FormatDetector(Sample.of(text.reader()), skipLines);
        Character delimiter = params.delimiter() == null ? null : CsvFormat.delimiter(params.delimiter());
        format = detector.detect(delimiter, CsvFormat.escape(params.escape()));
        notes.addAll(detector.notes());
        Sample sample = detector.sample();
        boolean header = params.headerOrDefault();
        Layout layout = Layout.of(sample.rows(format), header, params.skipLines() == null);
        notes.addAll(layout.notes());
        reader = new RowReader(sample.text(), text.reader(), format);
        table = new Table(format, layout, header, params.parser());
    }

    /** Reads a row; false when there is none left. */
    boolean next() throws IOException {
        if (!reader.next()) {
            return false;
        }
        table.add(reader);
        reader.expect(table.width());
        return true;
    }

    /** How many rows there were so far, without the header. */
    long rows() {
        return table.rows();
    }

    /** What is known at the end. */
    FileProfile profile(String name, long size) {
        List<String> told = new ArrayList<>(text.notes());
        told.addAll(notes);
        told.addAll(table.notes());
        told.addAll(reader.oddities().notes());
        TableProfile profile = table.profile(hints());
        for (ColumnProfile column : profile.columns()) {
            for (String note : column.notes()) {
                told.add("Column \"" + column.name() + "\": " + note);
            }
        }
        return new FileProfile(
                name,
                size,
                text.charset(),
                text.guessed(),
                text.marked(),
                text.undecodableBytes(),
                format,
                params.delimiter() == null,
                profile,
                told);
    }

    private FileHints hints() {
        boolean points = false;
        boolean commas = false;
        List<DateOrder> orders = new ArrayList<>();
        for (Column column : table.columns()) {
            char mark = ColumnConclusion.shownDecimal(column);
            points |= mark == '.';
            commas |= mark == ',';
            DateOrder order = ColumnConclusion.shownOrder(column);
            if (order != null && !orders.contains(order)) {
                orders.add(order);
            }
        }
        char shown = points == commas ? FileHints.UNKNOWN : points ? '.' : ',';
        @Nullable DateOrder shownOrder = orders.size() == 1 ? orders.get(0) : null;
        return new FileHints(
                params.decimalMark(),
                shown,
                format.delimiter() == ';',
                DateOrder.asked(params.dateOrder()),
                shownOrder);
    }
}
