package dev.tidings.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Reads a long body on a thread that may wait for the client; there is a bounded number of them.
 *
 * <p>A client that is refused while it still sends gets its answer at once, and then a while of being listened to: closed
 * with bytes unread, the connection would be reset and the answer lost.
 */
public final class BlockingBody {
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final long LINGER_BYTES = 64L << 20;

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
    public static void read(Exchange exchange, Executor uploads, long maxBytes, Reader reader) {
        try {
            uploads.execute(() -> exchange.guard(() -> run(exchange, maxBytes, reader)));
        } catch (RejectedExecutionException full) {
            throw Problems.busy("As many uploads as this node takes at once are under way.");
        }
    }

    private static void run(Exchange exchange, long maxBytes, Reader reader) {
        boolean continues = exchange.header("Expect") != null;
        Counted body = null;
        try {
            if (exchange.contentLength() > maxBytes) {
                body = continues ? null : new Counted(exchange.request().getInputStream(), maxBytes);
                throw Problems.tooLarge("The request", maxBytes);
            }
            exchange.open().readsBody();
            body = new Counted(exchange.request().getInputStream(), maxBytes);
            reader.read(body);
        } catch (Throwable thrown) {
            if (body != null && body.failed) {
                broken(exchange);
            } else if (body == null || body.ended) {
                exchange.fail(thrown);
            } else if (!exchange.ended()) {
                refuse(exchange, Problems.of(thrown).answer(), body.in);
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
            var answer = Problems.badRequest("The body is malformed, or did not arrive whole.")
                    .answer();
            exchange.whileOpen(() -> BlockingAnswers.write(exchange.response(), exchange.method(), answer));
            exchange.end();
        }
    }

    private static void refuse(Exchange exchange, Answer answer, InputStream in) {
        if (!exchange.claim()) {
            return;
        }
        var response = exchange.response();
        if (exchange.whileOpen(() -> AnswerHeaders.apply(answer, response))) {
            try {
                response.getOutputStream().write(answer.body());
                response.flushBuffer();
                linger(exchange, in);
            } catch (IOException | IllegalStateException left) {
                // the client has its answer, or does not want it
            }
        }
        exchange.end();
    }

    private static void linger(Exchange exchange, InputStream in) throws IOException {
        long until = exchange.timer().nanoTime() + LINGER.toNanos();
        var piece = new byte[16 * 1024];
        long left = LINGER_BYTES;
        while (left > 0 && exchange.timer().nanoTime() - until < 0) {
            int length = in.read(piece);
            if (length < 0) {
                return;
            }
            left -= length;
        }
    }

    /** Counts, and knows whether the client's bytes ended or failed to come. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private final long maxBytes;
        private long count;
        private boolean ended;
        private boolean failed;

        Counted(InputStream in, long maxBytes) {
            this.in = in;
            this.maxBytes = maxBytes;
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
            ended |= got < 0;
            count += Math.max(0, got);
            if (count > maxBytes) {
                throw Problems.tooLarge("The request", maxBytes);
            }
            return got;
        }
    }
}
