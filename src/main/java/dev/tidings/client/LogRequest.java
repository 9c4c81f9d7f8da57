package dev.tidings.client;

import dev.tidings.client.HttpConnections.Bytes;
import dev.tidings.client.HttpConnections.End;
import dev.tidings.client.HttpConnections.Exchange;
import dev.tidings.client.HttpConnections.Head;
import dev.tidings.client.HttpConnections.Piece;
import dev.tidings.client.Outcome.Kind;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request that reads the log, from its start to the {@link Outcome} that tells the {@link Ladder} of the path. What it has in common with
 * the other kind: who refuses, and when it takes too long.
 *
 * <p>Threads: one reads; any may close.
 */
abstract class LogRequest implements AutoCloseable {
    /** What is said for good, when Tidings says it. */
    private static final Set<Integer> FINAL = Set.of(400, 401, 403, 404, 406, 410);
    /** The longest answer that is not a stream, in bytes. */
    private static final int MAX_BODY = 64 * 1024 * 1024;
    /** What ends so much later than it was due says that the machine slept. */
    private static final long SLEPT_MS = 5_000;

    final LogSource source;
    final Time time;
    private final Exchange exchange;
    private final String type;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Head head;
    private long dueMs;

    /**
     * @param type the media type of an answer that is Tidings'
     * @param limitMs when it must have been answered
     */
    LogRequest(Exchange exchange, LogSource source, Time time, String type, long limitMs) {
        this.exchange = exchange;
        this.source = source;
        this.time = time;
        this.type = type;
        dueMs = time.nowMs() + limitMs;
    }

    /** From now on it may be silent for so long. */
    final void allow(long ms) {
        dueMs = time.nowMs() + ms;
    }

    /**
     * Reads the next piece.
     *
     * @return how the request ended; null while it goes on
     * @throws TidingsException what Tidings refuses for good
     */
    final @Nullable Outcome step() throws IOException, InterruptedException {
        Piece piece = exchange.next(dueMs - time.nowMs());
        if (piece == null) {
            long lateMs = time.nowMs() - dueMs;
            return lateMs < 0 ? null : lateMs > SLEPT_MS ? Outcome.of(Kind.SLEPT) : overdue();
        }
        if (piece instanceof Head answer) {
            head = answer;
            if (answer.status() == 204) {
                source.end();
                return Outcome.of(Kind.BYE);
            }
            if (asWanted(answer) || refusedByTidings(answer)) {
                source.reached();
                return null;
            }
            if (answer.status() == 404) {
                source.absent();
            }
            return refused(answer, Kind.REFUSED);
        }
        Head answer = head;
        if (answer == null) {
            return Outcome.of(Kind.UNREACHABLE);
        }
        try {
            if (asWanted(answer)) {
                return piece instanceof Bytes bytes ? bytes(bytes.buffers()) : ended(piece instanceof End, answer);
            }
            return piece instanceof Bytes bytes ? keep(bytes.buffers()) : refusal(answer, piece instanceof End);
        } catch (IllegalArgumentException notTidings) {
            return broken();
        }
    }

    @Override
    public void close() {
        exchange.close();
    }

    /** Takes more of the answer. @throws IllegalArgumentException when it can't be Tidings' */
    abstract @Nullable Outcome bytes(List<ByteBuffer> buffers) throws IOException;

    /** The answer is over; {@code whole} when it was not cut. @throws IllegalArgumentException when it can't be Tidings' */
    abstract Outcome ended(boolean whole, Head answer);

    /** Nothing came for too long. */
    abstract Outcome overdue();

    /** What came can't be Tidings'. */
    abstract Outcome broken();

    /** Keeps bytes until the answer is over. */
    final @Nullable Outcome keep(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            body.writeBytes(bytes);
        }
        if (body.size() > MAX_BODY) {
            throw new IllegalArgumentException("an answer is longer than " + MAX_BODY);
        }
        return null;
    }

    final @Nullable JsonObject json() {
        return JsonFields.object(body.toString(StandardCharsets.UTF_8));
    }

    final long retryAfterMs(Head answer) {
        return RetryDelays.retryAfterMs(answer.header("Retry-After"), time.calendar());
    }

    private boolean asWanted(Head answer) {
        return answer.status() == 200 && answer.type().equals(type);
    }

    /** Tidings' own word is told by its media type; a gateway's page is not. */
    private static boolean refusedByTidings(Head answer) {
        return answer.type().equals("application/problem+json");
    }

    private Outcome refusal(Head answer, boolean whole) throws TidingsException {
        JsonObject problem = json();
        if (!whole || problem == null) {
            return refused(answer, Kind.REFUSED);
        }
        if (FINAL.contains(answer.status())) {
            throw new TidingsException(answer.status(), problem);
        }
        return refused(answer, answer.status() == 429 ? Kind.LIMIT : Kind.BUSY);
    }

    private Outcome refused(Head answer, Kind kind) {
        return Outcome.of(kind, retryAfterMs(answer));
    }
}
