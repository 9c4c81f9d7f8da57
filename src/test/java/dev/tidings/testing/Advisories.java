package dev.tidings.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The known vulnerabilities of libraries, as {@code src/test/resources/advisories.txt} lists them. */
public final class Advisories {
    private static final Pattern RANGE = Pattern.compile("\\[([^,]+),([^)\\]]+)([)\\]])");

    private final List<Advisory> all;

    private Advisories(List<Advisory> all) {
        this.all = all;
    }

    private record Advisory(String id, String library, List<Range> affected, String what) {}

    private record Range(String from, String to, boolean inclusive) {
        boolean holds(String version) {
            int end = compare(version, to);
            return compare(version, from) >= 0 && (inclusive ? end <= 0 : end < 0);
        }
    }

    /** Reads the list of the repository. */
    public static Advisories read() throws IOException {
        try (InputStream in = Advisories.class.getResourceAsStream("/advisories.txt")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /**
     * Reads lines of {@code id | group:artifact | ranges | what}.
     *
     * @throws IllegalArgumentException naming the first line that is not of this form
     */
    static Advisories parse(String text) {
        return new Advisories(text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Advisories::advisory)
                .toList());
    }

    private static Advisory advisory(String line) {
        String[] parts = line.split("\\s*\\|\\s*", -1);
        if (parts.length != 4 || !parts[1].matches("[\\w.-]+:[\\w.*-]+")) {
            throw new IllegalArgumentException("not \"id | group:artifact | ranges | what\": " + line);
        }
        return new Advisory(
                parts[0],
                parts[1],
                Arrays.stream(parts[2].split(" ", -1)).map(Advisories::range).toList(),
                parts[3]);
    }

    private static Range range(String text) {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("not a range such as [1.0,1.2): " + text);
        }
        return new Range(range.group(1), range.group(2), range.group(3).equals("]"));
    }

    /**
     * What is known against a version of a library.
     *
     * @param library {@code group:artifact}, or {@code *:artifact} where only a file name is known
     * @return a sentence for each advisory
     */
    public List<String> of(String library, String version) {
        return all.stream()
                .filter(each ->
                        same(each.library, library) && each.affected.stream().anyMatch(range -> range.holds(version)))
                .map(each -> library + " " + version + ": " + each.id + ", " + each.what)
                .toList();
    }

    private static boolean same(String known, String library) {
        return library.startsWith("*:") ? known.endsWith(library.substring(1)) : known.equals(library);
    }

    /** Number by number. A qualifier such as {@code M4} or {@code RC1} comes before the release without one. */
    static int compare(String left, String right) {
        String[] a = left.split("[.-]", -1);
        String[] b = right.split("[.-]", -1);
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int order = part(a, i) - part(b, i);
            if (order == 0 && i < Math.min(a.length, b.length)) {
                order = a[i].compareTo(b[i]);
            }
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int part(String[] parts, int i) {
        if (i >= parts.length || parts[i].equals("Final")) {
            return 0;
        }
        return parts[i].matches("\\d{1,9}") ? Integer.parseInt(parts[i]) : -1;
    }
}
