package dev.tidings.run;

import dev.tidings.job.Json;
import dev.tidings.job.Problem;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the problem that a user sees of the exception that ended an attempt.
 *
 * <p>The message of an exception reaches the user, whatever its class. A fixed sentence takes its place where the message
 * is missing, names a class with its package, or was made by the JVM: the messages of an {@code Error}, of a failed cast
 * and of a null reference. Class names and stack traces go to the operator's log only.
 */
final class AttemptProblems {
    /** The most bytes of an error in an event. */
    static final int ERROR_BYTES = 8 * 1024;

    private static final int DETAIL_BYTES = 2_000;
    private static final int TYPE_BYTES = 200;
    private static final int TITLE_BYTES = 300;

    private static final String UNEXPECTED =
            "The job failed with an unexpected error. The server's log has the details.";

    /** Bounded, since a message may have any length. Dots only: paths and addresses are no class names. */
    private static final Pattern CLASS_NAME = Pattern.compile("(?<![\\w./-])(?:[a-z_]\\w{0,60}\\.){2,20}[A-Z]");

    /** How the JVM's own messages of a {@link NullPointerException} begin (JEP 358). */
    private static final Pattern NULL_REFERENCE =
            Pattern.compile("Cannot (?:invoke|read|assign|load|store|throw|enter) .*", Pattern.DOTALL);

    private AttemptProblems() {}

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
                "invalid-result",
                "The result cannot be stored",
                "The job succeeded, but its result cannot be written as JSON.");
    }

    /** The store takes other events but not one of this job. */
    static Problem notStored() {
        return new Problem(
                "not-stored",
                "The job's events cannot be stored",
                "The store refused the job's events. The server's log has the details.");
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
        return forPeople(cause) && presentable(message) ? TextLimits.fit(message, DETAIL_BYTES) : UNEXPECTED;
    }

    private static boolean forPeople(Throwable cause) {
        boolean nullReference = cause instanceof NullPointerException
                && cause.getMessage() != null
                && NULL_REFERENCE.matcher(cause.getMessage()).matches();
        return !(cause instanceof Error || cause instanceof ClassCastException || nullReference);
    }

    private static boolean presentable(@Nullable String message) {
        return message != null
                && !message.isBlank()
                && !CLASS_NAME.matcher(message).find();
    }

    /** A worker's own problem, no longer than an event may have. Further members that are too long are left out. */
    static Problem fit(Problem error, int eventBytes) {
        String type = TextLimits.fit(error.type(), TYPE_BYTES);
        String title = TextLimits.fit(error.title(), TITLE_BYTES);
        int moreBytes = error.more().text().getBytes(StandardCharsets.UTF_8).length;
        int roomBytes = ERROR_BYTES - TYPE_BYTES - TITLE_BYTES;
        boolean fits = moreBytes <= roomBytes / 2;
        int detailBytes = Math.min(eventBytes, fits ? roomBytes - moreBytes : roomBytes);
        return new Problem(
                type,
                title,
                TextLimits.fit(error.detail(), detailBytes),
                fits ? error.more() : new Json("{\"truncated\":true}"));
    }
}
