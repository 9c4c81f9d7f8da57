package dev.tidings.http.jobs;

import dev.tidings.feed.CloseReason;
import dev.tidings.feed.Feeds;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.feed.Subscription;
import dev.tidings.http.Exchange;
import dev.tidings.job.Job;
import java.time.Duration;

/**
 * Holds requests until a job changes or ends. A request that waits is an entry in a feed and one in the timer.
 *
 * <p>Threads: any.
 */
final class HeldRequests {
    private final Feeds feeds;
    private final SubscriberLimiter readers;

    HeldRequests(Feeds feeds, SubscriberLimiter readers) {
        this.feeds = feeds;
        this.readers = readers;
    }

    /** Makes the subscription that runs a task when its time has come. */
    @FunctionalInterface
    private interface Await {
        Subscription subscribe(Runnable then);
    }

    /**
     * Runs {@code then} on a store thread when the log has grown beyond {@code job}, or after {@code hold}.
     *
     * @return false when the node takes no more readers; then nothing happens
     */
    boolean untilChanged(Exchange exchange, Job job, Duration hold, Exchange.Work then) {
        return hold(exchange, then, wake -> feeds.awaitGrowth(job.id(), job.seq(), hold, wake));
    }

    /** The same for the log's end. */
    boolean untilEnded(Exchange exchange, Job job, Duration hold, Exchange.Work then) {
        return hold(exchange, then, wake -> feeds.awaitEnd(job.id(), job.seq(), hold, wake));
    }

    private boolean hold(Exchange exchange, Exchange.Work then, Await await) {
        if (readers.draining()) {
            exchange.store(then);
            return true;
        }
        var permit = readers.tryAcquire(exchange.caller().name());
        if (permit.isEmpty()) {
            return false;
        }
        Subscription reader = await.subscribe(() -> exchange.store(then));
        permit.get().take(reader, true, null, exchange.session());
        exchange.onEnd(() -> {
            reader.end(CloseReason.GONE);
            permit.get().leave();
        });
        reader.start();
        return true;
    }
}
