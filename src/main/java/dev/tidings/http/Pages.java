package dev.tidings.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.MalformedURLException;
import java.util.Collections;
import java.util.Set;

/**
 * Lets the container's own servlet serve the application's files to those who fetch them; it would answer a {@code POST}
 * by the file too. A minified module comes by Brotli, for which no server has a compressor of its own, where it lies
 * beside itself as {@code .br}. To be registered for all paths.
 */
public final class Pages extends HttpFilter {
    private static final long serialVersionUID = 1;

    /** What {@code Allow} says of a file. */
    static final String ALLOW = "GET, HEAD, OPTIONS";

    private static final String MINIFIED = ".min.js";

    private static final String BROTLI = "br";

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
        if (fetches && Paths.within(request).endsWith(MINIFIED)) {
            serveMinified(request, response, chain);
        } else if (fetches || servlets.contains(request.getHttpServletMapping().getServletName())) {
            chain.doFilter(request, response);
        } else if (!there(request, Paths.within(request))) {
            BlockingAnswers.write(
                    request,
                    response,
                    Problems.notFound("No resource exists at this path.").answer());
        } else if (method.equals("OPTIONS")) {
            BlockingAnswers.write(request, response, Answer.empty(204).with("Allow", ALLOW));
        } else {
            BlockingAnswers.write(
                    request, response, Problems.methodNotAllowed(ALLOW).answer());
        }
    }

    private static void serveMinified(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String compressed = Paths.within(request) + "." + BROTLI;
        if (!there(request, compressed)) {
            chain.doFilter(request, response);
            return;
        }
        response.addHeader("Vary", "Accept-Encoding");
        if (takesBrotli(request)) {
            response.setContentType("text/javascript");
            response.setHeader("Content-Encoding", BROTLI);
            request.getRequestDispatcher(compressed).forward(request, response);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean takesBrotli(HttpServletRequest request) {
        var codings = new Accept(Collections.list(request.getHeaders("Accept-Encoding")));
        return codings.names(BROTLI) && codings.quality(BROTLI) > 0;
    }

    private static boolean there(HttpServletRequest request, String path) {
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
