package dev.tidings.log;

import dev.tidings.job.Job;

/**
 * Hears what this node has committed.
 *
 * <p>Threads: called on store threads; must not block. Two calls for one job may come in any order.
 */
public interface LogListener {
    /** A log has grown. */
    void grown(WriteResult.Appended growth);

    /** A job is gone. */
    void deleted(Job job);

    /**
     * A log may have grown: a commit ended without an answer. Who reads it reads on from the store, which may not be
     * back yet.
     */
    void unsure(String job);
}
