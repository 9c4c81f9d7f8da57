package dev.tidings.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Sees to it that no request of a file leaves its body to the container's threads; see {@link UnreadBody}. To be registered
 * before all other filters, for all paths, with asynchronous support.
 *
 * <p>Threads: the container's; does not wait.
 */
public final class UnreadBodies extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (!request.isAsyncStarted() && request.isAsyncSupported() && UnreadBody.isLeft(request)) {
            var async = request.startAsync(request, response);
            UnreadBody.readOff(async, async::complete, () -> {});
        }
    }
}
