package dev.tidings.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.random.RandomGenerator;

/** How long to wait: pure arithmetic, so that no loop of this client is ever tighter than its floor. */
final class Pauses {

    /** The least time between the starts of two requests of one reader. */
    static final long FLOOR_MS = 500;

    private static final long BASE_MS = 1_000;
    private static final long MAX_MS = 30_000;
    private static final long MAX_RETRY_AFTER_MS = 600_000;

    private Pauses() {}

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
        } else if (text.endsWith(" GMT")) {
            try {
                Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                ms = Duration.between(now, then).toMillis();
            } catch (DateTimeParseException e) {
                ms = 0;
            }
        }
        return Math.max(0, Math.min(ms, MAX_RETRY_AFTER_MS));
    }
}
