package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/**
 * Parts text into rows and fields, and counts what is odd about its quotes.
 *
 * <p>Shape: RFC 4180, read leniently. Lines end in LF, CRLF or CR. A quoted field may hold delimiters, line breaks and
 * doubled quotes; text behind its closing quote belongs to it. Blanks may stand before the opening quote. Where the
 * format has an escape character, it makes a plain character of a quote, a delimiter, a line break or itself; before
 * anything else it is a character too.
 *
 * <p>Memory: one row, at most {@value #MAX_ROW_CHARS} characters. Threads: one.
 */
final class RowReader {
    /** The longest row in characters, give or take one buffer. */
    static final int MAX_ROW_CHARS = 2 * 1024 * 1024;

    private static final int BUFFER_CHARS = 32 * 1024;
    private static final char BOM = '\uFEFF';

    private final Reader in;
    private final char delimiter;
    private final char escape;
    private final boolean escapes;
    private final StringBuilder built = new StringBuilder();
    private final QuoteOddities oddities = new QuoteOddities();

    private char[] buffer;
    private int position;
    private int limit;
    private int fieldStart;
    private boolean end;
    private long rowStart;

    private String[] fields = new String[64];
    private int size;
    private long line = 1;
    private long rowLine = 1;
    private int usualWidth;

    /**
     * Begins to read.
     *
     * @param head what was read of the text already
     */
    RowReader(String head, Reader rest, CsvFormat format) {
        in = rest;
        delimiter = format.delimiter();
        escape = format.escape();
        escapes = format.escapes();
        buffer = new char[Math.max(BUFFER_CHARS, head.length())];
        head.getChars(0, head.length(), buffer, 0);
        limit = head.length();
    }

    /** Tells how many fields rows usually have, so that lines inside a quoted field can be compared with rows. */
    void expect(int width) {
        usualWidth = width;
    }

    /** Goes to the next row; false when there is none. */
    boolean next() throws IOException {
        size = 0;
        rowStart = position;
        rowLine = line;
        fieldStart = position;
        if (position == limit && !more()) {
            return false;
        }
        if (buffer[position] == BOM) {
            position++;
        }
        while (readField()) {
            // The next field of the same row.
        }
        oddities.rowEnds(rowLine, line);
        return true;
    }

    /** How many fields the row has; a blank line has one, which is empty. */
    int size() {
        return size;
    }

    String get(int index) {
        return fields[index];
    }

    /** Whether the row is a line with nothing on it. */
    boolean blank() {
        return size == 1 && fields[0].isEmpty() && line - rowLine <= 1;
    }

    /** The line of the text, from 1, in which the row begins. */
    long line() {
        return rowLine;
    }

    /** What was odd about the quotes so far. */
    QuoteOddities oddities() {
        return oddities;
    }

    /** Reads a field, and what ends it; false when that ends the row. */
    private boolean readField() throws IOException {
        fieldStart = position;
        int at = position;
        while (at < limit && buffer[at] == ' ' && delimiter != ' ') {
            at++;
        }
        if (at == limit && more()) {
            return readField();
        }
        if (at < limit && buffer[at] == '"') {
            position = at + 1;
            readQuoted();
            return readRest(true);
        }
        return readRest(false);
    }

    /** Reads unquoted characters up to a delimiter or the end of the line. */
    private boolean readRest(boolean quoted) throws IOException {
        if (!quoted) {
            built.setLength(0);
        }
        fieldStart = position;
        while (true) {
            char[] chars = buffer;
            int at = position;
            int stop = limit;
            char c = '\0';
            while (at < stop) {
                c = chars[at];
                if (c == delimiter || c == '\n' || c == '\r' || (c == escape && escapes)) {
                    break;
                }
                at++;
            }
            position = at;
            if (at == stop) {
                if (more()) {
                    continue;
                }
                addField(quoted);
                return false;
            }
            if (c == escape && escapes && c != delimiter) {
                takeEscaped();
                continue;
            }
            addField(quoted);
            position++;
            if (c == delimiter) {
                return true;
            }
            line++;
            if (c == '\r') {
                fieldStart = position;
                if ((position < limit || more()) && buffer[position] == '\n') {
                    position++;
                }
            }
            return false;
        }
    }

