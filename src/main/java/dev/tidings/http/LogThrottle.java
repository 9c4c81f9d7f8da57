package dev.tidings.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets one through in a while and counts those held back, so that a trouble of many requests is few lines in the log.
 *
 * <p>Threads: any.
 */
final class LogThrottle {
    private final long pauseNanos;
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong heldBack = new AtomicLong();

    LogThrottle(Duration pause) {
        pauseNanos = pause.toNanos();
    }

    /**
     * Asks for passage.
     *
     * @param nowNanos on a clock that never jumps
     * @return how many were held back since the last that passed; -1 when this one is held back too
     */
    long ask(long nowNanos) {
        long due = next.get();
        boolean passes = due == Long.MIN_VALUE || nowNanos - due >= 0;
        if (passes && next.compareAndSet(due, nowNanos + pauseNanos)) {
            return heldBack.getAndSet(0);
        }
        heldBack.incrementAndGet();
        return -1;
    }
}
