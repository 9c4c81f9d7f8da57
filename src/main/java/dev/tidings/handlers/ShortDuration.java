package dev.tidings.handlers;

import dev.tidings.job.PermanentFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads durations as the contract writes them: ISO-8601 ({@code PT15S}) or short ({@code 15s}, {@code 200ms}). */
final class ShortDuration {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

    private ShortDuration() {}

    /**
     * The duration that {@code text} says, zero or longer.
     *
     * @param what names the parameter in the failure's message
     * @throws PermanentFailure when it says none
     */
    static Duration parse(String what, String text) {
        String trimmed = text.trim().toLowerCase(Locale.ROOT);
        Matcher matcher = SHORT.matcher(trimmed);
        if (matcher.matches()) {
            return of(Long.parseLong(matcher.group(1)), matcher.group(2));
        }
        try {
            Duration duration = Duration.parse(trimmed);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException e) {
            throw refusal(what, text, e);
        }
        throw refusal(what, text, null);
    }

    private static Duration of(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private static PermanentFailure refusal(String what, String text, @Nullable Throwable cause) {
        return new PermanentFailure(
                what + " '" + text + "' is no duration; write 15s, 200ms, or ISO-8601 such as PT1.5S", cause);
    }
}
