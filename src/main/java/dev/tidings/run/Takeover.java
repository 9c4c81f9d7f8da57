package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.JobState;
import dev.tidings.log.Appender;
import dev.tidings.log.JobStore;
import dev.tidings.log.StoreException;
import dev.tidings.log.Write;
import dev.tidings.log.Written;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;

/**
 * Frees jobs whose owner, a node or an external worker, fell silent: put back, or ended when no attempt is left.
 *
 * <p>Every node looks four times in a lease; who comes first under the row's lock decides.
 *
 * <p>Threads: looks run on store threads, one at a time.
 */
final class Takeover {
    private static final int BATCH = 100;
    private static final Logger LOG = System.getLogger(Takeover.class.getName());

    private final Runner runner;
    private final JobStore store;
    private final Appender appender;
    private final Endings endings;
    private final Executor storeThreads;
    private final Timer timer;
    private final RandomGenerator random;
    private final Duration pause;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private Timer.Alarm next = () -> {};

    Takeover(
            Runner runner,
            JobStore store,
            Appender appender,
            Endings endings,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            Duration lease) {
        this.runner = runner;
        this.store = store;
        this.appender = appender;
        this.endings = endings;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.random = random;
        this.pause = lease.dividedBy(4);
    }

    /** Looks at once: a node that died may have been this one. */
    void start() {
        begin();
    }

    void close() {
        synchronized (lock) {
            closed = true;
            next.cancel();
        }
    }

    private void lookIn(Duration delay) {
        synchronized (lock) {
            if (!closed) {
                next = timer.after(delay, this::begin);
            }
        }
    }

    private void begin() {
        try {
            storeThreads.execute(this::look);
        } catch (RejectedExecutionException full) {
            lookIn(Backoff.jittered(pause, random));
        }
    }

    private void look() {
        List<String> lapsed = List.of();
        try {
            lapsed = store.lapsed(BATCH);
            lapsed.forEach(this::free);
        } catch (StoreException away) {
            LOG.log(Level.DEBUG, "cannot look for lost jobs", away);
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "cannot look for lost jobs", failure);
        }
        lookIn(Backoff.jittered(lapsed.size() < BATCH ? pause : pause.dividedBy(10), random));
    }

    private void free(String job) {
        var unused = appender.write(new Write(job, endings::takenOver)).thenAccept(written -> {
            if (written instanceof Written.Done done) {
                JobState state = done.row().job().state();
                LOG.log(Level.INFO, "job " + job + " was lost by who ran it and is now " + state.word());
                if (state == JobState.QUEUED) {
                    runner.wake();
                }
            }
        });
    }
}
