package dev.tidings.http.sse;

import dev.tidings.feed.CloseReason;
import dev.tidings.feed.Feeds;
import dev.tidings.feed.JobSelection;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.feed.Subscription;
import dev.tidings.feed.SubscriptionTimeouts;
import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.push.Pushes;
import dev.tidings.job.Job;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens event streams (contract §5.1, §6).
 *
 * <p>An {@code EventSource} gives up for ever on any status but 200. So what is temporary (drain, limits, no store) is
 * said by a stream that begins with {@code hello} and ends at once with {@code bye}.
 *
 * <p>Threads: any.
 */
public final class EventStreams {
    /** More context paths than a deployment has; a request's view of it must not fill the memory. */
    private static final int MAX_BASES = 32;

    private final Feeds feeds;
    private final SubscriberLimiter readers;
    private final SseBlocks blocks;
    private final SubscriptionTimeouts pace;
    private final long maxPushBytes;
    private final Map<String, SseFramer> withIds = new ConcurrentHashMap<>();
    private final Map<String, SseFramer> withoutIds = new ConcurrentHashMap<>();

    /**
     * The streams of this node.
     *
     * @param pace of all streams
     * @param maxPushBytes larger artifacts are not pushed
     */
    public EventStreams(
            Feeds feeds, SubscriberLimiter readers, SseBlocks blocks, SubscriptionTimeouts pace, long maxPushBytes) {
        this.feeds = feeds;
        this.readers = readers;
        this.blocks = blocks;
        this.pace = pace;
        this.maxPushBytes = maxPushBytes;
    }

    /**
     * Streams one job's log.
     *
     * @param cursor null when the reader has none
     * @param job the job as it is; a reader without a cursor begins with it
     */
    public void open(Exchange exchange, @Nullable Long cursor, Job job) {
        open(
                exchange,
                job,
                job.id(),
                (outlet, closed) -> feeds.subscribe(
                        job.id(), cursor == null ? 0 : cursor, cursor == null ? job : null, outlet, pace, closed));
    }

    /** Streams the states of many jobs. */
    public void open(Exchange exchange, JobSelection jobs) {
        open(exchange, null, jobs.name(), (outlet, closed) -> feeds.subscribe(jobs, outlet, pace, closed));
    }

    private interface Opening {
        Subscription subscribe(SseOutlet outlet, Consumer<CloseReason> closed);
    }

    private void open(Exchange exchange, @Nullable Job job, String resource, Opening opening) {
        if (exchange.method().equals("HEAD")) {
            head(exchange);
            return;
        }
        if (readers.draining()) {
            refuse(exchange, job, CloseReason.DRAIN);
            return;
        }
        Optional<SubscriberLimiter.Permit> place =
                readers.tryAcquire(exchange.caller().name());
        if (place.isEmpty()) {
            refuse(exchange, job, CloseReason.LIMIT);
            return;
        }
        SubscriberLimiter.Permit permit = place.get();
        if (!exchange.claim()) {
            permit.leave();
            return;
        }
        var outlet = new SseOutlet(
                exchange.open(),
                blocks,
                framer(exchange.base(), job != null),
                Pushes.of(exchange, maxPushBytes),
                job == null ? blocks.hello(exchange.caller()) : blocks.hello(job));
        var reader = opening.subscribe(outlet, permit);
        String token = exchange.query().first("client");
        String page =
                token == null || token.isEmpty() ? null : exchange.caller().name() + '\n' + resource + '\n' + token;
        permit.take(reader, false, page, exchange.session());
        outlet.open(reader);
    }

    /**
     * Answers a reader whom the store cannot be asked about: 200, {@code hello} and {@code bye}, so that an
     * {@code EventSource} comes again.
     *
     * @param job which job's log was asked for, known to be an id; null for many jobs
     */
    public void unavailable(Exchange exchange, @Nullable String job) {
        refuse(exchange, job, null, CloseReason.UNAVAILABLE);
    }

    private void refuse(Exchange exchange, @Nullable Job job, CloseReason reason) {
        refuse(exchange, job == null ? null : job.id(), job == null ? null : job.seq(), reason);
    }

    private void refuse(Exchange exchange, @Nullable String job, @Nullable Long seq, CloseReason reason) {
        if (exchange.method().equals("HEAD")) {
            head(exchange);
            return;
        }
        exchange.answer(Answer.of(200, "text/event-stream", blocks.refusal(job, seq, exchange.caller(), reason))
                .with("Cache-Control", "no-store, no-transform")
                .with("Vary", "Accept")
                .with("X-Accel-Buffering", "no")
                .asStream());
    }

    /** Answers what a stream begins with and opens none: the length of a stream is nobody's to tell. */
    private static void head(Exchange exchange) {
        if (exchange.claim()) {
            exchange.whileOpen(() -> {
                SseHeaders.apply(exchange.response());
                exchange.response().flushBuffer();
            });
            exchange.end();
        }
    }

    private SseFramer framer(String base, boolean ids) {
        Map<String, SseFramer> framers = ids ? withIds : withoutIds;
        Function<String, SseFramer> make = path -> new SseFramer(path, ids);
        return framers.size() < MAX_BASES || framers.containsKey(base)
                ? framers.computeIfAbsent(base, make)
                : make.apply(base);
    }
}
