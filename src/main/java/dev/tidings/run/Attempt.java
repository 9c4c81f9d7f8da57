package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobInput;
import dev.tidings.job.Json;
import dev.tidings.job.PermanentFailure;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobRow;
import dev.tidings.run.AttemptLog.End;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One try at one job, from the claim to the end.
 *
 * <p>It is <em>settled</em> when its end is stored or it has lost its job. It is <em>over</em> when its thread is free too.
 *
 * <p>An attempt that is to stop is interrupted at once and twice more. When its thread is still busy after the grace, the
 * attempt ends without its handler: its claim ends, and later reports of the handler are dropped.
 *
 * <p>Threads: {@link #run} on a job thread. Any thread may cancel it, hand it over or declare it lost.
 */
final class Attempt implements Runnable, AttemptLog.Owner {
    /** The most bytes of a result's JSON in an event. A longer result becomes an artifact. */
    static final int RESULT_BYTES = 48 * 1024;

    private static final List<Duration> INTERRUPTED_AGAIN_AFTER = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final Logger LOG = System.getLogger(Attempt.class.getName());

    /** Threads: any, without a lock. */
    interface Listener {
        /** The attempt is settled, or over. */
        void changed(Attempt attempt);

        /** The attempt was to stop, and its thread is still busy after the grace. */
        void ignoresInterruption(Attempt attempt);
    }

    // Fixed at construction.
    private final AttemptServices services;
    private final AttemptOutcomes outcomes;
    private final JobHandler<?> handler;
    private final Job job;
    private final long claim;
    private final AttemptLog events;
    private final AttemptContext context;
    private final Listener listener;

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
     */
    Attempt(
            AttemptServices services,
            AttemptOutcomes outcomes,
            JobHandler<?> handler,
            JobRow row,
            List<InputFile> files,
            long heldUntilNanos,
            Listener listener) {
        this.services = services;
        this.outcomes = outcomes;
        this.handler = handler;
        this.job = row.job();
        this.claim = row.claim();
        this.heldUntilNanos = heldUntilNanos;
        this.listener = listener;
        this.events = new AttemptLog(services.appender(), job.id(), claim, this);
        var settings = services.settings();
        var throttle =
                new ProgressThrottle(events, services.timer(), settings.progressInterval(), settings.eventBytes());
        List<JobInput> inputs = files.stream()
                .<JobInput>map(file -> new StoredInput(file, services.blobs(), services.storeThreads()))
                .toList();
        this.context = new AttemptContext(job, row.logLines(), inputs, events, throttle, services, () -> stop);
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
        Thread current = Thread.currentThread();
        String name = current.getName();
        current.setName(name + " job " + job.id());
        synchronized (lock) {
            thread = current;
        }
        try {
            if (!settled) {
                work(handler);
            }
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, this + " broke off; its lease ends, then it is tried again", failure);
            lose("it broke off");
        } finally {
            current.setName(name);
            free();
        }
    }

    private <P> void work(JobHandler<P> typed) {
        P params;
        try {
            params = services.binding().read(job.params(), typed.type().params());
        } catch (RuntimeException e) {
            finish(false, AttemptOutcomes.failedForGood(AttemptProblems.invalidParameters(e)));
            return;
        }
        Object result;
        try {
            if (stop) {
                throw new CancellationException("The job was cancelled before it began.");
            }
            result = typed.run(params, context);
        } catch (PermanentFailure e) {
            finish(false, AttemptOutcomes.failedForGood(AttemptProblems.handlerFailed(e)));
            return;
        } catch (Throwable e) {
            if (!stop) {
                LOG.log(Level.WARNING, this + " failed", e);
            }
            finish(false, outcomes.failed(AttemptProblems.handlerFailed(e)));
            return;
        }
        synchronized (lock) {
            thread = null; // what the handler has done is stored without interruption
            Thread.interrupted();
        }
        finish(true, returned(result));
    }

    private End returned(@Nullable Object result) {
        Json json;
        try {
            json = services.binding().write(result);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the result of job " + job.id() + " is not JSON; the job fails", e);
            return AttemptOutcomes.failedForGood(AttemptProblems.invalidResult());
        }
        byte[] bytes = json.text().getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= RESULT_BYTES) {
            return AttemptOutcomes.succeeded(json);
        }
        try {
            return AttemptOutcomes.succeeded(context.storeResult(bytes));
        } catch (IOException e) {
            LOG.log(Level.WARNING, this + " could not store its result as an artifact", e);
            return outcomes.failed(AttemptProblems.handlerFailed(e));
        }
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
        events.end(end);
        return true;
    }

    /** The thread is free again, and nobody interrupts it for this attempt any more. */
    private void free() {
        synchronized (lock) {
            thread = null;
            finished = true;
            Thread.interrupted();
        }
        listener.changed(this);
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
        if (finish(false, AttemptOutcomes.handedOver())) {
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
        events.stop();
        context.close(false);
        stop = true;
        boolean news;
        synchronized (lock) {
            news = !settled;
            settled = true;
        }
        if (news) {
            LOG.log(Level.WARNING, this + " is stopped and stores nothing more: " + why);
            interrupt();
            listener.changed(this);
        }
    }

    @Override
    public void ended() {
        settled = true;
        listener.changed(this);
    }

    @Override
    public void fenced() {
        lose("the job was taken over");
    }

    private void interrupt() {
        interruptOnce();
        for (Duration again : INTERRUPTED_AGAIN_AFTER) {
            services.timer().after(again, this::interruptOnce);
        }
        services.timer().after(services.settings().cancelGrace(), this::endGrace);
    }

    private void endGrace() {
        synchronized (lock) {
            if (thread == null) {
                return;
            }
        }
        finish(false, AttemptOutcomes.handedOver());
        listener.ignoresInterruption(this);
    }

    private void interruptOnce() {
        synchronized (lock) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "attempt " + job.attempt() + " of job " + job.id();
    }
}
