package dev.tidings.job;

/**
 * Why a job failed, as an RFC 9457 object.
 *
 * @param type a short name that programs can compare, such as {@code worker-lost}
 * @param title the same in words, equal for all problems of this type
 * @param detail what happened this time, for the person who waits
 * @param more an object of all further members, such as a worker adds for programs of its own; none of the three
 */
public record Problem(String type, String title, String detail, Json more) {
    public static final String WORKER_LOST = "worker-lost";

    /** One that its three members say all of. */
    public Problem(String type, String title, String detail) {
        this(type, title, detail, Json.EMPTY_OBJECT);
    }

    /** The node or the worker that ran the job fell silent. */
    public static Problem workerLost(String detail) {
        return new Problem(WORKER_LOST, "The worker was lost", detail);
    }
}
