package dev.tidings.json;

/** A text that is not JSON as Tidings reads it, or JSON whose values are none that it stores. */
public final class JsonFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean malformed;
    private final String pointer;

    private JsonFault(boolean malformed, String pointer, String detail) {
        super(detail, null, false, false);
        this.malformed = malformed;
        this.pointer = pointer;
    }

    /** It is not JSON, or JSON of a shape that nobody reads: too deep, a name twice. */
    static JsonFault malformed(String pointer, String detail) {
        return new JsonFault(true, pointer, detail);
    }

    /** It is JSON, but the value at {@code pointer} is not taken. */
    static JsonFault invalid(String pointer, String detail) {
        return new JsonFault(false, pointer, detail);
    }

    /** Whether the text could not be read at all; else a value in it is wrong. */
    public boolean malformed() {
        return malformed;
    }

    /** Where, as a JSON pointer (RFC 6901); empty for the whole. */
    public String pointer() {
        return pointer;
    }

    /** What is wrong and what would be right, in words for the sender. */
    public String detail() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
