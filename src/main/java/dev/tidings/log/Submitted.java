package dev.tidings.log;

import dev.tidings.job.Job;

/** What became of a {@link Submission}. */
public sealed interface Submitted {
    /** The job is stored and its first events with it. */
    record Accepted(Written.Growth growth) implements Submitted {}

    /** The same request came before; this is its job as it is now. */
    record Repeated(Job job) implements Submitted {}

    /** The same request came before, and its job has been deleted since. */
    record Gone() implements Submitted {}

    /** The key was used for another content. */
    record KeyReused() implements Submitted {}

    /**
     * The job to be retried has a retry that is unfinished.
     *
     * @param retry the id of that retry
     */
    record RetryUnfinished(String retry) implements Submitted {}

    /** The owner has as many unfinished jobs as allowed. */
    record OverQuota() implements Submitted {}
}
