package dev.tidings.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * Writes a body that is in memory as fast as the client takes it, and ends the exchange.
 *
 * <p>The last byte of a long body waits until all others have left: a container may block while it completes a response
 * that still has bytes to send, and one that has the announced number of bytes may never say again that there is room.
 *
 * <p>Threads: called by the container, one call at a time.
 */
final class AnswerWriter implements WriteListener {
    /** What any container takes without waiting for the client. */
    private static final int SMALL_BYTES = 4096;

    private static final int PIECE_BYTES = 32 * 1024;

    private final Exchange exchange;
    private final ServletOutputStream out;
    private final byte[] body;
    private int written;
    private boolean flushed;

    AnswerWriter(Exchange exchange, ServletOutputStream out, Answer answer) {
        this.exchange = exchange;
        this.out = out;
        body = answer.body();
        // What is flushed before its end has no length that a container could tell.
        flushed = !answer.stream() && body.length <= SMALL_BYTES;
    }

    @Override
    public void onWritePossible() throws IOException {
        while (!exchange.ended() && out.isReady()) {
            int held = flushed ? 0 : 1;
            int length = Math.min(PIECE_BYTES, body.length - held - written);
            if (length > 0) {
                out.write(body, written, length);
                written += length;
            } else if (!flushed) {
                flushed = true;
                out.flush();
            }
            if (written == body.length) {
                exchange.end();
                return;
            }
        }
    }

    @Override
    public void onError(Throwable thrown) {
        exchange.end();
    }
}
