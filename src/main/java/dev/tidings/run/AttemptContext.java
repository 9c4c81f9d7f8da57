package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobInput;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.log.ArtifactStore;
import dev.tidings.time.Timer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The {@link JobContext} of one attempt.
 *
 * <p>Threads: any thread of the handler; {@link #close} by the one that ran it or that ends it.
 */
final class AttemptContext implements JobContext {
    /** How long a complete artifact waits to be announced when the handler says nothing else. */
    static final Duration ANNOUNCED_AFTER = Duration.ofMillis(50);

    // Fixed at construction.
    private final Job job;
    private final List<JobInput> inputs;
    private final AttemptLog events;
    private final ProgressThrottle throttle;
    private final ArtifactStore blobs;
    private final StoreThreads threads;
    private final Timer timer;
    private final RunSettings settings;
    private final BooleanSupplier cancelled;

    private final Object lock = new Object();

    /** Names of artifacts that the job has, or that this attempt has begun. */
    @GuardedBy("lock")
    private final Set<String> names = new HashSet<>();

    @GuardedBy("lock")
    private final Set<ArtifactOut> unfinished = new HashSet<>();

    @GuardedBy("lock")
    private List<ArtifactOut> complete = new ArrayList<>();

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private long lines;

    @GuardedBy("lock")
    private long surplusLines;

    /** @param logLines lines that the log has from earlier attempts */
    AttemptContext(
            Job job,
            int logLines,
            List<JobInput> inputs,
            AttemptLog events,
            ProgressThrottle throttle,
            AttemptServices services,
            BooleanSupplier cancelled) {
        this.job = job;
        job.artifacts().forEach(artifact -> names.add(artifact.name()));
        this.lines = logLines;
        this.inputs = List.copyOf(inputs);
        this.events = events;
        this.throttle = throttle;
        this.blobs = services.blobs();
        this.threads = services.storeThreads();
        this.timer = services.timer();
        this.settings = services.settings();
        this.cancelled = cancelled;
    }

    @Override
    public String jobId() {
        return job.id();
    }

    @Override
    public int attempt() {
        return job.attempt();
    }

    @Override
    public List<JobInput> inputs() {
        return inputs;
    }

    @Override
    public void progress(long done, long total, String unit) {
        throttle.progress(done, total, unit);
    }

    @Override
    public void stage(String stage) {
        announce();
        throttle.stage(stage);
    }

    @Override
    public void message(String message) {
        throttle.message(message);
    }

    @Override
    public void log(LogLevel level, String message) {
        announce();
        synchronized (lock) {
            if (lines >= settings.logLines()) {
                surplusLines++;
                return;
            }
            lines++;
        }
        throttle.flush();
        events.add(new Event.Log(level, TextLimits.fit(message, settings.eventBytes())));
    }

    @Override
    public OutputStream artifact(String name, String mediaType) throws IOException {
        ArtifactFiles.checkName(name);
        ArtifactFiles.checkMediaType(mediaType);
        announce();
        var out = new ArtifactOut(name, mediaType, blobs, threads, this::completed);
        synchronized (lock) {
            if (closed) {
                throw new IOException("the attempt is over; " + name + " is not stored");
            }
            names.add(name);
            unfinished.add(out);
        }
        return out;
    }

    /**
     * Stores a result that is too long for an event as an artifact, under a name that the job does not use.
     *
     * @return the result that refers to it
     * @throws IOException when the store cannot be written, or the attempt is over
     */
    Json storeResult(byte[] json) throws IOException {
        Set<String> taken;
        synchronized (lock) {
            taken = Set.copyOf(names);
        }
        String name = ArtifactFiles.resultName(taken);
        OutputStream out = artifact(name, ArtifactFiles.RESULT_TYPE);
        out.write(json);
        out.close();
        return ArtifactFiles.resultReference(name);
    }

    @Override
    public boolean cancelled() {
        return cancelled.getAsBoolean();
    }

    /**
     * Lets the handler say no more. What is held back is sent; a file whose stream is open is dropped, and one that is
     * complete but not announced yet too when the handler threw, since what threw may have closed it.
     *
     * @param well whether the handler returned
     */
    void close(boolean well) {
        if (well) {
            announce();
        }
        List<ArtifactOut> dropped;
        List<ArtifactOut> open;
        long surplus;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            surplus = surplusLines;
            dropped = complete;
            complete = new ArrayList<>();
            open = List.copyOf(unfinished);
            unfinished.clear();
        }
        dropped.forEach(ArtifactOut::discard);
        open.forEach(ArtifactOut::abort);
        throttle.close();
        if (surplus > 0) {
            events.addAtOnce(AttemptOutcomes.leftOut(surplus, settings.logLines()));
        }
    }

    private boolean completed(ArtifactOut out) {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            unfinished.remove(out);
            complete.add(out);
        }
        timer.after(ANNOUNCED_AFTER, this::announce);
        return true;
    }

    private void announce() {
        List<ArtifactOut> files;
        synchronized (lock) {
            if (complete.isEmpty()) {
                return;
            }
            files = complete;
            complete = new ArrayList<>();
        }
        throttle.flush();
        files.forEach(file -> events.addAtOnce(file.artifact()));
    }
}
