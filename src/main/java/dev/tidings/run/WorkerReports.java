package dev.tidings.run;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import dev.tidings.log.Appender;
import dev.tidings.log.Decision.Verdict;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.JobRow;
import dev.tidings.log.Write;
import dev.tidings.log.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what external workers report (contract §8), at whichever node. Every report, and one that is refused not,
 * extends the worker's lease.
 *
 * <p>Threads: any.
 */
public final class WorkerReports {
    /** The most events in one report. */
    public static final int MOST_EVENTS = 1_000;

    private final Appender appender;
    private final Duration timeout;
    private final int eventBytes;
    private final int logLines;

    /** What became of a report. */
    public sealed interface Answer {
        /**
         * It is stored, now or by an earlier call with the same key.
         *
         * @param job as it is then: its {@code seq} and whether it is to be cancelled
         * @param created whether an artifact is new; false when the same bytes were there
         */
        record Stored(Job job, boolean created) implements Answer {}

        /** The job is over, or not a worker's, or has the artifact with other bytes, or nobody asked for its cancellation. */
        record Conflict(Job job, String why) implements Answer {}

        /** The key was used for something else. */
        record KeyReused() implements Answer {}

        /** There is no such job, for who reports. */
        record Missing() implements Answer {}
    }

    /**
     * @param timeout the silence after which a worker counts as lost
     * @param eventBytes longer texts are cut
     * @param logLines most log lines of a job
     */
    public WorkerReports(Appender appender, Duration timeout, int eventBytes, int logLines) {
        this.appender = appender;
        this.timeout = timeout;
        this.eventBytes = eventBytes;
        this.logLines = logLines;
    }

    /**
     * Appends all of these events or none. Who reports is judged by the row that is locked for it: a report reads nothing
     * before it writes.
     *
     * @param seen which jobs there are for who reports
     * @param events {@code progress}, {@code log}, {@code succeeded}, {@code failed}, {@code cancelled}; a
     *     {@code cancelled} event's {@code by} is replaced by who asked
     * @param key makes the report safe to repeat; null when it is not
     * @return fails with {@link dev.tidings.log.StoreException} when the store does
     * @throws IllegalArgumentException when an event is of another type, follows the last one, or there are too many
     */
    public CompletableFuture<Answer> report(
            String id, Predicate<Job> seen, List<Event> events, @Nullable IdempotencyKey key) {
        check(events);
        List<Event> fit = events.stream().map(this::fit).toList();
        var why = new String[1];
        var decision = new Write(id, row -> seen.test(row.job()) ? decide(row, fit, why) : Verdict.NOTHING, key);
        return appender.write(decision).thenApply(written -> {
            boolean hidden = written instanceof Written.Unchanged unchanged
                    && !seen.test(unchanged.row().job());
            return hidden ? new Answer.Missing() : answer(written, why[0], true);
        });
    }

    /**
     * Appends an artifact whose bytes are stored already. The caller discards the blob unless it is
     * {@link Answer.Stored#created}.
     *
     * @throws IllegalArgumentException when the name or the media type is not one
     */
    public CompletableFuture<Answer> artifact(String id, Artifact artifact) {
        ArtifactFiles.checkName(artifact.name());
        ArtifactFiles.checkMediaType(artifact.mediaType());
        var why = new String[1];
        return appender.write(new Write(id, row -> decide(row, artifact, why)))
                .thenApply(written -> answer(written, why[0], grown(written)));
    }

    private static void check(List<Event> events) {
        if (events.isEmpty() || events.size() > MOST_EVENTS) {
            throw new IllegalArgumentException("a report has 1 to " + MOST_EVENTS + " events");
        }
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            boolean workers = event instanceof Progress
                    || event instanceof Event.Log
                    || event instanceof Event.Succeeded
                    || event instanceof Event.Failed
                    || event instanceof Event.Cancelled;
            if (!workers) {
                throw new IllegalArgumentException("a worker does not report '" + event.type() + "'");
            }
            if (event.terminal() && i < events.size() - 1) {
                throw new IllegalArgumentException("nothing follows '" + event.type() + "'");
            }
        }
    }

    private Event fit(Event event) {
        if (event instanceof Event.Log line) {
            return new Event.Log(line.level(), Texts.fit(line.message(), eventBytes));
        }
        if (event instanceof Event.Failed failed) {
            Problem error = failed.error();
            return new Event.Failed(new Problem(
                    Texts.fit(error.type(), 200),
                    Texts.fit(error.title(), 300),
                    Texts.fit(error.detail(), eventBytes),
                    error.more()));
        }
        return event instanceof Progress progress ? Sampler.fit(progress, eventBytes) : event;
    }

    private Verdict decide(JobRow row, List<Event> events, @Nullable String[] why) {
        why[0] = refusal(row);
        if (why[0] == null
                && !row.job().cancelRequested()
                && events.stream().anyMatch(Event.Cancelled.class::isInstance)) {
            why[0] = "Nobody has asked for the job's cancellation.";
        }
        if (why[0] != null) {
            return Verdict.NOTHING;
        }
        return limited(row, events);
    }

    private static @Nullable String refusal(JobRow row) {
        if (!row.worker()) {
            return "The job is not an external worker's.";
        }
        return row.job().state().terminal() ? "The job is over." : null;
    }

    /** The events without the log lines that the job may not have any more; before the end their number is told. */
    private Verdict limited(JobRow row, List<Event> events) {
        var kept = new ArrayList<Event>(events.size());
        int lines = row.logLines();
        int leftOut = 0;
        for (Event event : events) {
            if (event instanceof Event.Log && ++lines > logLines) {
                leftOut++;
                continue;
            }
            if (event.terminal() && lines > logLines) {
                kept.add(Endings.leftOut(lines - logLines, logLines));
            }
            kept.add(event instanceof Event.Cancelled ? Endings.cancelled(row) : event);
        }
        return new Verdict(kept, null, false, timeout, leftOut);
    }

    private Verdict decide(JobRow row, Artifact artifact, @Nullable String[] why) {
        why[0] = refusal(row);
        for (Artifact there : row.job().artifacts()) {
            if (why[0] == null && there.name().equals(artifact.name())) {
                if (there.etag().equals(artifact.etag())) {
                    return new Verdict(List.of(), null, false, timeout);
                }
                why[0] = "The job has an artifact of that name with other bytes.";
            }
        }
        return why[0] == null ? new Verdict(List.of(artifact), null, false, timeout) : Verdict.NOTHING;
    }

    private static boolean grown(Written written) {
        return written instanceof Written.Done done && !done.growth().entries().isEmpty();
    }

    private static Answer answer(Written written, @Nullable String why, boolean created) {
        if (written instanceof Written.Done done) {
            return new Answer.Stored(done.row().job(), created);
        }
        if (written instanceof Written.Repeated repeated) {
            return new Answer.Stored(repeated.job(), false);
        }
        if (written instanceof Written.Unchanged unchanged) {
            Job job = unchanged.row().job();
            return new Answer.Conflict(job, why == null ? "The job does not take the report." : why);
        }
        return written instanceof Written.KeyReused ? new Answer.KeyReused() : new Answer.Missing();
    }
}
