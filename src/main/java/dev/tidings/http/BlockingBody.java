package dev.tidings.http;

import dev.tidings.time.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Reads a long body on a thread that may wait for the client; there is a bounded number of them.
 *
 * <p>A client that is refused while it still sends is listened to for a while before its answer; see {@link UnreadBody}.
 */
public final class BlockingBody {
    /** How long a client may take to get going. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What a client sends on average at least, the time that the store takes included: a slow modem does more. */
    static final long LEAST_BYTES_PER_SECOND = 1024;

    private BlockingBody() {}

    /** Reads the body and sees to the answer. */
    @FunctionalInterface
    public interface Reader {
        void read(InputStream body) throws Exception;
    }

    /**
     * Reads it.
     *
     * @param uploads refuses what is more than the node takes at once
     * @param maxBytes more is answered 413, before it is read where the request tells its length
     */
    public static void read(Exchange exchange, Uploads uploads, long maxBytes, Reader reader) {
        uploads.execute(exchange.caller().name(), () -> exchange.guard(() -> run(exchange, maxBytes, reader)));
    }

    private static void run(Exchange exchange, long maxBytes, Reader reader) {
        Counted body = null;
        try {
            if (exchange.contentLength() > maxBytes) {
                throw Problems.tooLarge("The request", maxBytes);
            }
            exchange.open().readsBody();
            body = new Counted(exchange.request().getInputStream(), maxBytes, exchange.timer());
            reader.read(body);
        } catch (Throwable thrown) {
            if (body != null && body.failed) {
                broken(exchange);
            } else {
                exchange.fail(thrown);
            }
        }
    }

    /**
     * Answers by this thread what is no body. A container that has noticed it too and refused it drops what is written: there
     * the error page is asked for. It would come by itself too, but not while the request's first thread is just leaving.
     */
    private static void broken(Exchange exchange) {
        if (exchange.open().refused()) {
            exchange.open().endByErrorPage();
        } else if (exchange.claim()) {
            var answer =
                    Problems.badRequest("The body is malformed or incomplete.").answer();
            exchange.whileOpen(() -> BlockingAnswers.write(exchange.response(), exchange.method(), answer));
            exchange.end();
        }
    }

    /** Counts, and knows whether the client's bytes failed to come. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private final long maxBytes;
        private long count;
        private final Timer timer;
        private final long beginNanos;
        private boolean failed;

        Counted(InputStream in, long maxBytes, Timer timer) {
            this.in = in;
            this.maxBytes = maxBytes;
            this.timer = timer;
            beginNanos = timer.nanoTime();
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got;
            try {
                got = in.read(bytes, offset, length);
            } catch (IOException | RuntimeException e) {
                failed = true;
                throw e;
            }
            count += Math.max(0, got);
            if (count > maxBytes) {
                throw Problems.tooLarge("The request", maxBytes);
            }
            if (got >= 0 && tooSlow()) {
                throw Problems.tooSlow(LEAST_BYTES_PER_SECOND);
            }
            return got;
        }

        /** Whether the client has been sending for a while and holds a thread for less than it is worth. */
        private boolean tooSlow() {
            long seconds = (timer.nanoTime() - beginNanos) / 1_000_000_000;
            return seconds > PATIENCE.toSeconds() && count < seconds * LEAST_BYTES_PER_SECOND;
        }
    }
}
