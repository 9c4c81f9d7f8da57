package dev.tidings.http.events;

import dev.tidings.feed.Feeds;
import dev.tidings.http.Accept;
import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Role;
import dev.tidings.http.jobs.JobAccess;
import dev.tidings.http.poll.LongPoll;
import dev.tidings.http.sse.EventStreams;
import dev.tidings.job.Job;
import dev.tidings.log.Cursor;
import dev.tidings.log.JobStore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/jobs/{id}/events}: a job's log from a cursor, as an event stream or by long poll (contract §5).
 *
 * <p>Checked in this order: what the request says (400, 406), who asks (401), the store, the job (404), whether anything
 * is left to read (204), drain, limits.
 */
public final class JobEvents implements Resource {
    static final String STREAM = "text/event-stream";
    private static final String JSON = "application/json";

    private final JobStore store;
    private final Feeds feeds;
    private final EventStreams streams;
    private final LongPoll polls;

    public JobEvents(JobStore store, Feeds feeds, EventStreams streams, LongPoll polls) {
        this.store = store;
        this.feeds = feeds;
        this.streams = streams;
        this.polls = polls;
    }

    @Override
    public void handle(Exchange exchange) {
        Long cursor = cursor(exchange);
        boolean stream = wantsStream(exchange);
        LongPoll.Terms terms = polls.terms(exchange);
        exchange.require(Role.USER, Role.WORKER);
        String id = JobAccess.named(exchange);
        exchange.store(
                () -> {
                    Job job = visible(exchange, id);
                    if (stream) {
                        stream(exchange, cursor, job);
                    } else {
                        polls.open(exchange, terms, cursor, job);
                    }
                },
                failure -> refuse(exchange, stream, failure));
    }

    private Job visible(Exchange exchange, String id) {
        return feeds.current(id)
                .or(() -> store.find(id))
                .filter(exchange.caller()::sees)
                .orElseThrow(Problems::noSuchJob);
    }

    private void stream(Exchange exchange, @Nullable Long cursor, Job job) {
        if (cursor != null && job.state().terminal() && cursor == job.seq()) {
            exchange.answer(Answer.empty(204).with("Vary", "Accept"));
        } else {
            streams.open(exchange, cursor, job);
        }
    }

    /** What is temporary must not stop an {@code EventSource} for ever. */
    private void refuse(Exchange exchange, boolean stream, Throwable failure) {
        HttpProblem problem = Problems.of(failure);
        if (stream && problem.status() >= 500) {
            streams.unavailable(exchange, exchange.path("id"));
        } else {
            exchange.answer(problem.answer());
        }
    }

    /** The header wins, so that a browser's own reconnection goes on from where it was. Null when there is none. */
    private static @Nullable Long cursor(Exchange exchange) {
        String header = exchange.header("Last-Event-ID");
        String text = header == null || header.isEmpty() ? exchange.query().first("after") : header;
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Cursor.parse(text).seq();
        } catch (IllegalArgumentException unreadable) {
            throw Problems.badRequest("The cursor (Last-Event-ID or 'after') must be a whole number of 0 or more.")
                    .with("field", header == null || header.isEmpty() ? "after" : "Last-Event-ID");
        }
    }

    private static boolean wantsStream(Exchange exchange) {
        var accept = new Accept(exchange.headers("Accept"));
        double stream = accept.quality(STREAM);
        double json = accept.quality(JSON);
        if (stream == 0 && json == 0) {
            throw Problems.notAcceptable(STREAM + ", " + JSON);
        }
        return stream > json || (stream == json && accept.names(STREAM) && !accept.names(JSON));
    }
}
