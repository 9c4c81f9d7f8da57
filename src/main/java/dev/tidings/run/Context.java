package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Event;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobInput;
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
 * What one attempt's handler has to hand.
 *
 * <p>Threads: any thread of the handler; {@link #close} by the one that ran it or that ends it.
 */
final class Context implements JobContext {
    /** How long a complete artifact waits to be announced when the handler says nothing else. */
    static final Duration ANNOUNCED_AFTER = Duration.ofMillis(50);

    // Fixed at construction.
    private final String jobId;
    private final int attempt;
    private final List<JobInput> inputs;
    private final Outbox outbox;
    private final Sampler sampler;
    private final ArtifactStore blobs;
    private final StoreThreads threads;
    private final Timer timer;
    private final RunSettings settings;
    private final BooleanSupplier cancelled;

    private final Object lock = new Object();

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
    Context(
            String jobId,
            int attempt,
            int logLines,
            List<JobInput> inputs,
            Outbox outbox,
            Sampler sampler,
            Tools tools,
            BooleanSupplier cancelled) {
        this.jobId = jobId;
        this.attempt = attempt;
        this.lines = logLines;
        this.inputs = List.copyOf(inputs);
        this.outbox = outbox;
        this.sampler = sampler;
        this.blobs = tools.blobs();
        this.threads = tools.storeThreads();
        this.timer = tools.timer();
        this.settings = tools.settings();
        this.cancelled = cancelled;
    }

    @Override
    public String jobId() {
        return jobId;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public List<JobInput> inputs() {
        return inputs;
    }

    @Override
    public void progress(long done, long total, String unit) {
        sampler.progress(done, total, unit);
    }

    @Override
    public void stage(String stage) {
        announce();
        sampler.stage(stage);
    }

    @Override
    public void message(String message) {
        sampler.message(message);
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
        sampler.flush();
        outbox.add(new Event.Log(level, Texts.fit(message, settings.eventBytes())));
    }

    @Override
    public OutputStream artifact(String name, String mediaType) throws IOException {
        ArtifactFiles.checkName(name);
        ArtifactFiles.checkMediaType(mediaType);
        announce();
        var out = new ArtifactOut(name, mediaType, blobs, threads, this::completed);
        synchronized (lock) {
            if (closed) {
                throw new IOException("the attempt is over; " + name + " cannot be stored");
            }
            unfinished.add(out);
        }
        return out;
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
        sampler.close();
        if (surplus > 0) {
            outbox.addAtOnce(Endings.leftOut(surplus, settings.logLines()));
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
        sampler.flush();
        files.forEach(file -> outbox.addAtOnce(file.artifact()));
    }
}
