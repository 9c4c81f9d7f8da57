package dev.tidings.testing;

import dev.tidings.time.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A timer and a clock that stand still until the test turns them. Used by one thread. */
public final class VirtualTime implements Timer {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private long nowNanos;
    private long added;

    @Override
    public InstantSource clock() {
        return () -> START.plusNanos(nowNanos);
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        var entry = new Task(nowNanos + Math.max(0, delay.toNanos()), added++, task);
        tasks.add(entry);
        return () -> tasks.remove(entry);
    }

    /** Turns the clock forward and runs what comes due on the way, in its order. */
    public void advance(Duration by) {
        long untilNanos = nowNanos + by.toNanos();
        for (Task next = tasks.peek(); next != null && next.dueNanos <= untilNanos; next = tasks.peek()) {
            tasks.remove();
            nowNanos = Math.max(nowNanos, next.dueNanos);
            next.work.run();
        }
        nowNanos = untilNanos;
    }

    /** How many tasks wait. */
    public int waiting() {
        return tasks.size();
    }

    private record Task(long dueNanos, long number, Runnable work) {}
}
