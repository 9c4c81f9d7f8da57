package dev.tidings.http.guard;

import dev.tidings.http.Answer;
import dev.tidings.http.BlockingAnswers;
import dev.tidings.http.Caller;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.Problems;
import dev.tidings.time.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Stands before everything, and names the caller where the container knows callers; where it does not, everybody that gets
 * past is {@link Caller#ANONYMOUS}. To be registered first, for all paths, with asynchronous support.
 *
 * <p>Threads: the container's; does not wait.
 */
public final class Guard extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final Pattern FORM = Pattern.compile("<auth-method>\\s{0,100}FORM\\s{0,100}</auth-method>");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final transient Hosts hosts;
    private final transient Origins origins;
    private transient Callers callers = new Callers(false);
    private final transient SessionIdle sessions;
    private final boolean container;

    public Guard(GuardSettings settings, Timer timer) {
        container = settings.container();
        hosts = new Hosts(settings.hosts());
        origins = new Origins(settings.origins());
        sessions = new SessionIdle(settings.sessionIdle(), timer);
    }

    @Override
    public void init() throws ServletException {
        try (var descriptor = getServletContext().getResourceAsStream("/WEB-INF/web.xml")) {
            String text = descriptor == null ? "" : new String(descriptor.readAllBytes(), StandardCharsets.UTF_8);
            callers = new Callers(FORM.matcher(text).find());
        } catch (IOException unreadable) {
            throw new ServletException("WEB-INF/web.xml cannot be read", unreadable);
        }
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        SecurityHeaders.apply(request, response);
        try {
            if (origins.cors(request, response)) {
                BlockingAnswers.write(request, response, Answer.empty(204));
                return;
            }
            check(request);
            if (container) {
                request.setAttribute(Caller.ATTRIBUTE, caller(request, response));
            }
        } catch (HttpProblem refused) {
            BlockingAnswers.write(request, response, refused.answer());
            return;
        }
        chain.doFilter(request, response);
    }

    private void check(HttpServletRequest request) {
        if (!container && !health(request) && !hosts.accept(request.getHeader("Host"), request.getServerName())) {
            throw Problems.problem(
                    421,
                    "misdirected",
                    "This host name is not served",
                    "Without security this service answers only to loopback names and to those listed in tidings.hosts.");
        }
        if (!container && !health(request) && !hosts.serve(request.getRemoteAddr())) {
            throw Problems.forbidden("Without security only clients on this machine are served. Set"
                    + " tidings.security=container, or list this service's host names in tidings.hosts.");
        }
        if (!SAFE.contains(request.getMethod()) && !origins.mayChange(request)) {
            throw Problems.forbidden(
                    "Pages of other origins may not do this. The operator can list origins in tidings.cors.origins.");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.strip().toLowerCase(Locale.ROOT).equals("identity")) {
            throw Problems.unsupportedMediaType("Send the body without Content-Encoding.")
                    .header("Accept-Encoding", "identity");
        }
    }

    private Caller caller(HttpServletRequest request, HttpServletResponse response) {
        boolean ended = sessions.seen(request);
        // A probe is answered whatever credentials come with it.
        return ended || health(request) ? Caller.NOBODY : callers.of(request, response);
    }

    private static boolean health(HttpServletRequest request) {
        return request.getServletPath().startsWith("/health");
    }
}
