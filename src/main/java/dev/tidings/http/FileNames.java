package dev.tidings.http;

/** Says which names files may have. */
public final class FileNames {
    /** The longest name, in characters. */
    public static final int MAX_CHARACTERS = 255;

    private FileNames() {}

    /**
     * The name itself, which is one.
     *
     * @param field what to name in the problem
     * @throws HttpProblem 422 when it is not
     */
    public static String checked(String field, String name) {
        if (name.isBlank()) {
            throw Problems.invalid(field, "A file needs a name.");
        }
        if (name.codePointCount(0, name.length()) > MAX_CHARACTERS) {
            throw Problems.invalid(field, "A file's name must have at most " + MAX_CHARACTERS + " characters.");
        }
        if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw Problems.invalid(field, "A file's name must not contain / or \\, and must not be '.' or '..'.");
        }
        if (name.codePoints().anyMatch(FileNames::unprintable)) {
            throw Problems.invalid(
                    field, "A file's name must be UTF-8, without line breaks, NUL or other control characters.");
        }
        return name;
    }

    private static boolean unprintable(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || c == '\ufffd';
    }
}
