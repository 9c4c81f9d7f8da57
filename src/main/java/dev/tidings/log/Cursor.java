package dev.tidings.log;

/**
 * The number of the last event that a reader has seen.
 *
 * @param seq 0 (before any event) or more
 */
public record Cursor(long seq) {
    /** Before any event: a reader here gets the retained log from its beginning. */
    public static final Cursor START = new Cursor(0);

    public Cursor {
        if (seq < 0) {
            throw new IllegalArgumentException("a cursor is a whole number of 0 or more, not " + seq);
        }
    }

    /**
     * Reads a cursor. A number beyond 64 bits is newer than any log and so becomes {@link Long#MAX_VALUE}.
     *
     * @throws IllegalArgumentException when it is not digits only; the message does not repeat the text
     */
    public static Cursor parse(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("a cursor is a whole number of 0 or more, such as the id of an event");
        }
        var digits = text.replaceFirst("^0+(?=.)", "");
        if (digits.length() > 19) {
            return new Cursor(Long.MAX_VALUE);
        }
        try {
            return new Cursor(Long.parseLong(digits));
        } catch (NumberFormatException beyond64Bits) {
            return new Cursor(Long.MAX_VALUE);
        }
    }
}
