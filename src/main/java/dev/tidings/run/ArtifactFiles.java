package dev.tidings.run;

import dev.tidings.job.Json;
import java.util.Set;

/** The names and media types of artifacts. */
public final class ArtifactFiles {
    /** The media type of a result that is stored as an artifact. */
    static final String RESULT_TYPE = "application/json";

    private static final int NAME_CHARACTERS = 200;

    private ArtifactFiles() {}

    /**
     * Checks a name that stands in links and in {@code Content-Disposition}.
     *
     * @throws IllegalArgumentException when it has a path, control characters or halves of characters, or is empty or
     *     longer than 200 characters; the message does not repeat it
     */
    public static void checkName(String name) {
        if (name.isBlank() || name.length() > NAME_CHARACTERS) {
            throw new IllegalArgumentException("an artifact's name has 1 to " + NAME_CHARACTERS + " characters");
        }
        if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("an artifact's name is not a path");
        }
        if (!printable(name)) {
            throw new IllegalArgumentException("an artifact's name has no control characters");
        }
    }

    /**
     * Checks a media type, which becomes a header.
     *
     * @throws IllegalArgumentException when it is not like {@code text/csv; charset=utf-8}
     */
    public static void checkMediaType(String mediaType) {
        boolean ascii = mediaType.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (!ascii || mediaType.length() > NAME_CHARACTERS || !mediaType.matches("[^/\\s;]+/[^/\\s;]+(\\s*;.*)?")) {
            throw new IllegalArgumentException("a media type is like text/csv");
        }
    }

    /** The artifact's name for a long result: {@code result.json}, or {@code result-1.json} and so on where that is taken. */
    static String resultName(Set<String> taken) {
        String name = "result.json";
        for (int i = 1; taken.contains(name); i++) {
            name = "result-" + i + ".json";
        }
        return name;
    }

    /** The short result that stands for one which is an artifact. */
    static Json resultReference(String name) {
        return new Json("{\"artifact\":\"" + name + "\"}");
    }

    private static boolean printable(String text) {
        return text.codePoints().allMatch(point -> {
            int type = Character.getType(point);
            return type != Character.CONTROL
                    && type != Character.SURROGATE
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR;
        });
    }
}
