package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.log.JobQuery;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way through the jobs that a reader of all jobs of an owner begins with (contract §6): all unfinished ones, page by page,
 * then the newest {@link #FINISHED} finished ones.
 *
 * <p>Threads: one at a time.
 */
final class JobListing {
    /** How many finished jobs are listed. */
    static final int FINISHED = 100;

    private static final Set<JobState> UNFINISHED_STATES = Set.of(JobState.QUEUED, JobState.RUNNING);
    private static final Set<JobState> FINISHED_STATES = EnumSet.complementOf(EnumSet.copyOf(UNFINISHED_STATES));

    private final Iterator<String> owners;
    private final int pageSize;
    private @Nullable JobQuery next;

    JobListing(Set<String> owners, int pageSize) {
        this.owners = owners.iterator();
        this.pageSize = pageSize;
        nextOwner();
    }

    /** The page to read next; null at the end. */
    @Nullable
    JobQuery next() {
        return next;
    }

    /** Goes on after the page that {@link #next} asked for. */
    void read(List<Job> page) {
        JobQuery read = next;
        if (read == null) {
            return;
        }
        if (read.states().equals(FINISHED_STATES)) {
            nextOwner();
        } else if (page.size() == read.limit()) {
            JobQuery.Last last = JobQuery.Last.of(page.get(page.size() - 1));
            next = new JobQuery(read.owner(), UNFINISHED_STATES, null, last, pageSize);
        } else {
            next = new JobQuery(read.owner(), FINISHED_STATES, null, null, FINISHED);
        }
    }

    private void nextOwner() {
        next = owners.hasNext() ? new JobQuery(owners.next(), UNFINISHED_STATES, null, null, pageSize) : null;
    }
}
