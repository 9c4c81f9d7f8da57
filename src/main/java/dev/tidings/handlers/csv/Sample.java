package dev.tidings.handlers.csv;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The beginning of a file, by which its format and its layout are found out.
 *
 * @param text the characters
 * @param whole whether that is all of the file
 */
record Sample(String text, boolean whole) {
    private static final int CHARS = 64 * 1024;
    private static final int ROWS = 500;

    /** Takes the beginning from {@code in}. */
    static Sample of(Reader in) throws IOException {
        char[] chars = new char[CHARS];
        int length = 0;
        int n = 0;
        while (n >= 0 && length < CHARS) {
            n = in.read(chars, length, CHARS - length);
            length += Math.max(0, n);
        }
        return new Sample(new String(chars, 0, length), n < 0);
    }

    /** How many characters the first {@code lines} lines have, with their ends. */
    int charsOfLines(int lines) {
        int at = 0;
        for (int i = 0; i < lines && at < text.length(); i++) {
            while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                at++;
            }
            boolean pair = text.startsWith("\r\n", at);
            at = Math.min(text.length(), at + (pair ? 2 : 1));
        }
        return at;
    }

    /** The sample without its first {@code chars} characters. */
    Sample without(int chars) {
        return new Sample(text.substring(chars), whole);
    }

    /** The rows, blank lines apart. A last row that was cut off says nothing, unless it is the only one. */
    Rows rows(CsvFormat format) {
        RowReader reader = new RowReader(text, Reader.nullReader(), format);
        List<Row> rows = new ArrayList<>();
        boolean gap = false;
        try {
            while (rows.size() <= ROWS && reader.next()) {
                if (reader.blank()) {
                    gap = true;
                    continue;
                }
                List<String> fields = new ArrayList<>();
                for (int i = 0; i < reader.size(); i++) {
                    fields.add(Blanks.strip(reader.get(i)));
                }
                rows.add(new Row(fields, gap));
                gap = false;
            }
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        boolean cut = rows.size() > ROWS || (!whole && rows.size() > 1);
        return new Rows(
                cut ? rows.subList(0, rows.size() - 1) : rows, reader.oddities().doubtful());
    }

    /**
     * A row of the sample.
     *
     * @param fields without blanks around them
     * @param behindGap whether a blank line is above it
     */
    record Row(List<String> fields, boolean behindGap) {
        int width() {
            return fields.size();
        }
    }

    /**
     * The rows of a sample, as a format parts them.
     *
     * @param doubtful how many quotes make little sense in that format
     */
    record Rows(List<Row> rows, long doubtful) {
        /** The rows without titles above them, unless next to nothing is left. */
        private List<Row> table() {
            int titles = 0;
            while (titles < rows.size() && rows.get(titles).width() == 1) {
                titles++;
            }
            return titles > Layout.MOST_SKIPPED || rows.size() - titles < 2 ? rows : rows.subList(titles, rows.size());
        }

        /** The number of fields that most rows have; the greater one when two numbers are as frequent. */
        int usualWidth() {
            int usual = usualWidth(rows);
            return usual > 1 ? usual : usualWidth(table());
        }

        private static int usualWidth(List<Row> rows) {
            Map<Integer, Integer> counts = new HashMap<>();
            rows.forEach(row -> counts.merge(row.width(), 1, Integer::sum));
            int usual = 1;
            int most = 0;
            for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
                boolean more = entry.getValue() > most || (entry.getValue() == most && entry.getKey() > usual);
                usual = more ? entry.getKey() : usual;
                most = Math.max(most, entry.getValue());
            }
            return usual;
        }

        /** The share of rows that have so many fields, 0 to 1. */
        double share(int width) {
            List<Row> table = usualWidth(rows) > 1 ? rows : table();
            long same = table.stream().filter(row -> row.width() == width).count();
            return table.isEmpty() ? 0 : (double) same / table.size();
        }
    }
}
