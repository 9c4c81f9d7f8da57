package dev.tidings.feed;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Work that many threads ask for and one thread at a time does.
 *
 * <pre>
 *   idle ──wake()──► queued ──► turn() ──WAIT──► idle
 *                      ▲          │  └──── WAIT, but woken meanwhile: another turn()
 *                      └──YIELD───┘
 *                                 └──STOP──► stopped: no wake-up does anything any more
 * </pre>
 *
 * <p>Threads: any thread may call {@link #wake} and {@link #wakeHere}. {@link #turn} runs on one thread at a time;
 * {@code requests} hands the subclass's plain fields from one thread to the next.
 */
public abstract class Pump {
    /** A field updater, because an atomic object would cost each idle reader memory. */
    private static final AtomicIntegerFieldUpdater<Pump> REQUESTS =
            AtomicIntegerFieldUpdater.newUpdater(Pump.class, "requests");

    /** Wake-ups since the last turn began. Above 0 while a turn is queued or running, and for ever once stopped. */
    private volatile int requests;

    /** What follows a turn. */
    protected enum Next {
        /** Nothing to do until the next wake-up. */
        WAIT,
        /** There is more to do, after others in the executor's queue. */
        YIELD,
        /** The work is over. */
        STOP
    }

    /** Asks for a turn on {@link #executor}. Cheap, and never blocks. */
    public final void wake() {
        if (REQUESTS.getAndIncrement(this) == 0) {
            schedule();
        }
    }

    /** Asks for a turn on this thread, or on {@link #executor} when the pump {@link #mayBlock}. */
    public final void wakeHere() {
        if (REQUESTS.getAndIncrement(this) == 0) {
            if (mayBlock()) {
                schedule();
            } else {
                pump();
            }
        }
    }

    /** Does what there is to do. Must not throw. */
    protected abstract Next turn();

    /** Where the next turn runs. */
    protected abstract Executor executor();

    /** The executor has stopped: no turn follows. */
    protected abstract void rejected();

    /** Whether a turn may block its thread. */
    protected boolean mayBlock() {
        return false;
    }

    private void schedule() {
        try {
            executor().execute(this::pump);
        } catch (RejectedExecutionException stopping) {
            rejected();
        }
    }

    private void pump() {
        int seen;
        do {
            seen = requests;
            Next next = turn();
            if (next == Next.YIELD) {
                schedule();
                return;
            }
            if (next == Next.STOP) {
                return;
            }
        } while (REQUESTS.addAndGet(this, -seen) != 0);
    }
}
