package dev.tidings.http.jobs;

import dev.tidings.job.Job;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Cancels jobs, whoever runs them. */
@FunctionalInterface
public interface Canceller {
    /**
     * Cancels a job: at once when it does not run, else by asking whoever runs it.
     *
     * <p>Threads: any; does not block.
     *
     * @param by who wants it
     * @return the job as it is then; empty when there is none; fails when the store cannot be written
     */
    CompletionStage<Optional<Job>> cancel(String job, String by);
}
