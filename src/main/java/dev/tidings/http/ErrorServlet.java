package dev.tidings.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Says what the container found wrong as problem+json: the error page of every status and exception. Errors of a
 * {@link Resource} do not come this way.
 */
public final class ErrorServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /** The path that the descriptor names as the error page. */
    public static final String PATH = "/problem";

    /** An attribute of requests that this has answered. */
    static final String ANSWERED = ErrorServlet.class.getName() + ".answered";

    private static final String AGAIN = ErrorServlet.class.getName() + ".again";

    private final transient Routes routes;
    private final boolean names;

    /**
     * Makes it.
     *
     * @param routes say which methods a path has, when the container refuses one by itself, as it does {@code TRACE}
     * @param names whether the guard names every caller that it was asked about
     */
    public ErrorServlet(Routes routes, boolean names) {
        this.routes = routes;
        this.names = names;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        DispatcherType by = request.getDispatcherType();
        boolean takesNothing = response.isCommitted();
        if (by == DispatcherType.ASYNC && takesNothing) {
            again(request);
            return;
        }
        if (by == DispatcherType.ERROR && takesNothing && suspended(request)) {
            throw new ServletException("The body's reader answers this request: it found the body malformed while the"
                    + " container's thread was leaving.");
        }
        boolean dispatched = by == DispatcherType.ERROR || by == DispatcherType.ASYNC;
        HttpProblem problem = dispatched ? found(request) : Problems.notFound("No resource exists at this path.");
        BlockingAnswers.write(response, request.getMethod(), problem.answer());
        if (!takesNothing) {
            request.setAttribute(ANSWERED, true);
        }
    }

    /**
     * Whether another thread has just suspended the response: {@link BlockingBody} found the body malformed between two steps of
     * Tomcat's {@code StandardHostValve}. To return would make that valve end the response, which would be empty. To throw
     * leaves the answer to the dispatch that follows. A response that is really committed gets the error page as an include.
     */
    private static boolean suspended(HttpServletRequest request) {
        return request.isAsyncStarted() && request.getAttribute(RequestDispatcher.INCLUDE_REQUEST_URI) == null;
    }

    /**
     * A body that is found malformed while the request's first thread just leaves: Tomcat may then have come here to render
     * the error with a response that took nothing any more, and comes by our own dispatch now. The time after it takes again.
     */
    private static void again(HttpServletRequest request) {
        if (request.getAttribute(AGAIN) == null) {
            request.setAttribute(AGAIN, true);
            request.startAsync().dispatch(PATH);
        }
    }

    private HttpProblem found(HttpServletRequest request) {
        Object exception = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        if (exception instanceof IOException) {
            return Problems.badRequest("The body is malformed or incomplete.");
        }
        if (exception instanceof Throwable thrown) {
            // WildFly's authenticator fails on credentials that are no Base64, before the guard is asked.
            boolean unasked = names && request.getAttribute(Caller.ATTRIBUTE) == null;
            return unasked && request.getHeader("Authorization") != null
                    ? Problems.unauthorized()
                    : Problems.of(thrown);
        }
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 500;
        return switch (status) {
            case 400 -> Problems.badRequest("The request is malformed.");
            case 401 -> Problems.unauthorized();
            case 403 -> Problems.forbidden("This is not allowed here.");
            case 404 -> Problems.notFound("No resource exists at this path.");
            case 405 -> Problems.methodNotAllowed(allow(request));
            case 413 ->
                Problems.problem(413, "too-large", "Too large", "The request is larger than the server accepts.");
            case 503 -> Problems.busy("The server accepts no more requests at the moment.");
            default ->
                status < 500
                        ? Problems.problem(status, "refused", "The request was refused", "The server refused it.")
                        : Problems.problem(status, "internal", "The request failed", "The server could not answer it.");
        };
    }

    private String allow(HttpServletRequest request) {
        String base = request.getContextPath();
        String path =
                request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri && uri.startsWith(base)
                        ? uri.substring(base.length())
                        : "";
        String resource = routes.allow(path);
        return resource.isEmpty() ? Pages.ALLOW : resource;
    }
}
