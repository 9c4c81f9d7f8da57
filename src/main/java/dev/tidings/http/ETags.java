package dev.tidings.http;

import dev.tidings.job.Job;
import java.util.ArrayList;
import java.util.List;

/** Compares entity tags (RFC 9110 §8.8.3, §13.1). Each line is read once, from left to right, whatever it contains. */
public final class ETags {
    private static final String ANY = "*";
    private static final String WEAK = "W/";

    private ETags() {}

    /** The tag of a job's representation. It changes whenever the representation changes. */
    public static String of(Job job) {
        return "\"" + job.seq() + (job.cancelRequested() ? "c\"" : "\"");
    }

    /**
     * Whether {@code If-None-Match} names the tag, by weak comparison.
     *
     * @param lines all header lines; without a line nothing is named
     */
    public static boolean matchesWeakly(List<String> lines, String tag) {
        for (String each : tags(lines)) {
            if (each.equals(ANY) || (each.startsWith(WEAK) ? each.substring(WEAK.length()) : each).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code If-Match} names the tag, by strong comparison. */
    public static boolean matchesStrongly(List<String> lines, String tag) {
        for (String each : tags(lines)) {
            if (each.equals(ANY) || each.equals(tag)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> tags(List<String> lines) {
        var tags = new ArrayList<String>();
        for (String line : lines) {
            read(line, tags);
        }
        return tags;
    }

    /** Reads tags up to the first thing that is none. */
    private static void read(String line, List<String> tags) {
        int at = separators(line, 0);
        while (at < line.length()) {
            int end = endOfTag(line, at);
            int next = end < 0 ? -1 : blanks(line, end);
            if (next < 0 || (next < line.length() && line.charAt(next) != ',')) {
                return;
            }
            tags.add(line.substring(at, end));
            at = separators(line, next);
        }
    }

    /** Where the tag that begins at {@code from} ends; -1 when none begins there. */
    private static int endOfTag(String line, int from) {
        if (line.startsWith(ANY, from)) {
            return from + 1;
        }
        int quote = line.startsWith(WEAK, from) ? from + WEAK.length() : from;
        if (quote >= line.length() || line.charAt(quote) != '"') {
            return -1;
        }
        for (int i = quote + 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c <= ' ' || c == 0x7f || c > 0xff) {
                return -1;
            }
        }
        return -1;
    }

    private static int separators(String line, int from) {
        int at = blanks(line, from);
        while (at < line.length() && line.charAt(at) == ',') {
            at = blanks(line, at + 1);
        }
        return at;
    }

    private static int blanks(String line, int from) {
        int at = from;
        while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
