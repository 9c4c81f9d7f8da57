package dev.tidings.run;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Progress;
import dev.tidings.log.Appender;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.JobRow;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what external workers report (contract §8), at whichever node. Each accepted report renews the worker's lease.
 *
 * <p>Threads: any.
 */
public final class WorkerReports {
    /** The most events in one report. */
    public static final int MOST_EVENTS = 1_000;

    private static final Logger LOG = System.getLogger(WorkerReports.class.getName());

    private final Appender appender;
    private final ArtifactStore blobs;
    private final StoreThreads storeThreads;
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

        /** There is no such job for the caller. */
        record Missing() implements Answer {}
    }

    /**
     * @param storeThreads blocks in the store; is never interrupted
     * @param random shared by threads
     * @param timeout the silence after which a worker counts as lost
     * @param eventBytes longer texts are cut
     * @param logLines most log lines of a job
     */
    public WorkerReports(
            Appender appender,
            ArtifactStore blobs,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration timeout,
            int eventBytes,
            int logLines) {
        this.appender = appender;
        this.blobs = blobs;
        this.storeThreads = new StoreThreads(storeThreads, timer, random);
        this.timeout = timeout;
        this.eventBytes = eventBytes;
        this.logLines = logLines;
    }

    /**
     * Appends all of these events or none. The row that is locked for the write decides whether the caller may report, so
     * a report reads nothing before it writes. A result that is too long for an event becomes an artifact.
     *
     * @param seen which jobs exist for the caller
     * @param events {@code progress}, {@code log}, {@code succeeded}, {@code failed}, {@code cancelled}; a
     *     {@code cancelled} event's {@code by} is replaced by the user who asked
     * @param key makes the report safe to repeat; null when it is not
     * @return fails with {@link dev.tidings.log.StoreException} when the store does
     * @throws IllegalArgumentException when an event is of another type, follows the last one, or there are too many
     */
    public CompletableFuture<Answer> report(
            String id, Predicate<Job> seen, List<Event> events, @Nullable IdempotencyKey key) {
        check(events);
        List<Event> fit = events.stream().map(this::fit).toList();
        byte[] longResult = longResult(events);
        if (longResult == null) {
            return appender.write(new Write(id, row -> decide(row, seen, fit, null), key))
                    .thenApply(written -> answer(written, seen));
        }
        String blob = UUID.randomUUID().toString();
        return store(blob, longResult)
                .thenCompose(etag -> {
                    var result = new Artifact("result.json", ArtifactFiles.RESULT_TYPE, longResult.length, etag, blob);
                    return appender.write(new Write(id, row -> decide(row, seen, fit, result), key));
                })
                .whenComplete((written, failure) -> {
                    if (written != null && !(written instanceof WriteResult.Done)) {
                        discard(blob);
                    }
                })
                .thenApply(written -> answer(written, seen));
    }

    private static byte @Nullable [] longResult(List<Event> events) {
        if (events.get(events.size() - 1) instanceof Event.Succeeded end && end.result() != null) {
            byte[] json = end.result().text().getBytes(StandardCharsets.UTF_8);
            return json.length > Attempt.RESULT_BYTES ? json : null;
        }
        return null;
    }

    /** Stores the bytes in chunks; answers their tag. */
    private CompletableFuture<String> store(String blob, byte[] bytes) {
        return storeThreads.beginPatiently(() -> {
            for (int i = 0; i * ArtifactStore.CHUNK_BYTES < bytes.length; i++) {
                int from = i * ArtifactStore.CHUNK_BYTES;
                blobs.put(
                        blob,
                        i,
                        Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + ArtifactStore.CHUNK_BYTES)));
            }
            return Artifact.etag(ArtifactOut.sha256().digest(bytes));
        });
    }

    private void discard(String blob) {
        var unused = storeThreads
                .begin(() -> {
                    blobs.discard(blob);
                    return null;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.log(Level.DEBUG, "cannot discard the bytes " + blob + "; the next sweep does", failure);
                    }
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
        return appender.write(new Write(id, row -> decide(row, artifact)))
                .thenApply(written -> answer(written, job -> true));
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
            return new Event.Log(line.level(), TextLimits.fit(line.message(), eventBytes));
        }
        if (event instanceof Event.Failed failed) {
            return new Event.Failed(AttemptProblems.fit(failed.error(), eventBytes));
        }
        return event instanceof Progress progress ? ProgressThrottle.fit(progress, eventBytes) : event;
    }

    private Verdict decide(JobRow row, Predicate<Job> seen, List<Event> events, @Nullable Artifact result) {
        if (!seen.test(row.job())) {
            return Verdict.NOTHING;
        }
        String refusal = refusal(row);
        if (refusal != null) {
            return Verdict.refuse(refusal);
        }
        if (!row.job().cancelRequested() && events.stream().anyMatch(Event.Cancelled.class::isInstance)) {
            return Verdict.refuse("Cancellation of this job was not requested.");
        }
        return limited(row, events, result);
    }

    private static @Nullable String refusal(JobRow row) {
        if (!row.worker()) {
            return "This job does not belong to an external worker.";
        }
        return row.job().state().terminal() ? "The job is over." : null;
    }

    /** The events without the log lines beyond the limit. Before the end one line tells how many were left out. */
    private Verdict limited(JobRow row, List<Event> events, @Nullable Artifact result) {
        var kept = new ArrayList<Event>(events.size());
        int lines = row.logLines();
        int leftOut = 0;
        for (Event event : events) {
            if (event instanceof Event.Log && ++lines > logLines) {
                leftOut++;
                continue;
            }
            if (event.terminal() && lines > logLines) {
                kept.add(AttemptOutcomes.leftOut(lines - logLines, logLines));
            }
            if (event instanceof Event.Succeeded && result != null) {
                String name = ArtifactFiles.resultName(
                        row.job().artifacts().stream().map(Artifact::name).collect(Collectors.toSet()));
                kept.add(new Artifact(name, result.mediaType(), result.size(), result.etag(), result.version()));
                kept.add(new Event.Succeeded(ArtifactFiles.resultReference(name)));
            } else {
                kept.add(event instanceof Event.Cancelled ? AttemptOutcomes.cancelled(row) : event);
            }
        }
        return Verdict.renewing(timeout, kept, leftOut);
    }

    private Verdict decide(JobRow row, Artifact artifact) {
        String refusal = refusal(row);
        if (refusal != null) {
            return Verdict.refuse(refusal);
        }
        for (Artifact there : row.job().artifacts()) {
            if (there.name().equals(artifact.name())) {
                return there.etag().equals(artifact.etag())
                        ? Verdict.renewing(timeout, List.of(), 0)
                        : Verdict.refuse("The job has an artifact of that name with other bytes.");
            }
        }
        return Verdict.renewing(timeout, List.of(artifact), 0);
    }

    private static Answer answer(WriteResult written, Predicate<Job> seen) {
        if (written instanceof WriteResult.Done done) {
            return new Answer.Stored(done.row().job(), !done.growth().entries().isEmpty());
        }
        if (written instanceof WriteResult.Repeated repeated) {
            return new Answer.Stored(repeated.job(), false);
        }
        if (written instanceof WriteResult.Refused refused) {
            return new Answer.Conflict(refused.row().job(), refused.reason());
        }
        if (written instanceof WriteResult.Unchanged unchanged
                && seen.test(unchanged.row().job())) {
            return new Answer.Conflict(unchanged.row().job(), "The job does not accept this report.");
        }
        return written instanceof WriteResult.KeyReused ? new Answer.KeyReused() : new Answer.Missing();
    }
}
