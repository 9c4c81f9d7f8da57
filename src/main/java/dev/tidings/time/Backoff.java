package dev.tidings.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubles with each failure up to a cap, less a random part of up to half, so
 * that many who failed together do not come back together.
 *
 * <p>Threads: any, when {@code random} may be shared.
 *
 * @param first the longest pause after the first failure
 * @param cap the longest pause ever
 * @param random shared by threads, such as a {@link java.util.Random}
 */
public record Backoff(Duration first, Duration cap, RandomGenerator random) {
    public Backoff {
        if (first.isNegative() || first.isZero() || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException("pauses from " + first + " to " + cap);
        }
    }

    /**
     * The pause after so many failures in a row.
     *
     * @param failures 1 or more
     */
    public Duration after(int failures) {
        long ceilingNanos = cap.toNanos();
        int doublings = Math.max(0, failures - 1);
        if (doublings < 40 && first.toNanos() < ceilingNanos >> doublings) {
            ceilingNanos = first.toNanos() << doublings;
        }
        return jittered(Duration.ofNanos(ceilingNanos), random);
    }

    /** A duration between half of {@code most} and {@code most}. */
    public static Duration jittered(Duration most, RandomGenerator random) {
        return Duration.ofNanos((long) (most.toNanos() * (1 - random.nextDouble() / 2)));
    }
}
