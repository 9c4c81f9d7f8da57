package dev.tidings.feed;

import dev.tidings.time.Timer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One reader's way through what it reads: pumps from its source to its outlet.
 *
 * <pre>
 *   wake() ──► pump ──► ending?  ──► say goodbye, closed
 *                  ├──► outlet full ──► wait for the outlet's wake
 *                  ├──► source has more ──► write, go round
 *                  └──► up to date ──► flush, wait for the source's wake
 * </pre>
 *
 * <p>Threads: any thread may call {@link #wake}, {@link #wakeHere} and {@link #end}. The {@link Pump} hands the plain
 * fields from one thread to the next.
 */
public final class Subscription extends Pump implements Subscriber {
    /** The most steps before other subscriptions get a turn. */
    private static final int STEPS = 32;

    /** A write that took longer than this has blocked: the connection is pumped by the slow executor from then on. */
    private static final long SLOW_NANOS = Duration.ofMillis(50).toNanos();

    /** After this many writes that did not block, a connection counts as quick again. */
    private static final int QUICK_AGAIN = 64;

    /**
     * The part of a heartbeat's interval after which it is echoed. The first write to a client that has left is answered by a
     * reset, and only the second fails; so behind a proxy that learns it by writing, which then has to leave too, a client's
     * leaving takes two writes for each of the ways between. By the echo that is one heartbeat for each.
     */
    private static final int ECHO = 8;

    /** A field updater, because an atomic object would cost each idle reader memory. */
    private static final AtomicReferenceFieldUpdater<Subscription, @Nullable CloseReason> ENDING =
            AtomicReferenceFieldUpdater.newUpdater(Subscription.class, CloseReason.class, "ending");

    private static final Logger LOG = System.getLogger(Subscription.class.getName());

    // Fixed at construction.
    private final int number;
    private final Source source;
    private final Outlet outlet;
    private final PumpExecutors pumps;
    private final Timer timer;
    private final SubscriptionTimeouts pace;
    private final Consumer<CloseReason> closed;
    private final SubscriptionMeter meter;

    // Shared.
    private volatile @Nullable CloseReason ending;
    private volatile boolean over; // written by the pump
    private volatile boolean pulseDue;
    private volatile boolean echoOwed; // written by the pump: nothing but a heartbeat was since
    private volatile boolean slow;
    private volatile long lastWriteNanos;
    private volatile long blockedSinceNanos; // 0: not blocked
    private volatile Timer.@Nullable Alarm pulse;
    private volatile Timer.@Nullable Alarm lifeEnd;

    // Owned by the pump.
    private int quickInARow;

    /**
     * A reader that has not begun.
     *
     * @param number tells it from others of this node
     */
    Subscription(
            int number,
            Source source,
            Outlet outlet,
            PumpExecutors pumps,
            Timer timer,
            SubscriptionTimeouts pace,
            Consumer<CloseReason> closed,
            SubscriptionMeter meter) {
        this.number = number;
        this.source = source;
        this.outlet = outlet;
        this.pumps = pumps;
        this.timer = timer;
        this.pace = pace;
        this.closed = closed;
        this.meter = meter;
        lastWriteNanos = timer.nanoTime();
    }

    /** Begins to read; called once. */
    public void start() {
        meter.opened();
        source.opened(this);
        if (!pace.life().isZero()) {
            lifeEnd = timer.after(pace.life(hashCode()), () -> end(pace.atEnd()));
        }
        Duration interval = pulseInterval();
        if (interval != null) {
            pulse = timer.after(interval, this::beat);
        }
        if (over) { // ended before it began
            cancelAlarms();
            source.closed();
        }
        wake();
    }

    /** Ends this subscription between two entries. The first reason counts. Never blocks. */
    public void end(CloseReason reason) {
        if (ENDING.compareAndSet(this, null, reason) || reason.mute()) {
            if (reason.mute()) {
                ending = reason;
            }
            wake();
        }
    }

    /** Spreads well, and is the same whenever a history is lived through again. */
    @Override
    public int hashCode() {
        return number * 0x9E3779B1;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    /** Whether this is over. */
    public boolean ended() {
        return over;
    }

    @Override
    public void storeFailed() {
        outlet.storeFailed();
    }

    @Override
    protected Executor executor() {
        return slow ? pumps.slow() : pumps.quick();
    }

    @Override
    protected boolean mayBlock() {
        return slow;
    }

    @Override
    protected void rejected() {
        LOG.log(Level.DEBUG, "{0} is not served any more: this node stops", source);
    }

    @Override
    protected Next turn() {
        Next next = Next.STOP;
        try {
            next = writeSome();
        } catch (IOException left) {
            close(CloseReason.GONE, true);
        } catch (RuntimeException | Error failure) {
            LOG.log(
                    Level.WARNING,
                    source + " is closed, because serving it failed; its client may come again",
                    failure);
            close(CloseReason.GONE, true);
        }
        return over ? Next.STOP : next;
    }

    /** Writes until there is nothing to write or no room, or others should have a turn first. */
    private Next writeSome() throws IOException {
        boolean wrote = false;
        for (int step = 0; step < STEPS; step++) {
            CloseReason reason = ending;
            if (reason != null && reason.mute()) {
                close(reason, true);
                return Next.STOP;
            }
            if (!outlet.ready()) {
                if (blockedSinceNanos == 0) {
                    blockedSinceNanos = timer.nanoTime() | 1;
                }
                return Next.WAIT;
            }
            blockedSinceNanos = 0;
            meter.ready();
            Delivery next = reason == null ? source.next() : new Delivery.End(reason);
            CloseReason end = next.end();
            if (end != null) {
                next.writeTo(outlet);
                meter.flushed(outlet.takeBytes());
                close(end, false);
                return Next.STOP;
            }
            if (!next.writes()) {
                pulse(wrote);
                flush(next == Delivery.Pause.UP_TO_DATE);
                return Next.WAIT;
            }
            long begin = timer.nanoTime();
            next.writeTo(outlet);
            wrote(begin);
            next.countBy(meter);
            wrote = true;
        }
        flush(false);
        return Next.YIELD;
    }

    private void flush(boolean upToDate) throws IOException {
        if (upToDate) {
            meter.upToDate();
        }
        long begin = timer.nanoTime();
        boolean more = outlet.flush(upToDate);
        meter.flushed(outlet.takeBytes());
        if (!more) {
            close(CloseReason.FINISHED, false);
        }
        took(timer.nanoTime() - begin);
    }

    private void took(long nanos) {
        if (nanos > SLOW_NANOS) {
            slow = true;
            quickInARow = 0;
        } else if (slow && ++quickInARow >= QUICK_AGAIN) {
            slow = false;
        }
    }

    private void pulse(boolean wrote) throws IOException {
        if (pulseDue) {
            pulseDue = false;
            if (!wrote) {
                long begin = timer.nanoTime();
                if (echoOwed) {
                    outlet.echo();
                    echoOwed = false;
                    took(timer.nanoTime() - begin);
                } else {
                    outlet.heartbeat();
                    meter.heartbeat();
                    wrote(begin);
                    echoOwed = true;
                }
            }
        }
    }

    private void wrote(long beginNanos) {
        long now = timer.nanoTime();
        lastWriteNanos = now;
        echoOwed = false;
        took(now - beginNanos);
    }

    private @Nullable Duration pulseInterval() {
        Duration heartbeat = pace.heartbeat();
        Duration stuck = pace.stuck();
        if (heartbeat == null || stuck == null) {
            return heartbeat;
        }
        Duration part = stuck.dividedBy(4);
        return heartbeat.compareTo(part) < 0 ? heartbeat : part;
    }

    /** On the timer: asks for a heartbeat or its echo when it is due, cuts a client that takes nothing. */
    private void beat() {
        if (over) {
            return;
        }
        long now = timer.nanoTime();
        long blockedSince = blockedSinceNanos;
        Duration stuck = pace.stuck();
        if (stuck != null && blockedSince != 0 && now - blockedSince >= stuck.toNanos()) {
            end(CloseReason.STUCK);
            return;
        }
        Duration heartbeat = pace.heartbeat();
        if (heartbeat == null) {
            return;
        }
        Duration echo = heartbeat.dividedBy(ECHO);
        boolean owed = echoOwed;
        Duration next = (owed ? echo : heartbeat).minusNanos(now - lastWriteNanos);
        if (next.isNegative() || next.isZero()) {
            pulseDue = true;
            wake();
            next = owed ? heartbeat.minus(echo) : echo;
        }
        Duration interval = pulseInterval();
        pulse = timer.after(interval != null && interval.compareTo(next) < 0 ? interval : next, this::beat);
    }

    /** On the pump. */
    private void close(CloseReason reason, boolean abort) {
        if (over) {
            return;
        }
        over = true;
        ENDING.compareAndSet(this, null, reason);
        cancelAlarms();
        source.closed();
        meter.closed(reason);
        try {
            if (abort) {
                outlet.abort();
            }
        } finally {
            closed.accept(reason);
        }
    }

    private void cancelAlarms() {
        for (Timer.Alarm alarm : new Timer.@Nullable Alarm[] {pulse, lifeEnd}) {
            if (alarm != null) {
                alarm.cancel();
            }
        }
    }
}
