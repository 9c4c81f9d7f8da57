package dev.tidings.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how long a job still takes from its recent rate, smoothed over some ten seconds.
 *
 * <p>Threads: one at a time.
 */
final class RemainingTime {
    private static final double SMOOTHING_SECONDS = 10;
    private static final double MOST_SECONDS = Duration.ofDays(365).toSeconds();

    private long total = -1;
    private long lastDone = -1;
    private long lastNanos;
    private double rate;
    private double seenSeconds;

    /**
     * Takes a report in.
     *
     * @return what remains; null when unknown
     */
    @Nullable
    Duration after(long done, long newTotal, long nanos) {
        if (newTotal != total || done < lastDone || lastDone < 0) {
            total = newTotal;
            lastDone = done;
            lastNanos = nanos;
            rate = 0;
            seenSeconds = 0;
            return null;
        }
        double seconds = (nanos - lastNanos) / 1e9;
        if (seconds > 0) {
            double now = (done - lastDone) / seconds;
            double weight = Math.max(1 - Math.exp(-seconds / SMOOTHING_SECONDS), seconds / (seenSeconds + seconds));
            rate += (now - rate) * Math.min(1, weight);
            seenSeconds = Math.min(SMOOTHING_SECONDS, seenSeconds + seconds);
            lastDone = done;
            lastNanos = nanos;
        }
        if (done < 0 || total < 1 || done >= total || rate <= 0) {
            return null;
        }
        double remaining = (total - done) / rate;
        return remaining > MOST_SECONDS ? null : Duration.ofMillis((long) (remaining * 1000));
    }
}
