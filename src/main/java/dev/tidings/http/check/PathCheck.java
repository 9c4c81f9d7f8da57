package dev.tidings.http.check;

import dev.tidings.http.Accept;
import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Wait;
import dev.tidings.json.JsonLine;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** {@code GET /api/path-check}: ten events 200 ms apart, or a long poll. */
public final class PathCheck implements Resource {
    private static final String STREAM = "text/event-stream";
    private static final String JSON = "application/json";

    private final Duration longestWait;
    private final RandomGenerator random;

    public PathCheck(Duration longestWait, RandomGenerator random) {
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
            CheckStream.open(exchange, random.nextLong(1000, 3000));
        }
    }

    private void poll(Exchange exchange) {
        Wait wait = Wait.of(exchange, longestWait);
        Duration hold = wait == null ? Duration.ZERO : wait.hold();
        var alarm = exchange.after(hold, () -> {
            var at = JsonLine.text(exchange.timer().clock().instant());
            Answer answer = Answer.json(200, "{\"waited\":" + hold.toSeconds() + ",\"at\":\"" + at + "\"}")
                    .with("Vary", "Accept");
            exchange.answer(
                    wait != null && wait.preferred() ? answer.with("Preference-Applied", wait.applied()) : answer);
        });
        exchange.onEnd(alarm::cancel);
    }
}
