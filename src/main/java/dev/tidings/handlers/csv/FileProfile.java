package dev.tidings.handlers.csv;

/**
 * What is known of a file after its end.
 *
 * @param name the file's
 * @param size in bytes
 * @param bom whether it began with a byte order mark
 * @param patchedBytes bytes in UTF-8 text that were none
 */
record FileProfile(
        String name, long size, String charset, boolean bom, long patchedBytes, Dialect dialect, TableProfile table) {}
