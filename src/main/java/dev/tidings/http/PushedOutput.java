package dev.tidings.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * The body of an answer to a request that the server itself has made, to push it: written by threads that may wait for the
 * client, and always ready.
 *
 * <p>Tomcat 10.1.61 resets a pushed stream whose body is written by a {@code WriteListener}: after the listener it asks
 * whether the request's body has been read, and a pushed request has none to ask ({@code NullPointerException} in
 * {@code SavedRequestStreamInputBuffer.isRequestBodyFullyRead}). Without a listener it doesn't ask.
 *
 * <p>Threads: as the one that it passes bytes to.
 */
final class PushedOutput extends ServletOutputStream {
    private final ServletOutputStream out;
    private final Executor waiting;

    /**
     * Makes one.
     *
     * @param waiting calls the listener
     */
    PushedOutput(ServletOutputStream out, Executor waiting) {
        this.out = out;
        this.waiting = waiting;
    }

    /** Whether the server has made this request: streams that a client opens have odd numbers (RFC 9113, 5.1.1). */
    static boolean isFor(HttpServletRequest request) {
        String stream = "HTTP/2.0".equals(request.getProtocol()) ? request.getProtocolRequestId() : "";
        return !stream.isEmpty() && "02468".indexOf(stream.charAt(stream.length() - 1)) >= 0;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        waiting.execute(() -> {
            try {
                listener.onWritePossible();
            } catch (IOException | RuntimeException left) {
                listener.onError(left);
            }
        });
    }

    @Override
    public void write(int value) throws IOException {
        out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
