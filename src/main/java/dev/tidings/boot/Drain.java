package dev.tidings.boot;

import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.run.Runner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes a node out of service (contract §10): no new jobs, readers are sent away over a while, running attempts have the
 * grace and are then handed over. Idempotent; lasts until the application restarts.
 *
 * <p>Threads: any.
 */
final class Drain {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SubscriberLimiter readers;
    private final Runner runner;
    private final Duration spread;
    private final Duration grace;
    private final AtomicReference<@Nullable CompletableFuture<Void>> begun = new AtomicReference<>();

    Drain(SubscriberLimiter readers, Runner runner, Duration spread, Duration grace) {
        this.readers = readers;
        this.runner = runner;
        this.spread = spread;
        this.grace = grace;
    }

    boolean draining() {
        return begun.get() != null;
    }

    /** Begins, unless it has begun. The answer completes when nobody reads and nothing runs here any more. */
    CompletableFuture<Void> start() {
        var done = new CompletableFuture<Void>();
        if (!begun.compareAndSet(null, done)) {
            CompletableFuture<Void> before = begun.get();
            return before == null ? done : before;
        }
        CompletableFuture<Void> both = CompletableFuture.allOf(runner.drain(grace), readers.drain(spread));
        return both.handle((nothing, failure) -> done.complete(null)).thenCompose(completed -> done);
    }

    /** Begins, and does not wait for the end. */
    void begin() {
        start().exceptionally(failure -> null);
    }

    /** Begins, and waits for the end no longer than it should take. */
    void finish() {
        Duration longest = grace.compareTo(spread) > 0 ? grace : spread;
        try {
            start().get(longest.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException left) {
            // What is left is lost to the lease; readers see a cut and come back.
        }
    }
}
