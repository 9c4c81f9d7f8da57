package dev.tidings.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of long work as its owner sees it (contract §2).
 *
 * @param id opaque and unguessable: {@code [A-Za-z0-9_-]{1,64}}
 * @param title in the submitter's words
 * @param owner the user who submitted it
 * @param cancelRequested true from the {@code cancelling} event on
 * @param attempt the newest attempt, 0 before the first
 * @param error set when {@code failed}
 * @param artifacts complete result files, at most one of a name, in the order of their first appearance
 * @param seq the number of the newest event that this job contains
 * @param params as submitted: a JSON object
 * @param priority higher runs first; 0 when not given
 * @param notBefore when the next attempt may begin
 * @param node the name of the node that runs it; null unless {@code running}
 * @param retryOf the id of the job that this one retries
 */
public record Job(
        String id,
        String type,
        @Nullable String title,
        String owner,
        JobState state,
        boolean cancelRequested,
        int attempt,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant finished,
        @Nullable Progress progress,
        @Nullable Json result,
        @Nullable Problem error,
        List<Artifact> artifacts,
        long seq,
        Json params,
        int priority,
        Instant notBefore,
        @Nullable String node,
        @Nullable String retryOf) {

    public Job {
        artifacts = List.copyOf(artifacts);
    }

    /** A job before its first event. */
    public static Job queued(
            String id,
            String type,
            @Nullable String title,
            String owner,
            Instant created,
            Json params,
            int priority,
            Instant notBefore,
            @Nullable String retryOf) {
        return new Job(
                id,
                type,
                title,
                owner,
                JobState.QUEUED,
                false,
                0,
                created,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                0,
                params,
                priority,
                notBefore,
                null,
                retryOf);
    }

    /**
     * This job after one more event: the one place that says what each event means for a job's state.
     *
     * @param number the event's number, above {@link #seq}
     * @param at when it was appended
     */
    public Job after(long number, Instant at, Event event) {
        var next = new Change(this, number);
        if (event.terminal()) {
            next.node = null;
        }
        if (event instanceof Event.Queued) {
            next.state = JobState.QUEUED;
            next.node = null;
            next.notBefore = number == 1 ? notBefore : at;
        } else if (event instanceof Event.Started begun) {
            next.state = JobState.RUNNING;
            next.attempt = begun.attempt();
            next.node = begun.node();
            next.started = started == null ? at : started;
            next.progress = null;
        } else if (event instanceof Progress reported) {
            next.progress = reported;
        } else if (event instanceof Artifact made) {
            next.artifacts = with(made);
        } else if (event instanceof Event.Cancelling) {
            next.cancelRequested = true;
        } else if (event instanceof Event.Retrying retry) {
            next.state = JobState.QUEUED;
            next.node = null;
            next.notBefore = retry.notBefore();
        } else if (event instanceof Event.Succeeded done) {
            next.state = JobState.SUCCEEDED;
            next.progress = progress == null ? null : progress.complete();
            next.result = done.result();
            next.finished = at;
        } else if (event instanceof Event.Failed failure) {
            next.state = JobState.FAILED;
            next.progress = progress == null ? null : progress.over();
            next.error = failure.error();
            next.finished = at;
        } else if (event instanceof Event.Cancelled) {
            next.state = JobState.CANCELLED;
            next.progress = progress == null ? null : progress.over();
            next.finished = at;
        }
        return next.job();
    }

    private List<Artifact> with(Artifact made) {
        var all = new ArrayList<Artifact>(artifacts);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).name().equals(made.name())) {
                all.set(i, made);
                return all;
            }
        }
        all.add(made);
        return all;
    }

    /** The components that events change, while one is applied. */
    private static final class Change {
        private final Job before;
        private final long seq;
        private JobState state;
        private boolean cancelRequested;
        private int attempt;
        private @Nullable Instant started;
        private @Nullable Instant finished;
        private @Nullable Progress progress;
        private @Nullable Json result;
        private @Nullable Problem error;
        private List<Artifact> artifacts;
        private Instant notBefore;
        private @Nullable String node;

        Change(Job before, long seq) {
            this.before = before;
            this.seq = seq;
            state = before.state;
            cancelRequested = before.cancelRequested;
            attempt = before.attempt;
            started = before.started;
            finished = before.finished;
            progress = before.progress;
            result = before.result;
            error = before.error;
            artifacts = before.artifacts;
            notBefore = before.notBefore;
            node = before.node;
        }

        Job job() {
            return new Job(
                    before.id,
                    before.type,
                    before.title,
                    before.owner,
                    state,
                    cancelRequested,
                    attempt,
                    before.created,
                    started,
                    finished,
                    progress,
                    result,
                    error,
                    artifacts,
                    seq,
                    before.params,
                    before.priority,
                    notBefore,
                    node,
                    before.retryOf);
        }
    }
}
