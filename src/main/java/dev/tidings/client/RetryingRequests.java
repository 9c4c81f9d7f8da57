package dev.tidings.client;

import dev.tidings.client.HttpConnections.Bytes;
import dev.tidings.client.HttpConnections.Exchange;
import dev.tidings.client.HttpConnections.Failure;
import dev.tidings.client.HttpConnections.Head;
import dev.tidings.client.HttpConnections.Piece;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request until Tidings itself has answered. What is sent is safe to repeat: a submission by its {@code Idempotency-Key}, the others by what
 * they mean.
 *
 * <p>Threads: one for each call.
 */
final class RetryingRequests {
    /** Tries of one request before its failure is told. */
    static final int TRIES = 6;
    /** What a gateway or a server that is going down may answer, and what another try may cure. */
    private static final Set<Integer> TEMPORARY = Set.of(408, 425, 429, 500, 502, 503, 504);
    /** Since the last byte of the request that went, or of the answer that came. */
    private static final long SILENT_MS = 60_000;

    private static final long LOOK_MS = 1_000;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>[^,<]*;\\s*rel=\"?next\"?(?![\\w-])");

    private final HttpConnections wire;
    private final Time time;
    private final RandomGenerator random;

    RetryingRequests(HttpConnections wire, Time time, RandomGenerator random) {
        this.wire = wire;
        this.time = time;
        this.random = random;
    }

    /** A request that can be made anew for each try. */
    interface Body {
        BodyPublisher get() throws IOException;
    }

    /** What came; {@code text} is empty when it was cut. */
    record Answer(
            int status,
            String type,
            long retryAfterMs,
            String link,
            String text,
            @Nullable IOException failure) {

        /** Where the next page is ({@code Link: rel="next"}, RFC 8288); null when this is the last. */
        @Nullable
        String next() {
            Matcher next = NEXT.matcher(link);
            return next.find() ? next.group(1) : null;
        }

        @Nullable
        JsonObject json() {
            if (status == 204) {
                return JsonObject.EMPTY_JSON_OBJECT;
            }
            return type.equals("application/json") || type.equals("application/problem+json")
                    ? JsonFields.object(text)
                    : null;
        }
    }

    /**
     * Asks for JSON.
     *
     * @param request made anew for each try
     * @param body of a {@code POST}; null for a {@code GET}
     * @return the answer's JSON; an empty object for {@code 204}
     * @throws TidingsException the refusal, or the last failure when no try was answered by Tidings
     */
    JsonObject json(Supplier<HttpRequest.Builder> request, String method, @Nullable Body body, LongConsumer uploaded)
            throws IOException, InterruptedException {
        JsonObject json = answered(request, method, body, uploaded).json();
        return json == null ? JsonObject.EMPTY_JSON_OBJECT : json;
    }

    /** As {@link #json}, with the headers that matter. The answer has JSON. */
    Answer answered(Supplier<HttpRequest.Builder> request, String method, @Nullable Body body, LongConsumer uploaded)
            throws IOException, InterruptedException {
        for (int failures = 0; ; failures++) {
            BodyPublisher content = body == null ? BodyPublishers.noBody() : body.get();
            var counted = new CountedBody(content, uploaded);
            HttpRequest sent = request.get()
                    .setHeader("Accept", "application/json")
                    .method(method, counted)
                    .build();
            Answer answer = answer(sent, counted);
            JsonObject json = answer.json();
            if (answer.status >= 200 && answer.status < 300 && json != null) {
                return answer;
            }
            // A page instead of JSON is a gateway's or a login's, whatever its status.
            boolean temporary = json == null || TEMPORARY.contains(answer.status);
            if (!temporary || failures + 1 >= TRIES) {
                throw refusal(answer, json);
            }
            time.pause(Math.max(RetryDelays.afterFailures(failures, random), answer.retryAfterMs));
        }
    }

    private static TidingsException refusal(Answer answer, @Nullable JsonObject json) {
        if (json != null) {
            return new TidingsException(answer.status, json);
        }
        var unreached = new TidingsException(
                answer.status,
                answer.status == 0
                        ? "Tidings was not reached"
                        : "the answer (status " + answer.status + ") did not come from Tidings");
        if (answer.failure != null) {
            unreached.initCause(answer.failure);
        }
        return unreached;
    }

    private Answer answer(HttpRequest request, CountedBody body) throws InterruptedException {
        Head head = null;
        var bytes = new ByteArrayOutputStream();
        try (Exchange exchange = wire.open(request)) {
            long aliveMs = time.nowMs();
            long gone = 0;
            while (true) {
                Piece piece = exchange.next(Math.min(LOOK_MS, aliveMs + SILENT_MS - time.nowMs()));
                if (piece != null || body.gone() != gone) {
                    aliveMs = time.nowMs();
                    gone = body.gone();
                }
                if (piece instanceof Head answer) {
                    head = answer;
                } else if (piece instanceof Bytes more) {
                    for (ByteBuffer buffer : more.buffers()) {
                        byte[] part = new byte[buffer.remaining()];
                        buffer.get(part);
                        bytes.writeBytes(part);
                    }
                } else if (piece instanceof Failure failure) {
                    return new Answer(0, "", 0, "", "", failure.cause());
                } else if (piece != null) {
                    return head == null
                            ? new Answer(0, "", 0, "", "", null)
                            : new Answer(
                                    head.status(),
                                    head.type(),
                                    RetryDelays.retryAfterMs(head.header("Retry-After"), time.calendar()),
                                    String.join(", ", head.headers().allValues("Link")),
                                    bytes.toString(StandardCharsets.UTF_8),
                                    null);
                } else if (time.nowMs() - aliveMs >= SILENT_MS) {
                    return new Answer(0, "", 0, "", "", null);
                }
            }
        }
    }
}
