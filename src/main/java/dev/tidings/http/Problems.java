package dev.tidings.http;

import dev.tidings.json.Fault;
import dev.tidings.json.JsonFault;
import dev.tidings.log.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/** Every way in which a request is refused, each with its {@code type} and title; and what becomes of a fault of ours. */
public final class Problems {
    private static final Logger LOG = System.getLogger(Problems.class.getName());
    /** Without its store a node refuses every request, and would fill its log with that. */
    private static final LogThrottle STORE_AWAY = new LogThrottle(Duration.ofSeconds(30));

    private static final SecureRandom RANDOM = new SecureRandom();

    private Problems() {}

    /** 400: the request cannot be understood. */
    public static HttpProblem badRequest(String detail) {
        return problem(400, "bad-request", "The request cannot be understood", detail);
    }

    /** 401: nobody is signed in. */
    public static HttpProblem unauthorized() {
        return problem(401, "unauthorized", "Sign in first", "This resource needs a signed-in user.");
    }

    /** 403: somebody is, but may not. */
    public static HttpProblem forbidden(String detail) {
        return problem(403, "forbidden", "Not allowed", detail);
    }

    /** 404, the same for a job that does not exist and one of another owner. */
    public static HttpProblem noSuchJob() {
        return problem(404, "not-found", "Not found", "This job does not exist, or it belongs to somebody else.");
    }

    /** 404: nothing of that name. */
    public static HttpProblem notFound(String detail) {
        return problem(404, "not-found", "Not found", detail);
    }

    /** 405; {@code allow} names the methods that the path has. */
    public static HttpProblem methodNotAllowed(String allow) {
        return problem(405, "method-not-allowed", "Method not allowed", "Allowed methods: " + allow + ".")
                .header("Allow", allow);
    }

    /** 406: no representation satisfies {@code Accept}. */
    public static HttpProblem notAcceptable(String offered) {
        return problem(
                        406,
                        "not-acceptable",
                        "Not available in that media type",
                        "Available media types: " + offered + ".")
                .header("Vary", "Accept");
    }

    /** 409: the thing's state does not allow it. */
    public static HttpProblem conflict(String detail) {
        return problem(409, "conflict", "Conflict with the present state", detail);
    }

    /** 410: it was deleted. */
    public static HttpProblem gone(String detail) {
        return problem(410, "gone", "Deleted since", detail);
    }

    /** 412: {@code If-Match} does not hold. */
    public static HttpProblem preconditionFailed() {
        return problem(
                412,
                "precondition-failed",
                "Changed since",
                "The resource has changed: it is no longer the version that If-Match names.");
    }

    /** 413: too many bytes. */
    public static HttpProblem tooLarge(String what, long maxBytes) {
        return problem(413, "too-large", "Too large", what + " may have at most " + maxBytes + " bytes.")
                .with("maxBytes", maxBytes);
    }

    /** 408: the body comes too slowly to hold a thread for it. */
    public static HttpProblem tooSlow(long bytesPerSecond) {
        return problem(
                408,
                "too-slow",
                "The body arrives too slowly",
                "Send at least " + bytesPerSecond
                        + " bytes a second on average, or send it again by a faster connection.");
    }

    /** 415; {@code accepted} says what would be right. */
    public static HttpProblem unsupportedMediaType(String accepted) {
        return problem(415, "unsupported-media-type", "This media type is not accepted", accepted);
    }

    /** 422: understood, but one field is wrong. */
    public static HttpProblem invalid(String field, String detail) {
        return problem(422, "invalid", "The request is not valid", detail)
                .with("field", field)
                .with("errors", List.of(Map.of("field", field, "detail", detail)));
    }

    /** 422: understood, but these are wrong; 1 or more. */
    public static HttpProblem invalid(List<Fault> faults) {
        Fault first = faults.get(0);
        return problem(
                        422,
                        "invalid",
                        "The request is not valid",
                        first.pointer().isEmpty() ? first.detail() : first.pointer() + ": " + first.detail())
                .with("field", first.pointer())
                .with(
                        "errors",
                        faults.stream()
                                .limit(HttpProblem.MAX_ITEMS)
                                .map(fault -> Map.of("field", fault.pointer(), "detail", fault.detail()))
                                .toList());
    }

    private static HttpProblem of(JsonFault fault) {
        if (!fault.malformed()) {
            return invalid(List.of(new Fault(fault.pointer(), fault.detail())));
        }
        var problem = badRequest(fault.detail());
        return fault.pointer().isEmpty() ? problem : problem.with("field", fault.pointer());
    }

    /** 422: the idempotency key came with other content before. */
    public static HttpProblem keyReused() {
        return problem(
                422,
                "idempotency-key-reused",
                "The Idempotency-Key was used for another request",
                "This Idempotency-Key was sent with other content before. Use a new key for a new request.");
    }

    /** 429: over a limit of the caller's own. */
    public static HttpProblem tooMany(String detail) {
        return problem(429, "too-many", "Too many", detail)
                .retryAfter(ThreadLocalRandom.current().nextInt(3, 8));
    }

    /** 503 while the node drains. */
    public static HttpProblem draining() {
        return problem(503, "draining", "This node is draining", "Send the request again. Another node will take it.")
                .retryAfter(ThreadLocalRandom.current().nextInt(1, 4));
    }

    /** 503: more at once than this node takes. */
    public static HttpProblem busy(String detail) {
        return problem(503, "busy", "The service is busy", detail)
                .retryAfter(ThreadLocalRandom.current().nextInt(2, 6));
    }

    /** 503: the store cannot be reached. */
    public static HttpProblem unavailable() {
        return problem(
                        503,
                        "unavailable",
                        "The service is unavailable",
                        "The job store cannot be reached. Try again after the time that Retry-After names.")
                .retryAfter(ThreadLocalRandom.current().nextInt(3, 8));
    }

    private static HttpProblem unavailable(Throwable cause) {
        long others = STORE_AWAY.ask(System.nanoTime());
        if (others >= 0) {
            String before = others == 0 ? "" : " (and " + others + " since the last of these lines)";
            LOG.log(Level.WARNING, "a request was answered 503" + before + ": " + cause.getMessage(), cause);
        }
        return unavailable();
    }

    /** Any status, for errors that the container found. */
    public static HttpProblem problem(int status, String type, String title, String detail) {
        return new HttpProblem(status, type, title, detail, Map.of(), Map.of());
    }

    /** What to say of something thrown. A fault of ours is logged with a reference that the answer names. */
    public static HttpProblem of(Throwable thrown) {
        if (thrown instanceof HttpProblem problem) {
            return problem;
        }
        if (thrown instanceof CompletionException && thrown.getCause() != null) {
            return of(thrown.getCause());
        }
        if (thrown instanceof JsonFault fault) {
            return of(fault);
        }
        if (thrown instanceof StoreException store && store.reason() == StoreException.Reason.OVER_QUOTA) {
            return problem(413, "over-quota", "Over the quota", String.valueOf(store.getMessage()));
        }
        if (thrown instanceof StoreException store && !store.permanent()) {
            return unavailable(thrown);
        }
        if (thrown instanceof RejectedExecutionException) {
            return busy("Too many requests are waiting on this node.");
        }
        var bytes = new byte[6];
        RANDOM.nextBytes(bytes);
        var reference = HexFormat.of().formatHex(bytes);
        LOG.log(Level.ERROR, "a request failed, reference " + reference, thrown);
        return problem(500, "internal", "The request failed", "The server's log has the reason under this reference.")
                .with("reference", reference);
    }
}
