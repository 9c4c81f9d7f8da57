package dev.tidings.handlers;

import dev.tidings.job.PermanentFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A countdown whose parameters have been checked.
 *
 * @param failAt the failing step; 0 for none
 * @param flaky how many first attempts fail; 0 with a {@code failAt} means each one, for good
 * @param artifactBytes -1 for no artifact
 * @param logEvery 0 for no log
 */
record Countdown(
        int steps,
        Duration interval,
        int failAt,
        int flaky,
        long artifactBytes,
        int logEvery,
        boolean ignoreInterrupt) {
    static final int MAX_STEPS = 1_000_000;
    static final long MAX_ARTIFACT_BYTES = 10L << 30;
    private static final Duration MAX_INTERVAL = Duration.ofDays(1);

    /**
     * Checks what was asked for.
     *
     * @throws PermanentFailure when a parameter is missing or out of range
     */
    static Countdown of(CountdownParams params) {
        if (params.interval() == null) {
            throw new PermanentFailure("interval is missing");
        }
        Duration interval = interval(params.interval());
        int flaky = (int) within("flaky", params.flaky(), 0, Integer.MAX_VALUE, 0);
        return new Countdown(
                (int) within("steps", params.steps(), 1, MAX_STEPS, 0),
                interval,
                (int) within("failAt", params.failAt(), 1, MAX_STEPS, flaky > 0 ? 1 : 0),
                flaky,
                within("artifactBytes", params.artifactBytes(), 0, MAX_ARTIFACT_BYTES, -1),
                (int) within("logEvery", params.logEvery(), 0, MAX_STEPS, 0),
                Boolean.TRUE.equals(params.ignoreInterrupt()));
    }

    /**
     * How long a step takes.
     *
     * @throws PermanentFailure when the text says no duration, or one of more than a day
     */
    static Duration interval(String text) {
        Duration interval = ShortDuration.parse("interval", text);
        if (interval.compareTo(MAX_INTERVAL) > 0) {
            throw new PermanentFailure("interval is at most 24 hours, not " + text);
        }
        return interval;
    }

    private static long within(String what, @Nullable Number given, long least, long most, long missing) {
        if (given == null) {
            if (what.equals("steps")) {
                throw new PermanentFailure("steps is missing");
            }
            return missing;
        }
        long value = given.longValue();
        if (value < least || value > most) {
            throw new PermanentFailure(what + " is " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
