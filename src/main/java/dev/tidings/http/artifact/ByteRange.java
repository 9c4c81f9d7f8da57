package dev.tidings.http.artifact;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a request wants (RFC 9110 §14).
 *
 * @param from its first byte
 * @param to the byte after its last; {@code from} when no byte of the file is wanted, which cannot be satisfied
 */
record ByteRange(long from, long to) {
    private static final Pattern SINGLE =
            Pattern.compile("\\s*bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*", Pattern.CASE_INSENSITIVE);

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
        Matcher matcher = SINGLE.matcher(lines.get(0));
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return null;
        }
        if (matcher.group(1).isEmpty()) {
            long last = Math.min(size, number(matcher.group(2)));
            return new ByteRange(size - last, size);
        }
        long from = number(matcher.group(1));
        long to = matcher.group(2).isEmpty() ? Long.MAX_VALUE : number(matcher.group(2));
        if (to < from) {
            return null;
        }
        return from >= size ? new ByteRange(0, 0) : new ByteRange(from, Math.min(size, Math.max(to, to + 1)));
    }

    boolean satisfiable() {
        return to > from;
    }

    private static long number(String digits) {
        var significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
    }
}
