package dev.tidings.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/**
 * Says by {@code application/problem+json} (RFC 9457) what Tomcat refuses before any application hears of it: a path with
 * a malformed escape, a head that is too long, an address at which no application is. Nothing of the server shows.
 */
public final class ProblemValve extends ErrorReportValve {

    /** For the {@code errorReportValveClass} of a host, too. */
    public ProblemValve() {
        setShowReport(false);
        setShowServerInfo(false);
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        // As Tomcat's own: nothing when an answer has begun, or the application wrote one.
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var mayWrite = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, mayWrite);
        if (!mayWrite.get()) {
            return;
        }
        byte[] problem = problem(status).getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType("application/problem+json");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setContentLength(problem.length);
            response.getOutputStream().write(problem);
            response.finishResponse();
        } catch (IOException | IllegalStateException left) {
            // The client has left, or has its answer.
        }
    }

    private static String problem(int status) {
        String[] words = words(status);
        return String.format(
                Locale.ROOT,
                "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}",
                words[0],
                words[1],
                status,
                words[2]);
    }

    private static String[] words(int status) {
        return switch (status) {
            case 400 ->
                new String[] {
                    "bad-request",
                    "The request cannot be understood",
                    "The request line or a header is malformed, or longer than the server reads."
                };
            case 404 -> new String[] {"not-found", "Not found", "No resource exists at this path."};
            case 503 -> new String[] {"busy", "The service is busy", "The application is not there just now."};
            default ->
                status < 500
                        ? new String[] {"refused", "The request was refused", "The server refused it."}
                        : new String[] {"internal", "The request failed", "The server could not answer it."};
        };
    }
}
