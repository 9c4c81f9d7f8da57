package dev.tidings.http.sse;

import jakarta.servlet.http.HttpServletResponse;

/** The head of every event stream (contract §5.1). */
final class SseHeaders {
    private SseHeaders() {}

    static void apply(HttpServletResponse response) {
        response.setStatus(200);
        // No charset parameter: some gateways compare the whole value.
        response.setHeader("Content-Type", "text/event-stream");
        response.setHeader("Cache-Control", "no-store, no-transform");
        response.addHeader("Vary", "Accept");
        response.setHeader("X-Accel-Buffering", "no");
    }
}
