package dev.tidings.http.jobs;

import dev.tidings.job.Job;
import java.util.Optional;

/** Cancels jobs, whoever runs them. */
@FunctionalInterface
public interface Canceller {
    /**
     * Cancels a job: at once when it does not run, else by asking whoever runs it.
     *
     * <p>Threads: a store thread; blocks.
     *
     * @param by who wants it
     * @return the job as it is then; empty when there is none
     */
    Optional<Job> cancel(String job, String by);
}
