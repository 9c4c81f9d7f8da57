package dev.tidings.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Background work that repeats: on request, after a time, or both.
 *
 * <pre>
 *             request(), next()           due, and no rest
 *   IDLE -----------------------&gt; WANTED -----------------&gt; UNDER WAY
 *    ^                               ^                            |
 *    |                               +--- requested meanwhile ----+
 *    |                               +--- failed: after a rest ---+
 *    +------------------------------------------------------------+
 * </pre>
 *
 * <ul>
 *   <li>At most one run is under way. All requests during a run cause one more run.
 *   <li>The earliest requested time counts. A run answers every request made before it begins, so periodic work calls
 *       {@link #next} in each run.
 *   <li>A run that throws, or that the executor rejects, is repeated after a rest. Rests grow with each failure in a row.
 *       Requests do not shorten a rest.
 *   <li>The first failure in a row is logged, and so is the success that follows.
 * </ul>
 *
 * <p>Threads: any may call, the work itself too. Runs happen on {@code executor}. The lock is held for memory work only.
 */
public final class Loop implements AutoCloseable {
    // Fixed at construction.
    private final Logger log;
    private final String what;
    private final Executor executor;
    private final Timer timer;
    private final Backoff backoff;
    private final Runnable work;

    private final Object lock = new Object();

    /** Whether a run is queued in the executor or running. */
    @GuardedBy("lock")
    private boolean underWay;

    @GuardedBy("lock")
    private boolean wanted;

    @GuardedBy("lock")
    private long dueNanos;

    @GuardedBy("lock")
    private long restUntilNanos;

    @GuardedBy("lock")
    private int failures;

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private Timer.Alarm alarm = () -> {};

    /**
     * A loop that waits for its first request.
     *
     * @param log takes the first failure and the recovery; its owner's
     * @param what the work, for the log: {@code "renew the leases"} in "cannot renew the leases"
     * @param executor runs the work; {@code Runnable::run} means the timer's thread, for short work that does not
     *     request itself
     * @param backoff the length of rests
     */
    public Loop(Logger log, String what, Executor executor, Timer timer, Backoff backoff, Runnable work) {
        this.log = log;
        this.what = what;
        this.executor = executor;
        this.timer = timer;
        this.backoff = backoff;
        this.work = work;
        this.restUntilNanos = timer.nanoTime();
    }

    /** Requests a run as soon as possible. It begins after this call. Cheap; never blocks. */
    public void request() {
        next(Duration.ZERO);
    }

    /** Requests a run in {@code pause}; an earlier one answers this request too. */
    public void next(Duration pause) {
        synchronized (lock) {
            long requestedNanos = timer.nanoTime() + pause.toNanos();
            if (wanted && dueNanos - requestedNanos <= 0) {
                return;
            }
            wanted = true;
            dueNanos = requestedNanos;
        }
        proceed();
    }

    /** Holds back all runs for {@code pause}, whatever is requested. One run follows. */
    public void rest(Duration pause) {
        synchronized (lock) {
            restFor(pause);
        }
        proceed();
    }

    /** Whether no run is under way or wanted. */
    public boolean idle() {
        synchronized (lock) {
            return !underWay && !wanted;
        }
    }

    /** Prevents further runs. Does not wait for the run that is under way. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            alarm.cancel();
        }
    }

    @GuardedBy("lock")
    private void restFor(Duration pause) {
        restUntilNanos = timer.nanoTime() + pause.toNanos();
        wanted = true;
        dueNanos = restUntilNanos;
    }

    /** Begins the wanted run if it is due, else sets the alarm. */
    private void proceed() {
        synchronized (lock) {
            if (!wanted || underWay || closed) {
                return;
            }
            long nowNanos = timer.nanoTime();
            long waitNanos = Math.max(dueNanos - nowNanos, restUntilNanos - nowNanos);
            alarm.cancel();
            if (waitNanos > 0) {
                alarm = timer.after(Duration.ofNanos(waitNanos), this::proceed);
                return;
            }
            underWay = true;
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException full) {
            over(full);
        }
    }

    private void run() {
        synchronized (lock) {
            wanted = false;
        }
        Throwable failure = null;
        try {
            work.run();
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
        }
        over(failure);
    }

    private void over(@Nullable Throwable failure) {
        int failuresBefore;
        boolean news;
        synchronized (lock) {
            underWay = false;
            failuresBefore = failures;
            failures = failure == null ? 0 : failures + 1;
            if (failure != null) {
                restFor(backoff.after(failures));
            }
            news = !closed;
        }
        if (news && failure != null && failuresBefore == 0) {
            log.log(Level.WARNING, "cannot " + what + "; trying again with growing pauses", failure);
        } else if (news && failure == null && failuresBefore > 0) {
            log.log(Level.INFO, "can " + what + " again, after " + failuresBefore + " failures");
        }
        proceed();
    }
}
