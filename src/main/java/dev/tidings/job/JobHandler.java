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
     * died. {@link PermanentFailure} says that trying again is useless. When the job is to stop,
     * {@link JobContext#cancelled} turns true and the thread is interrupted; end soon, by any exception or by returning
     * what was done (the job then counts as succeeded).
     *
     * @return the job's result, made JSON by JSON-B ({@link Json} is taken as it is), or null
     * @throws Exception the message of it reaches the user
     */
    @Nullable
    Object run(P params, JobContext context) throws Exception;
}
