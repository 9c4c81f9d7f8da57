package dev.tidings.run;

import dev.tidings.log.StoreException;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Takes a handler's dealings with the store to store threads, since an interrupted handler must not be met inside the
 * store: an interrupt in H2's file channel closes the database.
 *
 * <p>Threads: any.
 */
final class StoreThreads {
    /** Tries that take some twenty seconds when the store refuses at once: no less than the usual lease. */
    private static final int TRIES = 15;

    private final Executor executor;
    private final Timer timer;
    private final Backoff backoff;

    StoreThreads(Executor executor, Timer timer, RandomGenerator random) {
        this.executor = executor;
        this.timer = timer;
        this.backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), random);
    }

    /** Begins work on a store thread. The future fails with {@link StoreException} when the store does. */
    <T> CompletableFuture<T> begin(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(new StoreException("too much waits for the store", full));
        }
    }

    /** The same for work that may be repeated: a store that is away for a moment is tried again. */
    <T> CompletableFuture<T> beginPatiently(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        attempt(work, 1, result);
        return result;
    }

    private <T> void attempt(Supplier<T> work, int number, CompletableFuture<T> result) {
        var unused = begin(work).whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else if (number == TRIES) {
                result.completeExceptionally(failure);
            } else {
                timer.after(backoff.after(number), () -> attempt(work, number + 1, result));
            }
        });
    }

    /**
     * Waits on a handler's thread.
     *
     * @param what the work in words, for the exceptions: "reading march.zip"
     * @throws InterruptedIOException when the thread is interrupted before it is done; it stays interrupted
     */
    static <T> T await(CompletableFuture<T> work, String what) throws IOException {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException(what + " was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw new IOException(what + " failed: the store is not there just now", e.getCause());
        }
    }
}
