package dev.tidings.log;

import dev.tidings.job.JobState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list, newest first.
 *
 * @param owner null for everybody's
 * @param states empty for any
 * @param type null for any
 * @param after the id of the last job of the page before; null for the first page. A job that is gone since makes an
 *     empty page
 * @param limit 1 or more
 */
public record JobQuery(
        @Nullable String owner,
        Set<JobState> states,
        @Nullable String type,
        @Nullable String after,
        int limit) {
    public JobQuery {
        states = Set.copyOf(states);
    }
}
