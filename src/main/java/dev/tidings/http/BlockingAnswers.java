package dev.tidings.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes short answers where there is no {@link Exchange}: in filters and error pages, on the container's thread. */
public final class BlockingAnswers {
    private BlockingAnswers() {}

    /** Writes it, unless the response has begun. */
    public static void write(HttpServletResponse response, String method, Answer answer) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        AnswerHeaders.apply(answer, response);
        if (!method.equals("HEAD") && answer.body().length > 0) {
            response.getOutputStream().write(answer.body());
        }
    }
}
