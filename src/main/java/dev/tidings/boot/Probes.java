package dev.tidings.boot;

import dev.tidings.metrics.NodeMeters;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Measures every second how late the timer is, and how long a task waits for a thread of each pool.
 *
 * <p>Threads: on the timer and in the pools. Each pool has at most one task of this class.
 */
final class Probes implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Logger LOG = System.getLogger(Probes.class.getName());

    private final Timer timer;
    private final NodeMeters meters;
    private final Loop clock;
    private final List<Loop> loops = new ArrayList<>();

    // Owned by the timer.
    private long dueNanos;

    /** @param random shared by threads */
    Probes(Timer timer, RandomGenerator random, NodeMeters meters, Map<String, Executor> pools) {
        this.timer = timer;
        this.meters = meters;
        var pauses = new Backoff(EVERY, EVERY, random);
        clock = new Loop(LOG, "measure the timer", Runnable::run, timer, pauses, this::measureTimer);
        loops.add(clock);
        pools.forEach((name, pool) -> loops.add(new PoolProbe(name, pool, pauses).loop));
    }

    void start() {
        dueNanos = timer.nanoTime() + EVERY.toNanos();
        loops.forEach(loop -> loop.next(EVERY));
    }

    private void measureTimer() {
        meters.timerLag(Duration.ofNanos(timer.nanoTime() - dueNanos));
        dueNanos = timer.nanoTime() + EVERY.toNanos();
        clock.next(EVERY);
    }

    /** One pool's probe. Its executor measures how long the task waits for a thread. */
    private final class PoolProbe implements Executor {
        private final String name;
        private final Executor pool;
        private final Loop loop;

        PoolProbe(String name, Executor pool, Backoff pauses) {
            this.name = name;
            this.pool = pool;
            loop = new Loop(LOG, "measure the threads of pool '" + name + "'", this, timer, pauses, this::again);
        }

        @Override
        public void execute(Runnable task) {
            long askedNanos = timer.nanoTime();
            pool.execute(() -> {
                meters.executorLag(name, Duration.ofNanos(timer.nanoTime() - askedNanos));
                task.run();
            });
        }

        private void again() {
            loop.next(EVERY);
        }
    }

    @Override
    public void close() {
        loops.forEach(Loop::close);
    }
}
