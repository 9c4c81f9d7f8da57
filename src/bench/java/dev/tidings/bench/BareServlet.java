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

/** The least that holds an event stream open: what an idle reader costs the container alone. */
@WebServlet(urlPatterns = "/events", asyncSupported = true)
public final class BareServlet extends HttpServlet {
    private final transient Queue<AsyncContext> open = new ConcurrentLinkedQueue<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0);
        response.setContentType("text/event-stream");
        response.getOutputStream().write("event: hello\ndata: {}\n\n".getBytes(StandardCharsets.US_ASCII));
        response.flushBuffer();
        open.add(async);
    }
}
