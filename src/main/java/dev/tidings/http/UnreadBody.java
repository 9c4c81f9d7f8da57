package dev.tidings.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/**
 * Reads what nobody wants of a request's body before the answer leaves, without a thread that waits for the client.
 *
 * <p>Tomcat reads the rest of an unread body itself, by blocking reads on its own threads, once a request is complete. So 200
 * clients that never send it stop the server. On HTTP/2 it resets the stream instead, and counts that against the
 * connection. It also closes the body when the last byte of the answer is written; so the body comes first.
 *
 * <p>After {@link #MOST_BYTES}, or {@link #PATIENCE} after the request began, the answer leaves and the connection is closed.
 * The Servlet API has no call for that. Tomcat does it when a read listener throws, and when the time of an asynchronous
 * request is over and nobody completes it.
 *
 * <p>Other servers read the rest without blocking. Their requests are completed at once.
 *
 * <p>Threads: the container's, one call at a time.
 */
final class UnreadBody implements ReadListener, AsyncListener {
    /** How long a client may take for what it still sends. Tomcat looks once a second. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** How much is read: what browsers have under way, and no more than Tomcat would read itself. */
    static final long MOST_BYTES = 1 << 20;

    private static final String TOMCAT = "Tomcat";

    private final AsyncContext async;
    private final ServletInputStream in;
    private final Runnable whole;
    private final Runnable late;
    private final byte[] piece = new byte[8 * 1024];
    private long count;

    private UnreadBody(AsyncContext async, ServletInputStream in, Runnable whole, Runnable late) {
        this.async = async;
        this.in = in;
        this.whole = whole;
        this.late = late;
    }

    /** Whether the container would wait for more of the body on a thread of its own. */
    static boolean isLeft(HttpServletRequest request) throws IOException {
        return announced(request)
                && request.getServletContext().getServerInfo().contains(TOMCAT)
                && !request.getInputStream().isFinished();
    }

    private static boolean announced(HttpServletRequest request) {
        long length = request.getContentLengthLong();
        if (length >= 0) {
            return length > 0;
        }
        boolean fetches =
                request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return request.getHeader("Transfer-Encoding") != null
                || (!fetches && request.getProtocol().equals("HTTP/2.0"));
    }

    /**
     * Reads the body off. The other asynchronous listeners of the request must not complete it when its time is over.
     *
     * @param whole answers and completes the request; called when all has been read
     * @param late answers by itself, at once; called when no more is read. The connection is closed then
     */
    static void readOff(AsyncContext async, Runnable whole, Runnable late) {
        try {
            var in = async.getRequest().getInputStream();
            var listener = new UnreadBody(async, in, whole, late);
            async.addListener(listener);
            async.setTimeout(PATIENCE.toMillis());
            in.setReadListener(listener);
        } catch (IOException | RuntimeException left) {
            // The client is gone, or another listener reads the body. The container's timeout ends the request.
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (in.isReady() && !in.isFinished()) {
            int length = in.read(piece);
            if (length < 0) {
                return;
            }
            count += length;
            if (count > MOST_BYTES) {
                late.run();
                throw new IOException("the client sends more than is read of a refused request");
            }
        }
    }

    @Override
    public void onAllDataRead() {
        async.setTimeout(0);
        whole.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        late.run();
    }

    @Override
    public void onError(Throwable thrown) {
        // the container closes the connection
    }

    @Override
    public void onError(AsyncEvent event) {
        try {
            async.complete();
        } catch (IllegalStateException completeAlready) {
            // another listener was first
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
