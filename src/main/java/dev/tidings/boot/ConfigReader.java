package dev.tidings.boot;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads configuration values in the contract's order (§11): system property, environment, servlet context parameter,
 * default.
 *
 * <p>Each reader throws {@link IllegalArgumentException} naming key and value when the value cannot be read.
 */
final class ConfigReader {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB|TiB)?");

    /** A hundred years: what is longer would overflow in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final UnaryOperator<@Nullable String> properties;
    private final UnaryOperator<@Nullable String> environment;
    private final UnaryOperator<@Nullable String> parameters;

    /** Each answers the text for a name, or null. */
    ConfigReader(
            UnaryOperator<@Nullable String> properties,
            UnaryOperator<@Nullable String> environment,
            UnaryOperator<@Nullable String> parameters) {
        this.properties = properties;
        this.environment = environment;
        this.parameters = parameters;
    }

    /** The environment's name of a key. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The text of a key; null when it is nowhere, or blank. */
    @Nullable
    String text(String key) {
        return Stream.of(properties.apply(key), environment.apply(variable(key)), parameters.apply(key))
                .filter(value -> value != null && !value.isBlank())
                .findFirst()
                .map(String::strip)
                .orElse(null);
    }

    String text(String key, String otherwise) {
        String text = text(key);
        return text == null ? otherwise : text;
    }

    List<String> list(String key) {
        return list(key, "");
    }

    List<String> list(String key, String otherwise) {
        return Stream.of(text(key, otherwise).split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** ISO-8601 ({@code PT15S}) or short ({@code 200ms}, {@code 15s}, {@code 10m}, {@code 2h}, {@code 7d}). */
    Duration duration(String key, String otherwise) {
        String text = text(key, otherwise);
        try {
            Matcher brief = SHORT_DURATION.matcher(text);
            Duration value = brief.matches()
                    ? Duration.of(Long.parseLong(brief.group(1)), unit(brief.group(2)))
                    : Duration.parse(text);
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw unreadable(key, text, "a duration of zero or more, and at most " + LONGEST.toDays() + "d");
            }
            return value;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw unreadable(key, text, "a duration such as 15s, 200ms or PT15S");
        }
    }

    /** The same, but more than zero. */
    Duration positive(String key, String otherwise) {
        Duration value = duration(key, otherwise);
        if (value.isZero()) {
            throw unreadable(key, text(key, otherwise), "a duration above zero");
        }
        return value;
    }

    private static ChronoUnit unit(String word) {
        return switch (word) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
    }

    /** Bytes: a number, or one with KiB, MiB, GiB, TiB. */
    long bytes(String key, String otherwise) {
        String text = text(key, otherwise);
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw unreadable(key, text, "a size such as 65536, 64KiB or 1GiB");
        }
        int shift = size.group(2) == null
                ? 0
                : switch (size.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case "TiB" -> 40;
                    default -> 0;
                };
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << shift);
        } catch (ArithmeticException e) {
            throw unreadable(key, text, "a size below 8 EiB");
        }
    }

    int count(String key, int least, int otherwise) {
        String text = text(key, Integer.toString(otherwise));
        try {
            int value = Integer.parseInt(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw unreadable(key, text, "a whole number of " + least + " or more");
    }

    boolean flag(String key, boolean otherwise) {
        String text = text(key, Boolean.toString(otherwise));
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw unreadable(key, text, "true or false");
        };
    }

    String oneOf(String key, String otherwise, List<String> words) {
        String text = text(key, otherwise);
        if (!words.contains(text)) {
            throw unreadable(key, text, "one of " + String.join(", ", words));
        }
        return text;
    }

    private static IllegalArgumentException unreadable(String key, String value, String right) {
        return new IllegalArgumentException(key + " is '" + value + "'; it must be " + right);
    }
}
