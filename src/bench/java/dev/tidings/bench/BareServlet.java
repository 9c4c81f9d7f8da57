package dev.tidings.bench;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The least that holds the event streams of Tidings open: what an idle reader costs the container alone.
 *
 * <p>Tomcat keeps the headers of an open response, so they are those of Tidings ({@link Memory} compares) unless the query is
 * {@link #LEAST}.
 */
@WebServlet(urlPatterns = "/api/*", asyncSupported = true)
public final class BareServlet extends HttpServlet {
    /** The query of who wants no header but {@code Content-Type}; as long as that of who reads Tidings. */
    static final String LEAST = "least=1";

    private static final byte[] HELLO = "event: hello\ndata: {}\n\n".getBytes(StandardCharsets.US_ASCII);

    private final transient Queue<AsyncContext> open = new ConcurrentLinkedQueue<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0);
        response.setHeader("Content-Type", "text/event-stream");
        if (!LEAST.equals(request.getQueryString())) {
            response.setHeader(
                    "Content-Security-Policy",
                    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
                            + "base-uri 'none'; form-action 'self'; frame-ancestors 'self'");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "SAMEORIGIN");
            response.setHeader("Referrer-Policy", "no-referrer");
            response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
            response.setHeader("Cache-Control", "no-store, no-transform");
            response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
            response.addHeader("Vary", "Accept");
            response.setHeader("X-Accel-Buffering", "no");
        }
        response.getOutputStream().write(HELLO);
        response.flushBuffer();
        open.add(async);
    }
}
