package dev.tidings.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Reads a short body whole, without a thread that waits for the client.
 *
 * <p>Threads: called by the container, one call at a time.
 */
public final class RequestBody implements ReadListener {
    private static final int PIECE_BYTES = 4096;

    private final Exchange exchange;
    private final ServletInputStream in;
    private final long maxBytes;
    private final Consumer<byte[]> then;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean over;

    private RequestBody(Exchange exchange, ServletInputStream in, long maxBytes, Consumer<byte[]> then) {
        this.exchange = exchange;
        this.in = in;
        this.maxBytes = maxBytes;
        this.then = then;
    }

    /**
     * Reads it. To be called by the container's thread, before anything else of the body is.
     *
     * <p>A chunked body is read by {@code uploads}: a container that finds a chunk malformed tells a listener by closing
     * the connection, and a reader by an exception that can be answered.
     *
     * @param uploads see {@link BlockingBody}
     * @param maxBytes more is answered 413, before it is read where the request tells its length
     * @param then gets the bytes, on a container thread; what it throws is answered
     */
    public static void read(Exchange exchange, Uploads uploads, long maxBytes, Consumer<byte[]> then) {
        if (exchange.header("Transfer-Encoding") != null) {
            BlockingBody.read(exchange, uploads, maxBytes, body -> then.accept(body.readAllBytes()));
            return;
        }
        if (exchange.contentLength() > maxBytes) {
            throw Problems.tooLarge("The body", maxBytes);
        }
        exchange.listen(() -> {
            var in = exchange.request().getInputStream();
            in.setReadListener(new RequestBody(exchange, in, maxBytes, then));
        });
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!over && in.isReady() && !in.isFinished()) {
            int length = in.read(piece);
            if (length < 0) {
                return;
            }
            body.write(piece, 0, length);
            if (body.size() > maxBytes) {
                over = true;
                exchange.answer(Problems.tooLarge("The body", maxBytes).answer());
            }
        }
    }

    @Override
    public void onAllDataRead() {
        if (!over) {
            over = true;
            exchange.guard(() -> then.accept(body.toByteArray()));
        }
    }

    @Override
    public void onError(Throwable thrown) {
        over = true;
        exchange.answer(Problems.badRequest("The body is incomplete.").answer());
    }
}
