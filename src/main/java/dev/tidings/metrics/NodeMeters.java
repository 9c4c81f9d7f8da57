package dev.tidings.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Shows how a node's timer and threads keep up.
 *
 * <p>Threads: any.
 */
public final class NodeMeters {
    private final MeterRegistry registry;
    private final Timer timerLag;
    private final Map<String, Timer> executorLag = new ConcurrentHashMap<>();

    NodeMeters(MeterRegistry registry) {
        this.registry = registry;
        timerLag = Buckets.timer(registry, "tidings.timer.lag", "How late the timer runs its tasks");
    }

    /** A timed task ran so long after its time. */
    public void timerLag(Duration late) {
        timerLag.record(Buckets.notBelowZero(late));
    }

    /** A task waited so long for a thread of this pool. */
    public void executorLag(String pool, Duration waited) {
        executorLag
                .computeIfAbsent(
                        pool,
                        key -> Buckets.timer(
                                registry, "tidings.executor.lag", "How long a task waits for a thread", "pool", key))
                .record(waited);
    }

    /** Shows how many tasks wait in a pool. */
    public void queue(String pool, Supplier<Number> waiting) {
        Gauge.builder("tidings.executor.queue", waiting)
                .description("Tasks that wait for a thread")
                .tag("pool", pool)
                .register(registry);
    }

    /** Shows a number of the node, such as the attempts that run; {@code name} begins with {@code tidings.}. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }
}
