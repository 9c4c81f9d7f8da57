package dev.tidings.time;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Runs things later: the only thing in Tidings that waits.
 *
 * <p>Threads: any thread may call; tasks run on the timer's one thread and must be short, so they hand longer work to
 * an executor. Adding and cancelling take constant time.
 */
public interface Timer {
    /** The wall clock; for what is shown and stored. */
    InstantSource clock();

    /** Nanoseconds on a clock that never jumps; for measuring only. */
    long nanoTime();

    /**
     * Runs {@code task} once, {@code delay} from now or up to one tick later.
     *
     * @param delay zero or below means at the next tick
     */
    Alarm after(Duration delay, Runnable task);

    /** A task that waits for its time. */
    interface Alarm {
        /** Makes the task not run; nothing happens when it has run already. */
        void cancel();
    }
}
