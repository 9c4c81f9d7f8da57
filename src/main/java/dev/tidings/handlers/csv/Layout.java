package dev.tidings.handlers.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the table begins in a file, and how its header fits its rows.
 *
 * @param skippedRows rows above the header that are not part of the table
 * @param width how many fields rows have; 0 for as many as the header
 * @param rowNames whether the first field of each row has no name in the header
 * @param notes what to tell of these choices
 */
record Layout(int skippedRows, int width, boolean rowNames, List<String> notes) {
    static final int MOST_SKIPPED = 50;
    private static final int ROWS_COMPARED = 50;

    Layout {
        notes = List.copyOf(notes);
    }

    /** A table from the first row on. */
    static Layout plain() {
        return new Layout(0, 0, false, List.of());
    }

    /**
     * The layout of a file.
     *
     * @param header whether the first row of the table names the columns
     * @param skip whether rows above the table may be left out
     */
    static Layout of(Sample.Rows sample, boolean header, boolean skip) {
        List<Sample.Row> rows = sample.rows();
        int usual = sample.usualWidth();
        if (rows.size() < 2) {
            return plain();
        }
        if (usual < 2 || rows.get(0).width() >= usual) {
            return new Layout(0, 0, false, header ? valuesInHeader(rows, 0) : List.of());
        }
        int first = 0;
        while (rows.get(first).width() != usual) {
            first++;
        }
        if (skip && first <= MOST_SKIPPED && isTitle(rows, first, header)) {
            List<String> notes = new ArrayList<>();
            notes.add(String.format(
                    Locale.ROOT,
                    "%s above the table %s not read: \"%s\"%s. Set skipLines if that is wrong.",
                    first == 1 ? "One line" : first + " lines",
                    first == 1 ? "was" : "were",
                    SafeText.shown(rows.get(0).fields().get(0), 60),
                    first == 1 ? "" : " …"));
            notes.addAll(header ? valuesInHeader(rows, first) : List.of());
            return new Layout(first, 0, false, notes);
        }
        return header ? shortHeader(rows, usual) : plain();
    }

    private static Layout shortHeader(List<Sample.Row> rows, int usual) {
        int width = rows.get(0).width();
        List<Sample.Row> below = rows.subList(1, rows.size());
        boolean oneMore = width == usual - 1 && below.stream().allMatch(row -> row.width() == usual);
        boolean lastEmpty = below.stream()
                .filter(row -> row.width() == usual)
                .allMatch(row -> row.fields().get(usual - 1).isEmpty());
        if (oneMore && width > 1 && !lastEmpty) {
            return new Layout(
                    0,
                    usual,
                    true,
                    List.of("The header is one field short of every row: the first field of each row was taken as its"
                            + " name, in the column \"row names\"."));
        }
        String what = String.format(
                Locale.ROOT,
                "The header has %,d fields and most rows have %,d: further fields are columns",
                width,
                usual);
        return new Layout(
                0,
                usual,
                false,
                List.of(
                        width == 1
                                ? what + " too. If the file is one column of text, set a delimiter that does not occur."
                                : what + " without a name."));
    }

    /** Whether the rows above {@code first} are titles rather than a header that is too short. */
    private static boolean isTitle(List<Sample.Row> rows, int first, boolean header) {
        boolean apart = rows.get(first).behindGap() || first > 1;
        boolean muchShorter = rows.get(first - 1).width() < rows.get(first).width() - 1;
        if (!header) {
            return apart || muchShorter;
        }
        int[] evidence = headerEvidence(rows, first);
        return evidence[0] > 0 || ((apart || muchShorter) && evidence[1] == 0);
    }

    private static List<String> valuesInHeader(List<Sample.Row> rows, int at) {
        int[] evidence = headerEvidence(rows, at);
        if (evidence[0] > 0 || evidence[1] == 0) {
            return List.of();
        }
        List<String> first = rows.get(at).fields();
        return List.of("The first row looks like values rather than names: "
                + SafeText.shown(String.join(", ", first.subList(0, Math.min(4, first.size()))), 80)
                + ". Set header to false if it is a row.");
    }

    /** In how many columns the row is unlike the values below it, as a name is; and in how many it is one of them. */
    private static int[] headerEvidence(List<Sample.Row> rows, int at) {
        List<String> names = rows.get(at).fields();
        List<Sample.Row> below = rows.subList(at + 1, Math.min(rows.size(), at + 1 + ROWS_COMPARED));
        ValueParser parser = new ValueParser();
        int[] evidence = new int[2];
        for (int i = 0; i < names.size(); i++) {
            int column = i;
            List<String> values = below.stream()
                    .filter(row -> row.width() > column)
                    .map(row -> row.fields().get(column))
                    .filter(field -> !field.isEmpty() && !parser.isNull(field))
                    .toList();
            boolean typed = !values.isEmpty()
                    && values.stream().allMatch(value -> parser.read(value).measures());
            String name = names.get(i);
            if (typed && !name.isEmpty()) {
                boolean value = parser.read(name).measures();
                // Years, and small numbers in a row, name columns too.
                boolean perhapsName = value && name.matches("(19|20)[0-9]{2}(-[0-9]{2})?");
                evidence[0] += value ? 0 : 1;
                evidence[1] += value && !perhapsName ? 1 : 0;
            }
        }
        return evidence;
    }
}
