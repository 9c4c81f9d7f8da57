package dev.tidings.http;

import jakarta.servlet.http.HttpServletResponse;

/** Puts status and headers of an answer on a response. */
final class AnswerHeaders {
    private AnswerHeaders() {}

    static void apply(Answer answer, HttpServletResponse response) {
        response.setStatus(answer.status());
        if (answer.header("Cache-Control").isEmpty()) {
            response.setHeader("Cache-Control", "no-store");
        }
        for (var header : answer.headers()) {
            if (header.named("Vary") || header.named("Link")) {
                response.addHeader(header.name(), header.value());
            } else {
                response.setHeader(header.name(), header.value());
            }
        }
        if (answer.status() != 204 && answer.status() != 304 && !answer.stream()) {
            response.setContentLengthLong(answer.body().length);
        }
    }
}
