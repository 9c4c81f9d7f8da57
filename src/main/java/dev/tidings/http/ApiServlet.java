package dev.tidings.http;

import dev.tidings.time.Timer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Takes every request that a {@link Resource} answers, and turns what is thrown into problem+json. To be registered with
 * asynchronous support.
 */
public final class ApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient Routes routes;
    private final transient Executor store;
    private final transient Executor answers;
    private final transient Timer timer;
    private final transient Caller unnamed;
    private final transient PublicPath publicPath;

    /**
     * Makes it.
     *
     * @param store runs what blocks, with a bounded queue; it refuses what it cannot take
     * @param answers runs what answers in the place of threads that must not wait for a client
     * @param unnamed who asks where the guard has named nobody, as it does where the container knows no callers: an
     *     attribute is a hash table for each request
     * @param publicPath where links begin
     */
    public ApiServlet(
            Routes routes, Executor store, Executor answers, Timer timer, Caller unnamed, PublicPath publicPath) {
        this.routes = routes;
        this.store = store;
        this.answers = answers;
        this.timer = timer;
        this.unnamed = unnamed;
        this.publicPath = publicPath;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange;
        try {
            exchange = new Exchange(request, response, store, answers, timer, unnamed, publicPath.of(request));
        } catch (HttpProblem refused) {
            BlockingAnswers.write(request, response, refused.answer());
            return;
        }
        exchange.guard(() -> routes.handle(exchange));
    }
}
