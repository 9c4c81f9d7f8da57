package dev.tidings.log;

import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list, newest first.
 *
 * @param owner null for everybody's
 * @param states empty for any
 * @param type null for any
 * @param after the last job of the page before; null for the first page
 * @param limit 1 or more
 */
public record JobQuery(
        @Nullable String owner,
        Set<JobState> states,
        @Nullable String type,
        @Nullable Last after,
        int limit) {
    /**
     * Where a page ended.
     *
     * @param created when that job was; null for a reader that knows its id only, who gets an empty page when it is gone
     */
    public record Last(String id, @Nullable Instant created) {
        /** One that holds good when the job is gone. */
        public static Last of(Job job) {
            return new Last(job.id(), job.created());
        }
    }

    /** The same query from another place. */
    public JobQuery from(@Nullable Last other) {
        return new JobQuery(owner, states, type, other, limit);
    }

    public JobQuery {
        states = Set.copyOf(states);
    }
}
