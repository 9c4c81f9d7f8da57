package dev.tidings.job;

/**
 * A JSON value as text that somebody has already checked.
 *
 * @param text one complete JSON value (RFC 8259), without line breaks outside strings
 */
public record Json(String text) {
    public static final Json EMPTY_OBJECT = new Json("{}");

    @Override
    public String toString() {
        return text;
    }
}
