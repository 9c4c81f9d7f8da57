package dev.tidings.handlers;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code countdown} job is asked for; {@link Countdown} checks the rest.
 *
 * @param steps 1 to 1,000,000
 * @param interval how long a step takes: ISO-8601 ({@code PT1.5S}) or short ({@code 15s}, {@code 200ms}); up to a day
 * @param failAt the step that fails, from 1; for good, unless {@code flaky} is given
 * @param flaky so many first attempts fail at {@code failAt} (or the first step) and are to be tried again
 * @param artifactBytes the size of the artifact; none is made when missing
 * @param logEvery a line in the job's log every so many steps; none when missing or 0
 * @param ignoreInterrupt goes on when it is cancelled, as badly behaved work does
 */
public record CountdownParams(
        @Nullable Integer steps,
        @Nullable String interval,
        @Nullable Integer failAt,
        @Nullable Integer flaky,
        @Nullable Long artifactBytes,
        @Nullable Integer logEvery,
        @Nullable Boolean ignoreInterrupt) {

    /**
     * Checks what the schema cannot say.
     *
     * @throws dev.tidings.job.PermanentFailure when the interval is none, or longer than a day
     */
    public CountdownParams {
        if (interval != null) {
            Countdown.interval(interval);
        }
    }
}
