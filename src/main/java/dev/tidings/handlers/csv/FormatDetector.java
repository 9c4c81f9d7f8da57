package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out how fields are written, from the beginning of a file. */
final class FormatDetector {
    /** In the order of precedence: a comma is part of numbers and texts more often than the others. */
    private static final char[] CANDIDATES = {'\t', ';', '|', ','};

    /** The line by which spreadsheets tell each other the delimiter, as found: quoted, escaped, saved again. */
    private static final Pattern SEP_LINE = Pattern.compile(
            "\\A\"?[ ]*sep[ ]*=[ ]*(\\\\t|[^\\r\\n\"])?\"?[;,\\t ]*(\\r\\n|\\r|\\n|\\z)", Pattern.CASE_INSENSITIVE);

    private static final double SAME = 1e-9;

    private final Sample sample;
    private final @Nullable Character told;
    private final List<String> notes = new ArrayList<>();

    /**
     * Prepares to look.
     *
     * @param skipLines how many lines do not belong to the table
     */
    FormatDetector(Sample whole, int skipLines) {
        Matcher line = SEP_LINE.matcher(whole.text());
        boolean found = line.find();
        String sign = found ? line.group(1) : null;
        told = sign == null ? null : Character.valueOf(sign.equals("\\t") ? '\t' : sign.charAt(0));
        sample = whole.without(Math.max(found ? line.end() : 0, whole.charsOfLines(skipLines)));
    }

    /** The text without lines above the table and without one that only names the delimiter. */
    Sample sample() {
        return sample;
    }

    /** What to tell of the choices. */
    List<String> notes() {
        return notes;
    }

    /** The format: what was asked for, else what the file says of itself, else what makes its rows alike. */
    CsvFormat detect(@Nullable Character delimiter, @Nullable Character escape) {
        Character known = delimiter != null ? delimiter : told;
        if (known != null) {
            return new CsvFormat(known, escape != null ? escape : escapeFor(known));
        }
        List<Candidate> best = new ArrayList<>();
        for (char candidate : CANDIDATES) {
            Candidate next = candidate(new CsvFormat(candidate, escape != null ? escape : escapeFor(candidate)));
            double lead = best.isEmpty() ? next.share : next.share - best.get(0).share;
            if (lead > SAME) {
                best.clear();
            }
            if (next.share > 0 && lead > -SAME) {
                best.add(next);
            }
        }
        if (best.isEmpty()) {
            return new CsvFormat(',', escape != null ? escape : escapeFor(','));
        }
        return best.size() == 1 ? best.get(0).format : decideDraw(best);
    }

    private Candidate candidate(CsvFormat format) {
        Sample.Rows rows = sample.rows(format);
        int usual = rows.usualWidth();
        // Quotes that make no sense speak against a delimiter.
        double sense =
                1.0 / (1 + (double) rows.doubtful() / Math.max(1, rows.rows().size()));
        return new Candidate(format, rows, usual, usual < 2 ? 0 : rows.share(usual) * sense);
    }

    /** Among delimiters that make rows equally alike: the one that parts the header, then the one that finds values. */
    private CsvFormat decideDraw(List<Candidate> drawn) {
        Candidate best = drawn.get(0);
        for (Candidate candidate : drawn) {
            best = candidate.merit() > best.merit() ? candidate : best;
        }
        List<String> names =
                drawn.stream().map(candidate -> candidate.format.shown()).toList();
        notes.add("The delimiter is a guess: " + String.join(" and ", names) + " part the rows equally well; "
                + best.format.shown() + " was used. Set delimiter if that is wrong.");
        return best.format;
    }

    /** Whether backslashes escape: when rows become more alike, or quotes make more sense. */
    private char escapeFor(char delimiter) {
        if (sample.text().indexOf('\\') < 0) {
            return CsvFormat.NO_ESCAPE;
        }
        Sample.Rows plain = sample.rows(CsvFormat.of(delimiter));
        Sample.Rows escaped = sample.rows(new CsvFormat(delimiter, '\\'));
        double gain = escaped.share(escaped.usualWidth()) - plain.share(plain.usualWidth());
        boolean better =
                escaped.usualWidth() > 1 && (gain > SAME || (gain > -SAME && escaped.doubtful() < plain.doubtful()));
        boolean oneColumn =
                escaped.usualWidth() == 1 && plain.usualWidth() == 1 && escaped.doubtful() < plain.doubtful();
        return better || oneColumn ? '\\' : CsvFormat.NO_ESCAPE;
    }

    private record Candidate(CsvFormat format, Sample.Rows rows, int usualWidth, double share) {
        /** How well the first row is parted into names, and how many fields below it are numbers, dates or the like. */
        double merit() {
            List<Sample.Row> all = rows.rows();
            boolean headerFits = all.get(0).width() == usualWidth;
            ValueParser parser = new ValueParser();
            long fields = 0;
            long typed = 0;
            for (Sample.Row row : all.subList(1, all.size())) {
                for (String field : row.fields()) {
                    fields++;
                    typed += !field.isEmpty() && parser.read(field).measures() ? 1 : 0;
                }
            }
            return (headerFits ? 10 : 0) + (fields == 0 ? 0 : (double) typed / fields);
        }
    }
}
