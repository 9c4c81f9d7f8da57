package dev.tidings.http;

import dev.tidings.job.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares entity tags (RFC 9110 §8.8.3, §13.1). */
public final class ETags {
    private static final Pattern TAG =
            Pattern.compile("\\G\\s*,*\\s*((W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"|\\*)\\s*(?:,|$)");

    private ETags() {}

    /** The tag of a job's representation: another one whenever the representation is another. */
    public static String of(Job job) {
        return "\"" + job.seq() + (job.cancelRequested() ? "c\"" : "\"");
    }

    /**
     * Whether {@code If-None-Match} names the tag, by weak comparison.
     *
     * @param lines all header lines; none name nothing
     */
    public static boolean matchesWeakly(List<String> lines, String tag) {
        for (String each : tags(lines)) {
            if (each.equals("*") || (each.startsWith("W/") ? each.substring(2) : each).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code If-Match} names the tag, by strong comparison. */
    public static boolean matchesStrongly(List<String> lines, String tag) {
        for (String each : tags(lines)) {
            if (each.equals("*") || each.equals(tag)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> tags(List<String> lines) {
        var tags = new ArrayList<String>();
        for (String line : lines) {
            Matcher matcher = TAG.matcher(line);
            while (matcher.find()) {
                tags.add(matcher.group(1));
            }
        }
        return tags;
    }
}
