package dev.tidings.handlers.csv;

import java.util.List;

/**
 * What is known of a table after the last row.
 *
 * @param rows without the header
 * @param header whether the first row named the columns
 * @param skippedRows rows above the header
 * @param blankLines lines with nothing on them that are no rows
 * @param ragged rows with more or fewer fields than usual
 */
record TableProfile(
        long rows, boolean header, int skippedRows, long blankLines, Ragged ragged, List<ColumnProfile> columns) {
    TableProfile {
        columns = List.copyOf(columns);
    }

    /**
     * Rows that have another number of fields.
     *
     * @param shorter rows with fewer; what is missing counts as empty
     * @param longer rows with more; what is too much is in further columns
     * @param first the first of them
     */
    record Ragged(long shorter, long longer, List<OddRow> first) {
        Ragged {
            first = List.copyOf(first);
        }

        long rows() {
            return shorter + longer;
        }
    }

    /**
     * A row that has another number of fields.
     *
     * @param row from 1, without the header
     * @param fields how many it has
     */
    record OddRow(long row, int fields) {}
}
