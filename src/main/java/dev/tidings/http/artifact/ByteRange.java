package dev.tidings.http.artifact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a request wants (RFC 9110 §14).
 *
 * @param from its first byte
 * @param to the byte after its last; {@code from} when no byte of the file is wanted, which cannot be satisfied
 */
record ByteRange(long from, long to) {
    private static final String UNIT = "bytes";

    /**
     * Reads {@code Range}. What is malformed, of another unit, or of several parts counts as not there.
     *
     * @param lines all header lines
     * @param size of the whole file
     * @return null for the whole file
     */
    static @Nullable ByteRange of(List<String> lines, long size) {
        if (lines.size() != 1) {
            return null;
        }
        String line = lines.get(0);
        int equals = line.indexOf('=');
        int dash = line.indexOf('-', equals + 1);
        if (equals < 0 || dash < 0 || !line.substring(0, equals).strip().equalsIgnoreCase(UNIT)) {
            return null;
        }
        String first = line.substring(equals + 1, dash).strip();
        String last = line.substring(dash + 1).strip();
        if (!digits(first) || !digits(last) || (first.isEmpty() && last.isEmpty())) {
            return null;
        }
        if (first.isEmpty()) {
            // The last bytes of a file that has none are the whole file.
            return size == 0 ? null : new ByteRange(size - Math.min(size, number(last)), size);
        }
        long from = number(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
        if (to < from) {
            return null;
        }
        return from >= size ? new ByteRange(0, 0) : new ByteRange(from, Math.min(size, Math.max(to, to + 1)));
    }

    boolean satisfiable() {
        return to > from;
    }

    private static boolean digits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String digits) {
        var significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
    }
}
