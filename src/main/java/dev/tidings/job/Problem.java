package dev.tidings.job;

/**
 * Why a job failed, as the three members of an RFC 9457 object that say it.
 *
 * @param type a short name that programs can compare, such as {@code worker-lost}
 * @param title the same in words, equal for all problems of this type
 * @param detail what happened this time, for the person who waits
 */
public record Problem(String type, String title, String detail) {
    public static final String WORKER_LOST = "worker-lost";

    /** The node or the worker that ran the job fell silent. */
    public static Problem workerLost(String detail) {
        return new Problem(WORKER_LOST, "The worker was lost", detail);
    }
}
