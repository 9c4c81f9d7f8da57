package dev.tidings.http.check;

import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.http.Accept;
import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Wait;
import dev.tidings.json.JsonLine;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/path-check}: ten events 200 ms apart, or a long poll. Both count against the limits of readers. */
public final class PathCheck implements Resource {
    private static final String STREAM = "text/event-stream";
    private static final String JSON = "application/json";

    /** How soon a poll notices that the node drains. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final SubscriberLimiter readers;
    private final Duration longestWait;
    private final RandomGenerator random;

    /** Its streams and polls take permits among {@code readers}. */
    public PathCheck(SubscriberLimiter readers, Duration longestWait, RandomGenerator random) {
        this.readers = readers;
        this.longestWait = longestWait;
        this.random = random;
    }

    @Override
    public void handle(Exchange exchange) {
        var accept = new Accept(exchange.headers("Accept"));
        double stream = accept.quality(STREAM);
        double json = accept.quality(JSON);
        if (stream == 0 && json == 0) {
            throw Problems.notAcceptable(STREAM + ", " + JSON);
        }
        if (json > stream || (json == stream && accept.names(JSON) && !accept.names(STREAM))) {
            poll(exchange);
        } else if (Integer.toString(CheckStream.EVENTS).equals(exchange.header("Last-Event-ID"))) {
            exchange.answer(Answer.empty(204)); // an EventSource that has all of it stops here
        } else {
            stream(exchange, random.nextLong(1000, 3000));
        }
    }

    private void stream(Exchange exchange, long retryMs) {
        var permit = readers.tryAcquire(exchange.caller().name());
        if (permit.isEmpty()) {
            CheckStream.refuse(exchange, retryMs);
            return;
        }
        exchange.onEnd(permit.get()::leave);
        CheckStream.open(exchange, retryMs);
    }

    private void poll(Exchange exchange) {
        Wait wait = Wait.of(exchange, longestWait);
        Duration hold = wait == null ? Duration.ZERO : wait.hold();
        if (hold.isZero()) {
            answer(exchange, wait, hold);
            return;
        }
        var permit = readers.tryAcquire(exchange.caller().name())
                .orElseThrow(() -> Problems.tooMany("Too many streams and polls are open."));
        exchange.onEnd(permit::leave);
        hold(exchange, wait, hold, hold);
    }

    private void hold(Exchange exchange, @Nullable Wait wait, Duration hold, Duration left) {
        if (left.isZero() || readers.draining()) {
            answer(exchange, wait, hold.minus(left));
            return;
        }
        Duration step = left.compareTo(LOOK) < 0 ? left : LOOK;
        var alarm = exchange.after(step, () -> hold(exchange, wait, hold, left.minus(step)));
        exchange.onEnd(alarm::cancel);
    }

    private static void answer(Exchange exchange, @Nullable Wait wait, Duration waited) {
        var at = JsonLine.text(exchange.timer().clock().instant());
        Answer answer = Answer.json(200, "{\"waited\":" + waited.toSeconds() + ",\"at\":\"" + at + "\"}")
                .with("Vary", "Accept");
        exchange.answer(wait != null && wait.preferred() ? answer.with("Preference-Applied", wait.applied()) : answer);
    }
}
