package dev.tidings.client;

import java.time.Instant;
import java.util.PriorityQueue;

/** Virtual time: moves when the one who reads waits, and runs what is due on the way. Used by one thread. */
final class SimTime implements Time {

    /** Something that happens later; {@link #forget} before it does. */
    static final class Timer implements Comparable<Timer> {
        private final long atMs;
        private final long order;
        private Runnable run;

        private Timer(long atMs, long order, Runnable run) {
            this.atMs = atMs;
            this.order = order;
            this.run = run;
        }

        void forget() {
            run = () -> {};
        }

        @Override
        public int compareTo(Timer other) {
            return atMs == other.atMs ? Long.compare(order, other.order) : Long.compare(atMs, other.atMs);
        }
    }

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long nowMs = 1_000_000;
    private long count;
    private long limitMs = Long.MAX_VALUE;
    private boolean ended;

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public Instant calendar() {
        return Instant.ofEpochMilli(nowMs);
    }

    Timer later(long delayMs, Runnable run) {
        var timer = new Timer(nowMs + Math.max(0, delayMs), count++, run);
        timers.add(timer);
        return timer;
    }

    /** From this moment on nobody may wait any more. */
    void limit(long atMs) {
        limitMs = atMs;
    }

    /** The machine sleeps: the clock goes on, and nothing happens until it wakes. */
    void sleep(long ms) {
        nowMs += ms;
    }

    @Override
    public boolean pause(long ms) {
        long untilMs = nowMs + ms;
        while (!ended && step(untilMs)) {
            // What is due happens.
        }
        return ended;
    }

    @Override
    public void end() {
        ended = true;
    }

    /** Runs the next thing that is due by then; if there is none, moves to that moment and answers false. */
    boolean step(long untilMs) {
        Timer next = timers.peek();
        if (next == null || next.atMs > untilMs) {
            nowMs = Math.max(nowMs, untilMs);
            if (nowMs > limitMs) {
                throw new AssertionError("it is not over in time");
            }
            return false;
        }
        timers.remove();
        nowMs = Math.max(nowMs, next.atMs);
        next.run.run();
        return true;
    }
}
