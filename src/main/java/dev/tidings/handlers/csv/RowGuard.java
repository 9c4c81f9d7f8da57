package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Stops the reading when one row grows beyond all bounds: a parser must hold a row in memory, and a quote that is never
 * closed makes a row of the rest of the file.
 */
final class RowGuard extends FilterReader {
    /** The longest row, in characters, give or take what the parser reads ahead. */
    static final int MAX_ROW_CHARS = 2 * 1024 * 1024;

    private long row = 1;
    private long chars;

    RowGuard(Reader in) {
        super(in);
    }

    /** Says that a row is complete. */
    void nextRow() {
        row++;
        chars = 0;
    }

    @Override
    public int read() throws IOException {
        int c = super.read();
        count(1);
        return c;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        int n = super.read(target, offset, length);
        count(n);
        return n;
    }

    private void count(int n) {
        chars += n;
        if (chars > MAX_ROW_CHARS) {
            throw new PermanentFailure("row " + row + " is longer than " + MAX_ROW_CHARS
                    + " characters; is a quote not closed in it, or is the file not CSV?");
        }
    }
}
