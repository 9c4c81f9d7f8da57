package dev.tidings.handlers.csv;

import java.util.List;

/**
 * What is known of a file after its end.
 *
 * @param name the file's
 * @param size in bytes
 * @param charset what its characters were read in
 * @param charsetGuessed whether that is a guess
 * @param marked whether it began with a byte order mark
 * @param undecodableBytes bytes that are no character of the charset
 * @param delimiterDetected whether the delimiter was found out by looking
 * @param notes what was guessed, left out or is odd, the file first, then column by column
 */
record FileProfile(
        String name,
        long size,
        String charset,
        boolean charsetGuessed,
        boolean marked,
        long undecodableBytes,
        CsvFormat format,
        boolean delimiterDetected,
        TableProfile table,
        List<String> notes) {
    FileProfile {
        notes = List.copyOf(notes);
    }

    /** How many bytes of a file in UTF-8 are not UTF-8. */
    long bytesNotUtf8() {
        return charset.equals("UTF-8") ? undecodableBytes : 0;
    }
}
