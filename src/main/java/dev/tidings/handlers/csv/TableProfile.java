package dev.tidings.handlers.csv;

import java.util.List;

/**
 * What is known of a table after the last row.
 *
 * @param rows without the header
 * @param header whether the first row named the columns
 * @param ragged rows with more or fewer fields than the first row of the file
 */
record TableProfile(long rows, boolean header, Ragged ragged, List<ColumnProfile> columns, List<String> notes) {
    TableProfile {
        columns = List.copyOf(columns);
        notes = List.copyOf(notes);
    }

    /**
     * Rows that have another number of fields.
     *
     * @param shorter rows with fewer; what is missing counts as empty
     * @param longer rows with more; what is too much is not looked at
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