    private void addField(boolean quoted) {
        if (quoted) {
            addBehindQuote();
        }
        String field;
        if (built.length() == 0) {
            field = quoted ? "" : new String(buffer, fieldStart, position - fieldStart);
        } else {
            built.append(buffer, fieldStart, quoted ? 0 : position - fieldStart);
            field = built.toString();
            built.setLength(0);
        }
        if (size == fields.length) {
            fields = Arrays.copyOf(fields, size * 2);
        }
        fields[size++] = field;
    }

    /** Takes what stands between the closing quote and the delimiter: part of the field unless it is blank. */
    private void addBehindQuote() {
        for (int i = fieldStart; i < position; i++) {
            if (buffer[i] != ' ') {
                oddities.textBehindQuote(rowLine);
                built.append(buffer, fieldStart, position - fieldStart);
                return;
            }
        }
    }

    /** Reads up to the closing quote, which is taken; the text is in {@link #built}. */
    private void readQuoted() throws IOException {
        built.setLength(0);
        long openedAt = line;
        int delimiters = 0;
        fieldStart = position;
        while (true) {
            if (position == limit && !more()) {
                built.append(buffer, fieldStart, position - fieldStart);
                oddities.neverClosed(openedAt, line);
                fieldStart = position;
                return;
            }
            char c = buffer[position];
            if (c == '"') {
                built.append(buffer, fieldStart, position - fieldStart);
                boolean behindBackslash = position > fieldStart && buffer[position - 1] == '\\';
                position++;
                fieldStart = position;
                if ((position == limit && !more()) || buffer[position] != '"') {
                    oddities.quoteCloses(behindBackslash, rowLine);
                    return;
                }
                position++;
            } else if (escapes && c == escape) {
                takeEscaped();
            } else {
                position++;
                if (c == delimiter) {
                    delimiters++;
                } else if (c == '\n' || (c == '\r' && !(position < limit && buffer[position] == '\n'))) {
                    line++;
                    oddities.lineInside(line - openedAt > 1 && usualWidth > 1 && delimiters == usualWidth - 1);
                    delimiters = 0;
                }
            }
        }
    }

    /** Takes the escape character at the position and what it escapes. */
    private void takeEscaped() throws IOException {
        built.append(buffer, fieldStart, position - fieldStart);
        fieldStart = position;
        position++;
        if (position == limit && !more()) {
            return;
        }
        char c = buffer[position];
        if (c == '"' || c == delimiter || c == escape || c == '\n' || c == '\r') {
            fieldStart = position;
            boolean pair = c == '\r' && position + 1 < limit && buffer[position + 1] == '\n';
            position += pair ? 1 : 0;
            line += c == '\n' || c == '\r' ? 1 : 0;
        }
        position++;
    }

    /** Reads on, keeping the characters from {@link #fieldStart}; false at the end. */
    private boolean more() throws IOException {
        if (end) {
            return false;
        }
        if (limit - rowStart > MAX_ROW_CHARS) {
            throw new PermanentFailure("the row that begins in line " + rowLine + " is longer than " + MAX_ROW_CHARS
                    + " characters; is a quote not closed in it, or is the file not CSV?");
        }
        System.arraycopy(buffer, fieldStart, buffer, 0, limit - fieldStart);
        rowStart -= fieldStart;
        position -= fieldStart;
        limit -= fieldStart;
        fieldStart = 0;
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int n = in.read(buffer, limit, buffer.length - limit);
        end = n < 0;
        limit += Math.max(0, n);
        return !end;
    }
}
