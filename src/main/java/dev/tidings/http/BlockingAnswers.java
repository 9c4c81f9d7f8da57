package dev.tidings.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes short answers where there is no {@link Exchange}: in filters and error pages, on the container's thread. */
public final class BlockingAnswers {
    private BlockingAnswers() {}

    /**
     * Writes it, unless the response has begun. A body that the request still sends is read first; the request goes on
     * asynchronously then, and the caller returns.
     */
    public static void write(HttpServletRequest request, HttpServletResponse response, Answer answer)
            throws IOException {
        String method = request.getMethod();
        if (request.isAsyncStarted() || !request.isAsyncSupported() || !UnreadBody.isLeft(request)) {
            write(response, method, answer);
            return;
        }
        var async = request.startAsync(request, response);
        UnreadBody.readOff(
                async,
                () -> {
                    send(response, method, answer);
                    async.complete();
                },
                () -> send(response, method, answer));
    }

    /** Writes it, unless the response has begun. */
    static void write(HttpServletResponse response, String method, Answer answer) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        AnswerHeaders.apply(answer, response);
        if (!method.equals("HEAD") && answer.body().length > 0) {
            response.getOutputStream().write(answer.body());
        }
    }

    private static void send(HttpServletResponse response, String method, Answer answer) {
        try {
            write(response, method, answer);
            response.flushBuffer();
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
