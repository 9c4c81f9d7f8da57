package dev.tidings.boot;

import dev.tidings.metrics.NodeMeters;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Finds out every second how late the timer is and how long a task waits for a thread of each pool.
 *
 * <p>Threads: on the timer; each pool runs one tiny task, and gets no other before that has run.
 */
final class Probes implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Timer timer;
    private final NodeMeters meters;
    private final Map<String, Executor> pools;
    private final Map<String, AtomicBoolean> waiting;
    private volatile boolean closed;

    Probes(Timer timer, NodeMeters meters, Map<String, Executor> pools) {
        this.timer = timer;
        this.meters = meters;
        this.pools = Map.copyOf(pools);
        this.waiting = pools.keySet().stream()
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> new AtomicBoolean()));
    }

    void start() {
        next();
    }

    private void next() {
        long dueNanos = timer.nanoTime() + EVERY.toNanos();
        timer.after(EVERY, () -> probe(dueNanos));
    }

    private void probe(long dueNanos) {
        if (closed) {
            return;
        }
        meters.timerLag(Duration.ofNanos(timer.nanoTime() - dueNanos));
        pools.forEach(this::probe);
        next();
    }

    private void probe(String name, Executor pool) {
        AtomicBoolean one = waiting.getOrDefault(name, new AtomicBoolean(true));
        if (!one.compareAndSet(false, true)) {
            return;
        }
        long askedNanos = timer.nanoTime();
        try {
            pool.execute(() -> {
                one.set(false);
                meters.executorLag(name, Duration.ofNanos(timer.nanoTime() - askedNanos));
            });
        } catch (RejectedExecutionException full) {
            one.set(false);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
