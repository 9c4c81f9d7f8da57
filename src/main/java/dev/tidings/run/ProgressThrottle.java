package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Progress;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits the progress events of an attempt: at most one in an interval, and always the newest.
 *
 * <pre>
 *          report: event                  report
 *   OPEN ---------------&gt; SHUT ---------------------------&gt; HELD
 *    ^                    |  ^                               |
 *    +---- interval over -+  +-- interval over, or another --+
 *                                event follows: event
 * </pre>
 *
 * <p>A report while HELD, the case of a tight loop, writes one number and reads two fields: no lock, no allocation, no
 * clock. The number is written before the gate is read, and the gate is set before the number is read (both volatile),
 * so none is lost. What is counted and the total sit in one object with it, so none is mixed with another's.
 *
 * <p>With an interval of zero every report is an event, and waits for room when the store is behind.
 *
 * <p>Threads: any. Holds its lock while it adds to the {@link AttemptLog}, which never waits then.
 */
final class ProgressThrottle {
    private static final int STAGE_BYTES = 300;
    private static final int MESSAGE_BYTES = 2_000;
    private static final int UNIT_BYTES = 60;

    /** How long a new stage waits for a report to go with when every report is an event. */
    private static final Duration STAGE_WAITS = Duration.ofMillis(100);

    private enum Gate {
        OPEN,
        SHUT,
        HELD
    }

    /** The newest number of one sort. */
    private static final class Report {
        final long total;
        final @Nullable String unit;
        volatile long done;

        Report(long done, long total, @Nullable String unit) {
            this.total = total;
            this.unit = unit;
            this.done = done;
        }
    }

    // Fixed at construction.
    private final AttemptLog events;
    private final Timer timer;
    private final Duration interval;
    private final int textBytes;
    private final boolean every;

    // Shared.
    private volatile Report report = new Report(-1, -1, null);
    private volatile Gate gate = Gate.OPEN;
    private volatile @Nullable String stage;
    private volatile @Nullable String message;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final RemainingTime estimate = new RemainingTime();

    @GuardedBy("lock")
    private Timer.@Nullable Alarm alarm;

    @GuardedBy("lock")
    private long lastEventNanos;

    @GuardedBy("lock")
    private boolean closed;

    ProgressThrottle(AttemptLog events, Timer timer, Duration interval, int textBytes) {
        this.events = events;
        this.timer = timer;
        this.interval = interval;
        this.textBytes = textBytes;
        this.every = interval.isZero();
    }

    void progress(long done, long total, @Nullable String unit) {
        if (every) {
            eachIsAnEvent(done, total, unit);
            return;
        }
        Report newest = report;
        if (newest.total == total && Objects.equals(newest.unit, unit)) {
            newest.done = done;
        } else {
            report = new Report(done, total, unit);
        }
        if (gate != Gate.HELD) {
            due();
        }
    }

    void stage(@Nullable String text) {
        stage = TextLimits.fit(text, Math.min(STAGE_BYTES, textBytes));
        waits();
    }

    void message(@Nullable String text) {
        message = TextLimits.fit(text, Math.min(MESSAGE_BYTES, textBytes));
        waits();
    }

    /** A worker's own report with texts of the lengths that are allowed. */
    static Progress fit(Progress progress, int textBytes) {
        return new Progress(
                progress.done(),
                progress.total(),
                progress.unit() == null ? null : TextLimits.fit(progress.unit(), UNIT_BYTES),
                progress.percent(),
                progress.stage() == null ? null : TextLimits.fit(progress.stage(), Math.min(STAGE_BYTES, textBytes)),
                progress.message() == null
                        ? null
                        : TextLimits.fit(progress.message(), Math.min(MESSAGE_BYTES, textBytes)),
                progress.eta());
    }

    /** Sends a report that is held back, before another event. */
    void flush() {
        synchronized (lock) {
            if (gate == Gate.HELD && !closed) {
                gate = every ? Gate.OPEN : Gate.SHUT;
                events.addNewest(event());
            }
        }
    }

    /** Sends what is held back, and nothing ever after. */
    void close() {
        synchronized (lock) {
            flush();
            closed = true;
            gate = Gate.HELD;
            if (alarm != null) {
                alarm.cancel();
            }
        }
    }

    private void eachIsAnEvent(long done, long total, @Nullable String unit) {
        Progress event;
        synchronized (lock) {
            if (closed) {
                return;
            }
            report = new Report(done, total, unit);
            gate = Gate.OPEN;
            event = event();
        }
        events.add(event);
    }

    private void due() {
        synchronized (lock) {
            if (gate == Gate.OPEN) {
                gate = Gate.SHUT;
                events.addNewest(event());
                shutFor(interval);
            } else if (gate == Gate.SHUT) {
                gate = Gate.HELD;
            }
        }
    }

    /** A new stage or message goes with the next report, or alone when none comes soon. */
    private void waits() {
        synchronized (lock) {
            if (gate == Gate.OPEN) {
                shutFor(every ? STAGE_WAITS : interval);
            }
            gate = Gate.HELD;
        }
    }

    @GuardedBy("lock")
    private void shutFor(Duration pause) {
        if (alarm == null) {
            alarm = timer.after(pause, this::intervalOver);
        }
    }

    private void intervalOver() {
        synchronized (lock) {
            alarm = null;
            if (closed) {
                return;
            }
            var since = Duration.ofNanos(timer.nanoTime() - lastEventNanos);
            if (since.compareTo(interval) < 0) {
                shutFor(interval.minus(since));
            } else if (gate == Gate.HELD) {
                flush();
                if (!every) {
                    shutFor(interval);
                }
            } else {
                gate = Gate.OPEN;
            }
        }
    }

    @GuardedBy("lock")
    private Progress event() {
        Report newest = report;
        long done = newest.done;
        lastEventNanos = timer.nanoTime();
        Duration remaining = estimate.after(done, newest.total, lastEventNanos);
        Instant eta = remaining == null
                ? null
                : timer.clock().instant().plus(remaining).plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
        String unit = newest.unit == null ? null : TextLimits.fit(newest.unit, UNIT_BYTES);
        return Progress.of(done, newest.total, unit, stage, message, eta);
    }
}
