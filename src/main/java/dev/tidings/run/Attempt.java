package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobInput;
import dev.tidings.job.Json;
import dev.tidings.job.PermanentFailure;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobRow;
import dev.tidings.run.Outbox.End;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try at one job, from the claim to the end.
 *
 * <p>It is <em>settled</em> when its end is stored or it has lost its job, and <em>over</em> when its thread is free too;
 * a handler that ignores its interruption keeps its place at the node until it returns.
 *
 * <p>Threads: {@link #run} on a job thread. Any thread may cancel it, hand it over or declare it lost; these interrupt
 * the handler, at once and twice more. {@code changed} is called on any thread, without a lock.
 */
final class Attempt implements Runnable, Outbox.Owner {
    /** The most bytes of a result's JSON. */
    static final int RESULT_BYTES = 256 * 1024;

    private static final List<Duration> INTERRUPTED_AGAIN_AFTER = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final Logger LOG = System.getLogger(Attempt.class.getName());

    // Fixed at construction.
    private final Tools tools;
    private final Endings endings;
    private final JobHandler<?> handler;
    private final Job job;
    private final long claim;
    private final Outbox outbox;
    private final Context context;
    private final Consumer<Attempt> changed;

    // Shared.
    private volatile boolean stop;
    private volatile boolean settled;
    private volatile long heldUntilNanos;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private boolean ending;

    @GuardedBy("lock")
    private boolean finished;

    /**
     * @param row the job's, just after the claim
     * @param heldUntilNanos when the lease ends, on the timer's clock that never jumps
     * @param changed hears that the attempt is settled, or over
     */
    Attempt(
            Tools tools,
            Endings endings,
            JobHandler<?> handler,
            JobRow row,
            List<InputFile> files,
            long heldUntilNanos,
            Consumer<Attempt> changed) {
        this.tools = tools;
        this.endings = endings;
        this.handler = handler;
        this.job = row.job();
        this.claim = row.claim();
        this.heldUntilNanos = heldUntilNanos;
        this.changed = changed;
        this.outbox = new Outbox(tools.appender(), job.id(), claim, this);
        var settings = tools.settings();
        var sampler = new Sampler(outbox, tools.timer(), settings.progressInterval(), settings.eventBytes());
        List<JobInput> inputs = files.stream()
                .<JobInput>map(file -> new StoredInput(file, tools.blobs(), tools.storeThreads()))
                .toList();
        this.context = new Context(job.id(), job.attempt(), row.logLines(), inputs, outbox, sampler, tools, () -> stop);
    }

    String jobId() {
        return job.id();
    }

    long claim() {
        return claim;
    }

    /** Whether its end is stored, or it has lost its job. */
    boolean settled() {
        return settled;
    }

    /** Whether nothing of it is left. */
    boolean over() {
        synchronized (lock) {
            return settled && finished;
        }
    }

    /** Whether its handler is done, or it is handed over, and only its end is not stored yet. */
    boolean ending() {
        synchronized (lock) {
            return ending;
        }
    }

    long heldUntilNanos() {
        return heldUntilNanos;
    }

    void heldUntil(long nanos) {
        heldUntilNanos = nanos;
    }

    @Override
    public void run() {
        synchronized (lock) {
            thread = Thread.currentThread();
        }
        try {
            if (!settled) {
                work(handler);
            }
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "attempt " + job.attempt() + " of job " + job.id() + " broke off", failure);
            lose("it broke off");
        } finally {
            free();
        }
    }

    private <P> void work(JobHandler<P> typed) {
        P params;
        try {
            params = tools.binding().read(job.params(), typed.type().params());
        } catch (RuntimeException e) {
            finish(false, Endings.failedForGood(Problems.invalidParameters(e)));
            return;
        }
        Object result;
        try {
            if (stop) {
                throw new CancellationException("The job was to stop before it began.");
            }
            result = typed.run(params, context);
        } catch (PermanentFailure e) {
            finish(false, Endings.failedForGood(Problems.handlerFailed(e)));
            return;
        } catch (Throwable e) {
            if (!stop) {
                LOG.log(Level.WARNING, "attempt " + job.attempt() + " of job " + job.id() + " failed", e);
            }
            finish(false, endings.failed(Problems.handlerFailed(e)));
            return;
        }
        finish(true, returned(result));
    }

    private End returned(@Nullable Object result) {
        Json json;
        try {
            json = tools.binding().write(result);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the result of job " + job.id() + " is not JSON", e);
            return Endings.failedForGood(Problems.invalidResult());
        }
        int bytes = json.text().getBytes(StandardCharsets.UTF_8).length;
        return bytes > RESULT_BYTES
                ? Endings.failedForGood(Problems.resultTooLarge(bytes, RESULT_BYTES))
                : Endings.succeeded(json);
    }

    /** Ends the attempt once; a second end does nothing. */
    private boolean finish(boolean well, End end) {
        synchronized (lock) {
            if (ending) {
                return false;
            }
            ending = true;
        }
        context.close(well);
        outbox.end(end);
        return true;
    }

    /** The thread is free again, and nobody interrupts it for this attempt any more. */
    private void free() {
        synchronized (lock) {
            thread = null;
            finished = true;
            Thread.interrupted();
        }
        changed.accept(this);
    }

    /** A user wants the job to stop. */
    void cancel() {
        if (!stop && !settled) {
            stop = true;
            interrupt();
        }
    }

    /** The job is put back at once, for another node; nothing that the handler does from now on is stored. */
    void handOver() {
        if (finish(false, Endings.handedOver())) {
            stop = true;
            interrupt();
        }
    }

    /** No thread would take the attempt: the job is put back. */
    void refused() {
        synchronized (lock) {
            finished = true;
        }
        handOver();
    }

    /** The claim is another's, or must be taken for it. */
    void lose(String why) {
        outbox.stop();
        context.close(false);
        stop = true;
        boolean news;
        synchronized (lock) {
            news = !settled;
            settled = true;
        }
        if (news) {
            LOG.log(
                    Level.WARNING,
                    "attempt " + job.attempt() + " of job " + job.id() + " is stopped and stores nothing more: " + why);
            interrupt();
            changed.accept(this);
        }
    }

    @Override
    public void ended() {
        settled = true;
        changed.accept(this);
    }

    @Override
    public void fenced() {
        lose("the job was taken over");
    }

    private void interrupt() {
        interruptOnce();
        for (Duration again : INTERRUPTED_AGAIN_AFTER) {
            tools.timer().after(again, this::interruptOnce);
        }
    }

    private void interruptOnce() {
        synchronized (lock) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
