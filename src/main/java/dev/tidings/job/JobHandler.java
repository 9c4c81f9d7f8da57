package dev.tidings.job;

import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of one type. Found by {@link java.util.ServiceLoader}, so it has a public constructor without
 * parameters; put it into the WAR or into a JAR beside it.
 *
 * <p>Threads: one instance runs many jobs at once; keep what belongs to a job in local variables.
 *
 * @param <P> the parameters, see {@link JobType}
 */
public interface JobHandler<P> {
    /** What this handler runs; the same at each call. */
    JobType<P> type();

    /**
     * Does the work of one attempt, on a thread that may be blocked as long as it takes.
     *
     * <p>A job may run more than once: an attempt that throws is tried again after a pause, and so is one whose node
     * died. {@link PermanentFailure} says that trying again is useless.
     *
     * <p>When the job is to stop, {@link JobContext#cancelled} turns true and the thread is interrupted. End soon, by any
     * exception or by returning what was done; the job then counts as succeeded. After {@code tidings.cancel.grace} the
     * job ends without its handler, and what the handler reports is dropped.
     *
     * @return the job's result, made JSON by JSON-B ({@link Json} is taken as it is), or null. A result of more than
     *     48 KiB becomes the artifact {@code result.json}
     * @throws Exception its message reaches the user. A fixed sentence takes the place of a message that names a class
     *     with its package, that the JVM made of a failed cast or a null reference, and of each {@link Error}
     */
    @Nullable
    Object run(P params, JobContext context) throws Exception;
}
