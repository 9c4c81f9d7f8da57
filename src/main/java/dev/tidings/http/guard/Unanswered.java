package dev.tidings.http.guard;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/** Keeps an authenticator from answering by itself: a refusal is problem+json, never a login page. */
final class Unanswered extends HttpServletResponseWrapper {
    Unanswered(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void sendError(int status) {}

    @Override
    public void sendError(int status, String message) {}

    @Override
    public void sendRedirect(String location) {}

    @Override
    public void setStatus(int status) {}

    @Override
    public void flushBuffer() {}
}
