package dev.tidings.log;

import dev.tidings.job.Job;

/** What became of a {@link JobSubmission}. */
public sealed interface SubmitResult {
    /** The job is stored and its first events with it. */
    record Accepted(WriteResult.Appended growth) implements SubmitResult {}

    /** The same request came before; this is its job as it is now. */
    record Repeated(Job job) implements SubmitResult {}

    /** The same request came before, and its job has been deleted since. */
    record Gone() implements SubmitResult {}

    /** The key was used for another content. */
    record KeyReused() implements SubmitResult {}

    /**
     * The job to be retried has a retry that is unfinished.
     *
     * @param retry the id of that retry
     */
    record RetryUnfinished(String retry) implements SubmitResult {}

    /** The owner has as many unfinished jobs as allowed. */
    record OverQuota() implements SubmitResult {}
}
