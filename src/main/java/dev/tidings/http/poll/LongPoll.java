package dev.tidings.http.poll;

import dev.tidings.feed.CloseReason;
import dev.tidings.feed.Feeds;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.feed.Subscription;
import dev.tidings.feed.SubscriptionTimeouts;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Wait;
import dev.tidings.job.Job;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request for events until there are some (contract §5.2).
 *
 * <p>Threads: any.
 */
public final class LongPoll {
    private static final Duration DEFAULT_HOLD = Duration.ofSeconds(25);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final Feeds feeds;
    private final SubscriberLimiter readers;
    private final Duration longest;
    private final RandomGenerator random;

    public LongPoll(Feeds feeds, SubscriberLimiter readers, Duration longest, RandomGenerator random) {
        this.feeds = feeds;
        this.readers = readers;
        this.longest = longest;
        this.random = random;
    }

    /**
     * What a poll asks for.
     *
     * @param hold how long to wait for an event
     * @param limit most events in the answer
     * @param applied what {@code Preference-Applied} says; null when no preference was followed
     */
    public record Terms(Duration hold, int limit, @Nullable String applied) {}

    /**
     * Reads the terms of a request.
     *
     * @throws dev.tidings.http.HttpProblem 400 when a number is none
     */
    public Terms terms(Exchange exchange) {
        Wait wait = Wait.of(exchange, longest);
        Long limit = exchange.query().number("limit", 1, MAX_LIMIT);
        Duration hold = wait == null ? DEFAULT_HOLD : wait.hold();
        return new Terms(
                hold.compareTo(longest) < 0 ? hold : longest,
                limit == null ? DEFAULT_LIMIT : limit.intValue(),
                wait != null && wait.preferred() ? wait.applied() : null);
    }

    /**
     * Answers now or later.
     *
     * @param cursor null when the reader has none
     * @param job the job as it is; a reader without a cursor begins with it
     */
    public void open(Exchange exchange, Terms terms, @Nullable Long cursor, Job job) {
        boolean draining = readers.draining();
        boolean waits = !terms.hold().isZero() && !draining;
        SubscriberLimiter.Permit permit = waits
                ? readers.tryAcquire(exchange.caller().name())
                        .orElseThrow(() -> Problems.tooMany("Too many streams and polls are open."))
                : null;
        var outlet = new PollOutlet(exchange, cursor == null ? 0 : cursor, terms, !waits, draining);
        Subscription reader = feeds.subscribe(
                job.id(),
                cursor == null ? 0 : cursor,
                cursor == null ? job : null,
                outlet,
                SubscriptionTimeouts.poll(jittered(terms.hold())),
                reason -> leave(permit));
        if (permit != null) {
            permit.take(reader, true, null, exchange.session());
        }
        exchange.onEnd(() -> reader.end(CloseReason.GONE));
        reader.start();
    }

    private static void leave(SubscriberLimiter.@Nullable Permit permit) {
        if (permit != null) {
            permit.leave();
        }
    }

    /** Shortened by up to 10 % at random, so that polls that began together do not end together. */
    private Duration jittered(Duration hold) {
        long nanos = hold.toNanos();
        return nanos == 0 ? hold : Duration.ofNanos(nanos - random.nextLong(nanos / 10 + 1));
    }
}
