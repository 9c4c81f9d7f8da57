package dev.tidings.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * How tests wait for another process: until a condition holds, and no longer.
 *
 * <p>Only this class lets a thread of the tests pause. Tests within one process use virtual time instead.
 */
public final class Waiting {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private Waiting() {}

    /** Something of another process, looked at again and again. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns as soon as a condition holds.
     *
     * @param what is said to be missing if it does not, looked at only then
     * @throws AssertionError if it does not hold in time
     */
    public static void until(Supplier<String> what, Duration atMost, Condition condition) throws Exception {
        if (!holdsWithin(atMost, condition)) {
            throw new AssertionError(what.get() + ", after " + atMost);
        }
    }

    /** Whether a condition holds at some time until then. Returns as soon as it does. */
    public static boolean holdsWithin(Duration atMost, Condition condition) throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return true;
    }

    /**
     * Lets a time pass that is part of the scenario: how long a fault lasts, how often a client asks, how slow a network is.
     * Never for something to happen meanwhile.
     */
    public static void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
