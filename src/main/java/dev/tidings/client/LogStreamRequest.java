package dev.tidings.client;

import dev.tidings.client.HttpConnections.Exchange;
import dev.tidings.client.HttpConnections.Head;
import dev.tidings.client.Outcome.Kind;
import jakarta.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log as a stream of server-sent events. Until the {@code hello} it may be silent for {@link #HELLO_MS}, then for
 * {@link #SILENT_HEARTBEATS}: a path that holds streams back looks open and is mute.
 *
 * <p>Threads: as {@link LogRequest}.
 */
final class LogStreamRequest extends LogRequest {
    static final long HELLO_MS = 5_000;
    private static final double SILENT_HEARTBEATS = 2.5;
    private static final long DEFAULT_HEARTBEAT_MS = 15_000;

    private final SseParser parser = new SseParser();
    private final Ladder ladder;
    private long silentMs;
    private boolean heard;
    private boolean progressed;

    LogStreamRequest(Exchange exchange, LogSource source, Time time, Ladder ladder) {
        super(exchange, source, time, "text/event-stream", HELLO_MS);
        this.ladder = ladder;
    }

    /** The reader was busy elsewhere: its silence was not the stream's. */
    void resume() {
        if (silentMs > 0) {
            allow(silentMs);
        }
    }

    @Override
    @Nullable
    Outcome bytes(List<ByteBuffer> buffers) throws TidingsException {
        resume();
        for (ByteBuffer buffer : buffers) {
            for (SseParser.Block block : parser.push(buffer)) {
                Outcome outcome = block(block);
                if (outcome != null) {
                    return outcome;
                }
            }
        }
        return null;
    }

    private @Nullable Outcome block(SseParser.Block block) throws TidingsException {
        JsonObject data = JsonFields.object(block.data());
        if (silentMs == 0) {
            long heartbeatMs = data == null ? 0 : JsonFields.number(data, "heartbeat");
            silentMs = Math.round(SILENT_HEARTBEATS * (heartbeatMs > 0 ? heartbeatMs : DEFAULT_HEARTBEAT_MS));
            allow(silentMs);
        }
        if (block.event().equals("bye")) {
            return bye(data == null ? "" : data.getString("reason", ""));
        }
        if (!block.event().equals("hello")) {
            heard = true;
            ladder.proved();
        }
        if (block.event().equals("message")) {
            progressed |= source.take(data);
        }
        return source.done() ? over(Kind.BYE, 0) : null;
    }

    private Outcome bye(String reason) throws TidingsException {
        switch (reason) {
            case "deleted" -> throw new TidingsException(404, "The job was deleted.");
            case "superseded" -> source.rename();
            default -> {
                // It may be asked for again.
            }
        }
        return over(reason.equals("limit") ? Kind.LIMIT : Kind.BYE, parser.retryMs());
    }

    @Override
    Outcome ended(boolean whole, Head answer) {
        boolean hello = silentMs > 0;
        return over(hello || whole ? Kind.CUT : Kind.UNREACHABLE, hello ? parser.retryMs() : 0);
    }

    @Override
    Outcome overdue() {
        return over(Kind.MUTE, 0);
    }

    @Override
    Outcome broken() {
        return over(Kind.CUT, 0);
    }

    private Outcome over(Kind kind, long retryMs) {
        return new Outcome(kind, progressed, heard, false, retryMs);
    }
}
