package dev.tidings.http.guard;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Puts the security headers on what a container answers before the {@link Guard} is asked: the login page, the refusal of
 * credentials, its own errors. To be registered for all paths of forwarded and error dispatches.
 *
 * <p>Threads: the container's; does not wait.
 */
public final class ErrorPageHeaders extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!response.isCommitted()) {
            SecurityHeaders.apply(request, response);
        }
        chain.doFilter(request, response);
    }
}
