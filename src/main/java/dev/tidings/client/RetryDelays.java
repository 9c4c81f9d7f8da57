package dev.tidings.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** How long to wait: pure arithmetic, so that no loop of this client is ever tighter than its floor. */
final class RetryDelays {

    /** The least time between the starts of two requests of one reader. */
    static final long FLOOR_MS = 500;

    private static final long BASE_MS = 1_000;
    private static final long MAX_MS = 30_000;
    private static final long MAX_RETRY_AFTER_MS = 600_000;

    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final DateTimeFormatter ASCTIME = DateTimeFormatter.ofPattern("MMM d HH:mm:ss uuuu", Locale.ENGLISH);

    private RetryDelays() {}

    /**
     * The pause before the next attempt: full jitter over the floor, under a ceiling that doubles from 1 s to 30 s.
     *
     * @param failures failed attempts in a row so far, 0 or more
     */
    static long afterFailures(int failures, RandomGenerator random) {
        return afterFailures(failures, random, MAX_MS);
    }

    static long afterFailures(int failures, RandomGenerator random, long maxMs) {
        long ceilingMs = Math.min(maxMs, BASE_MS << Math.min(failures, 20));
        return Math.round(FLOOR_MS + random.nextDouble() * (ceilingMs - FLOOR_MS));
    }

    /**
     * Reads {@code Retry-After} (RFC 9110, 10.2.3): seconds or a date.
     *
     * @return milliseconds, at most ten minutes; 0 where it is missing or cannot be read
     */
    static long retryAfterMs(String header, Instant now) {
        String text = header.strip();
        long ms = 0;
        if (text.matches("\\d{1,9}")) {
            ms = Long.parseLong(text) * 1_000;
        } else if (!text.isEmpty()) {
            try {
                ms = Duration.between(now, date(text, now)).toMillis();
            } catch (DateTimeException e) {
                ms = 0;
            }
        }
        return Math.max(0, Math.min(ms, MAX_RETRY_AFTER_MS));
    }

    /** Reads one of the three forms of a date in HTTP (RFC 9110, 5.6.7). The day of the week is not compared. */
    private static Instant date(String text, Instant now) {
        String rest = text.substring(text.indexOf(' ') + 1).strip().replaceAll(" +", " ");
        DateTimeFormatter form;
        if (!text.endsWith(" GMT")) {
            form = ASCTIME;
        } else if (rest.indexOf('-') > 0) {
            form = rfc850(now);
        } else {
            form = IMF_FIXDATE;
        }
        return LocalDateTime.parse(rest, form).toInstant(ZoneOffset.UTC);
    }

    /** A year of two digits is at most 50 years ahead. */
    private static DateTimeFormatter rfc850(Instant now) {
        return new DateTimeFormatterBuilder()
                .appendPattern("dd-MMM-")
                .appendValueReduced(
                        ChronoField.YEAR, 2, 2, now.atOffset(ZoneOffset.UTC).getYear() - 49)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH);
    }
}
