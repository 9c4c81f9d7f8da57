package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * What parts the fields of a file.
 *
 * @param delimiter the character between two fields
 * @param detected whether it was found out by looking
 */
record Dialect(char delimiter, boolean detected) {
    private static final int SAMPLE_CHARS = 16 * 1024;
    private static final int SAMPLE_ROWS = 200;

    /** In the order of precedence: a comma is part of numbers and texts more often than the others. */
    private static final char[] CANDIDATES = {'\t', ';', '|', ','};

    /**
     * The delimiter asked for.
     *
     * @param asked one character or {@code tab}
     * @throws PermanentFailure when it is no such thing
     */
    static Dialect asked(String asked) {
        if (asked.equalsIgnoreCase("tab") || asked.equals("\\t")) {
            return new Dialect('\t', false);
        }
        if (asked.length() != 1 || "\"\r\n".contains(asked) || Character.isSurrogate(asked.charAt(0))) {
            throw new PermanentFailure("the delimiter is one character other than a quote or a line break, or 'tab'");
        }
        return new Dialect(asked.charAt(0), false);
    }

    /**
     * The delimiter asked for, else the one found at the beginning of the text, whose position stays; only a first line
     * {@code sep=;}, by which spreadsheets tell each other, is taken away.
     */
    static Dialect of(BufferedReader reader, @Nullable String asked) throws IOException {
        reader.mark(SAMPLE_CHARS + 1);
        char[] sample = new char[SAMPLE_CHARS];
        int length = 0;
        for (int n = 0; n >= 0 && length < SAMPLE_CHARS; n = reader.read(sample, length, SAMPLE_CHARS - length)) {
            length += n;
        }
        reader.reset();
        String text = new String(sample, 0, length);
        boolean told = text.matches("(?s)(?i)sep=[^\r\n\"](\r|\n).*");
        if (told) {
            reader.readLine();
        }
        if (asked != null) {
            return asked(asked);
        }
        return new Dialect(told ? text.charAt(4) : detect(text), true);
    }

    /** The candidate that occurs equally often in most rows; a comma when none does. */
    static char detect(String sample) {
        char best = ',';
        double bestShare = 0;
        for (char candidate : CANDIDATES) {
            double share = shareOfUsualWidth(sample, candidate);
            if (share > bestShare) {
                best = candidate;
                bestShare = share;
            }
        }
        return best;
    }

    /** The share of rows that have as many delimiters as most have; 0 when most have none. */
    private static double shareOfUsualWidth(String sample, char delimiter) {
        Map<Integer, Integer> rowsByCount = new HashMap<>();
        int rows = 0;
        int count = 0;
        int chars = 0;
        boolean quoted = false;
        for (int i = 0; i < sample.length() && rows < SAMPLE_ROWS; i++) {
            char c = sample.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            }
            boolean rowEnds = !quoted && (c == '\n' || c == '\r');
            if (!rowEnds) {
                chars++;
                count += !quoted && c == delimiter ? 1 : 0;
            }
            // The last row of a sample that was cut off says nothing, unless it is the only one.
            boolean last = i == sample.length() - 1 && (sample.length() < SAMPLE_CHARS || rows == 0);
            if (chars > 0 && (rowEnds || last)) {
                rowsByCount.merge(count, 1, Integer::sum);
                rows++;
                count = 0;
                chars = 0;
            }
        }
        int usual = 0;
        int usualRows = 0;
        for (Map.Entry<Integer, Integer> entry : rowsByCount.entrySet()) {
            if (entry.getValue() > usualRows) {
                usual = entry.getKey();
                usualRows = entry.getValue();
            }
        }
        return usual == 0 ? 0 : (double) usualRows / rows;
    }

    /** The parser's settings: lenient wherever it can be, since a profile is asked for just when a file is odd. */
    CSVFormat format() {
        return CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(true)
                .setLenientEof(true)
                .setTrailingData(true)
                .get();
    }

    /** Whether {@code 1,5} may be a number. */
    boolean decimalComma() {
        return delimiter != ',';
    }

    /** The delimiter in words fit to show. */
    String shown() {
        return switch (delimiter) {
            case ',' -> "comma";
            case ';' -> "semicolon";
            case '\t' -> "tab";
            case '|' -> "bar";
            case ' ' -> "space";
            default -> Text.shown(String.valueOf(delimiter), 2);
        };
    }
}
