package dev.tidings.client;

import dev.tidings.client.HttpConnections.Exchange;
import dev.tidings.client.HttpConnections.Head;
import dev.tidings.client.Outcome.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a page of the log, held or not. Threads: as {@link LogRequest}. */
final class LogPollRequest extends LogRequest {
    /** How much later than it asked to be held it may be answered. */
    private static final long LATE_MS = 10_000;

    LogPollRequest(Exchange exchange, LogSource source, Time time, int waitS) {
        super(exchange, source, time, "application/json", waitS * 1_000L + LATE_MS);
    }

    @Override
    @Nullable
    Outcome bytes(List<ByteBuffer> buffers) {
        return keep(buffers);
    }

    @Override
    Outcome ended(boolean whole, Head answer) {
        if (!whole) {
            return Outcome.of(Kind.UNREACHABLE);
        }
        LogSource.Page page = source.takePage(json());
        return new Outcome(
                Kind.OK, page.progressed(), false, page.more(), page.progressed() ? 0 : retryAfterMs(answer));
    }

    @Override
    Outcome overdue() {
        return Outcome.of(Kind.LATE);
    }

    @Override
    Outcome broken() {
        return Outcome.of(Kind.REFUSED);
    }
}
