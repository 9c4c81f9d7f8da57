package dev.tidings.http;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long a client lets its request be held: {@code ?wait=N} or {@code Prefer: wait=N} (RFC 7240 §4.3), in seconds.
 *
 * @param hold as asked, capped
 * @param preferred whether the header said it, so that {@code Preference-Applied} is due
 */
public record Wait(Duration hold, boolean preferred) {
    /** A {@code wait} preference among others; a value may be quoted. */
    private static final Pattern PREFERENCE =
            Pattern.compile("(?:^|[,;])\\s*wait\\s*=\\s*(?:\"(\\d+)\"|(\\d+))\\s*(?=$|[,;])", Pattern.CASE_INSENSITIVE);

    /**
     * Reads a request. The query wins; a preference that cannot be read is ignored.
     *
     * @param longest the cap
     * @return null when the client says nothing of it
     * @throws HttpProblem 400 when {@code wait} in the query is not a whole number of 0 or more
     */
    public static @Nullable Wait of(Exchange exchange, Duration longest) {
        Long asked = exchange.query().number("wait", 0, Long.MAX_VALUE / 1_000_000_000);
        if (asked != null) {
            return new Wait(capped(asked, longest), false);
        }
        Long preferred = preference(exchange.headers("Prefer"));
        return preferred == null ? null : new Wait(capped(preferred, longest), true);
    }

    /** The value of {@code Preference-Applied}. */
    public String applied() {
        return "wait=" + hold.toSeconds();
    }

    static @Nullable Long preference(List<String> lines) {
        Matcher found = PREFERENCE.matcher(String.join(",", lines));
        if (!found.find()) {
            return null;
        }
        String digits = found.group(1) == null ? found.group(2) : found.group(1);
        return digits.length() > 9 ? 1_000_000_000L : Long.parseLong(digits);
    }

    private static Duration capped(long seconds, Duration longest) {
        Duration asked = Duration.ofSeconds(seconds);
        return asked.compareTo(longest) < 0 ? asked : longest;
    }
}
