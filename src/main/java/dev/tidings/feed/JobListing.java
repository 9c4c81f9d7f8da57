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
 * A way through the jobs that a reader of all jobs of an owner begins with (contract §6): all unfinished ones, then
 * the newest {@link #FINISHED} finished ones, page by page.
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
    private int finishedLeft; // 0 while unfinished jobs are listed

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
        boolean last = page.size() < read.limit();
        if (read.states().equals(FINISHED_STATES)) {
            finishedLeft -= page.size();
            if (last || finishedLeft == 0) {
                nextOwner();
                return;
            }
        } else if (last) {
            finishedLeft = FINISHED;
        }
        boolean finished = finishedLeft > 0;
        next = new JobQuery(
                read.owner(),
                finished ? FINISHED_STATES : UNFINISHED_STATES,
                null,
                page.isEmpty() || (last && finished) ? null : JobQuery.Last.of(page.get(page.size() - 1)),
                finished ? Math.min(pageSize, finishedLeft) : pageSize);
    }

    private void nextOwner() {
        finishedLeft = 0;
        next = owners.hasNext() ? new JobQuery(owners.next(), UNFINISHED_STATES, null, null, pageSize) : null;
    }
}
