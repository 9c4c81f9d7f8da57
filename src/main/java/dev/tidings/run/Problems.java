package dev.tidings.run;

import dev.tidings.job.Problem;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in the user's words why an attempt failed: the exception's message where it was made for people, a plain sentence
 * where it was not. Never a class name or a stack trace; these go to the operator's log.
 */
final class Problems {
    /** The most characters of a detail. */
    private static final int DETAIL_BYTES = 2_000;

    private static final String UNEXPECTED = "The job stopped at an unexpected error; the server's log tells more.";
    private static final Pattern CLASS_NAME =
            Pattern.compile("\\b(?:[a-z_]\\w{0,60}[./]){2,20}[A-Z]"); // bounded: a message may have any length

    private Problems() {}

    /** The handler threw. */
    static Problem handlerFailed(Throwable cause) {
        return new Problem("handler-failed", "The job failed", detail(cause));
    }

    /** The submitted parameters do not fit the handler's record. */
    static Problem invalidParameters(Throwable cause) {
        return new Problem("invalid-parameters", "The parameters do not fit the job type", detail(cause));
    }

    /** The handler's result has no JSON form. */
    static Problem invalidResult() {
        return new Problem(
                "invalid-result", "The result cannot be stored", "The job ended well, but its result is not JSON.");
    }

    /** The handler's result is too large for an event. */
    static Problem resultTooLarge(int bytes, int maxBytes) {
        return new Problem(
                "result-too-large",
                "The result cannot be stored",
                "The result has " + bytes + " bytes of JSON, and " + maxBytes
                        + " is the most; large results belong into an artifact.");
    }

    /** The store takes other events but not one of this job. */
    static Problem notStored() {
        return new Problem(
                "not-stored", "The job's events cannot be stored", "The store refused what the job had to say.");
    }

    private static String detail(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            return "The job needed more memory than the server has.";
        }
        if (cause instanceof InterruptedException) {
            return "The job was interrupted.";
        }
        String message = cause.getMessage();
        Throwable root = cause.getCause();
        if (root != null && message != null && message.equals(root.toString())) {
            return detail(root);
        }
        return forPeople(cause) && presentable(message) ? Texts.fit(message, DETAIL_BYTES) : UNEXPECTED;
    }

    private static boolean forPeople(Throwable cause) {
        return !(cause instanceof Error
                || cause instanceof NullPointerException
                || cause instanceof ClassCastException
                || cause instanceof ArrayStoreException
                || cause instanceof IndexOutOfBoundsException);
    }

    private static boolean presentable(@Nullable String message) {
        return message != null
                && !message.isBlank()
                && !CLASS_NAME.matcher(message).find();
    }
}
