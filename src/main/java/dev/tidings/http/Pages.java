package dev.tidings.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.MalformedURLException;
import java.util.Set;

/**
 * Lets the container's own servlet serve the application's files to those who fetch them; it would answer a {@code POST}
 * by the file too. To be registered for all paths.
 */
public final class Pages extends HttpFilter {
    private static final long serialVersionUID = 1;

    /** What {@code Allow} says of a file. */
    static final String ALLOW = "GET, HEAD, OPTIONS";

    private final Set<String> servlets;

    /**
     * Makes it.
     *
     * @param servlets names of those that see to their methods themselves
     */
    public Pages(String... servlets) {
        this.servlets = Set.of(servlets);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String method = request.getMethod();
        boolean fetches = method.equals("GET") || method.equals("HEAD");
        if (fetches || servlets.contains(request.getHttpServletMapping().getServletName())) {
            chain.doFilter(request, response);
        } else if (!there(request)) {
            BlockingAnswers.write(
                    response,
                    method,
                    Problems.notFound("Nothing is at this path.").answer());
        } else if (method.equals("OPTIONS")) {
            BlockingAnswers.write(response, method, Answer.empty(204).with("Allow", ALLOW));
        } else {
            BlockingAnswers.write(
                    response, method, Problems.methodNotAllowed(ALLOW).answer());
        }
    }

    private static boolean there(HttpServletRequest request) {
        String path = Paths.within(request);
        if (path.isEmpty() || path.startsWith("/WEB-INF") || path.startsWith("/META-INF")) {
            return path.isEmpty();
        }
        try {
            return request.getServletContext().getResource(path) != null;
        } catch (MalformedURLException noPath) {
            return false;
        }
    }
}
