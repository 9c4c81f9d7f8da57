package dev.tidings.client;

import jakarta.json.JsonObject;
import java.io.IOException;

/** Tidings refused, or was not reached in any of the tries. */
public final class TidingsException extends IOException {
    private final int status;
    private final transient JsonObject problem;

    TidingsException(int status, JsonObject problem) {
        super(problem.getString("detail", problem.getString("title", "status " + status)));
        this.status = status;
        this.problem = problem;
    }

    TidingsException(int status, String words) {
        super(words);
        this.status = status;
        this.problem = JsonObject.EMPTY_JSON_OBJECT;
    }

    /** The status of the answer; 0 when none came. */
    public int status() {
        return status;
    }

    /** What Tidings said, as RFC 9457 has it; empty when the answer was not Tidings'. */
    public JsonObject problem() {
        return problem;
    }
}
