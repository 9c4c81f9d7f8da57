package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Event;
import dev.tidings.job.Progress;
import dev.tidings.log.Appender;
import dev.tidings.log.JobRow;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ordered queue of one attempt's events on their way to the log.
 *
 * <p>Events gather while a write is under way and leave together in the next one. Each write carries the attempt's claim
 * and a growing number. Under the row's lock it appends nothing when the claim is another's or the number was seen.
 *
 * <pre>
 *   OPEN --end()--&gt; ENDING: what waits leaves, the end last --&gt; owner.ended
 *    |                 |
 *    +--stop()---------+--&gt; STOPPED: nothing leaves any more
 * </pre>
 *
 * <p>Threads: any. The owner is called on store threads, without a lock.
 */
final class AttemptLog {
    /** The most events that wait before those who add must wait. */
    static final int ROOM = 64;

    /** Hears how it went. */
    interface Owner {
        /** The end is stored, by this write or one before that ended without an answer. */
        void ended();

        /** The attempt does not own its job any more, or the job is gone. */
        void fenced();
    }

    /** Decides under the row's lock how the attempt ends; may be asked again. */
    interface End {
        /** The last event of the attempt, and whether the attempt counts. */
        Ending on(JobRow row);
    }

    /**
     * How an attempt ends.
     *
     * @param event {@code queued}, {@code retrying} or a terminal one
     * @param refund whether the attempt does not count
     */
    record Ending(Event event, boolean refund) {}

    // Fixed at construction.
    private final Appender appender;
    private final String job;
    private final long claim;
    private final Owner owner;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean open = true;

    @GuardedBy("lock")
    private boolean stopped;

    @GuardedBy("lock")
    private boolean underWay;

    @GuardedBy("lock")
    private long ordinal;

    @GuardedBy("lock")
    private @Nullable End end;

    @GuardedBy("lock")
    private @Nullable CompletableFuture<WriteResult> write;

    AttemptLog(Appender appender, String job, long claim, Owner owner) {
        this.appender = appender;
        this.job = job;
        this.claim = claim;
        this.owner = owner;
    }

    /**
     * Adds an event and waits for room before, whatever interrupts; the interrupt is kept.
     *
     * @return whether it was taken
     */
    boolean add(Event event) {
        boolean interrupted = false;
        boolean taken;
        synchronized (lock) {
            while (open && waiting.size() >= ROOM) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            taken = open;
            if (taken) {
                waiting.add(event);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        send();
        return taken;
    }

    /** Adds an event without waiting; for few. */
    boolean addAtOnce(Event event) {
        synchronized (lock) {
            if (!open) {
                return false;
            }
            waiting.add(event);
        }
        send();
        return true;
    }

    /** Adds progress, in place of progress that waits last. Never waits. */
    void addNewest(Progress progress) {
        synchronized (lock) {
            if (!open) {
                return;
            }
            if (waiting.peekLast() instanceof Progress) {
                waiting.removeLast();
            }
            waiting.add(progress);
        }
        send();
    }

    /** Lets nothing in any more and ends the attempt after what waits; nothing when it is closed already. */
    void end(End how) {
        synchronized (lock) {
            if (!open) {
                return;
            }
            open = false;
            end = how;
            lock.notifyAll();
        }
        send();
    }

    /** Drops what is not stored. */
    void stop() {
        CompletableFuture<WriteResult> unwanted;
        synchronized (lock) {
            open = false;
            stopped = true;
            waiting.clear();
            unwanted = write;
            lock.notifyAll();
        }
        if (unwanted != null) {
            unwanted.cancel(false);
        }
    }

    private void send() {
        List<Event> batch;
        End last;
        long number;
        synchronized (lock) {
            if (underWay || stopped || (waiting.isEmpty() && end == null)) {
                return;
            }
            underWay = true;
            number = ++ordinal;
            batch = new ArrayList<>(waiting);
            waiting.clear();
            last = end;
            lock.notifyAll();
        }
        var sent = appender.writeUntilStored(new Write(job, row -> decide(row, number, batch, last)));
        boolean unwanted;
        synchronized (lock) {
            write = sent;
            unwanted = stopped;
        }
        if (unwanted) {
            sent.cancel(false);
        }
        var unused = sent.whenComplete((written, failure) -> answered(last, written, failure));
    }

    private Verdict decide(JobRow row, long number, List<Event> batch, @Nullable End last) {
        if (row.claim() != claim || row.ordinal() >= number) {
            return Verdict.NOTHING;
        }
        if (last == null) {
            return Verdict.numbered(number, batch, false);
        }
        Ending ending = last.on(row);
        var events = new ArrayList<>(batch);
        events.add(ending.event());
        return Verdict.numbered(number, events, ending.refund());
    }

    private void answered(@Nullable End last, @Nullable WriteResult written, @Nullable Throwable failure) {
        boolean mine = written instanceof WriteResult.Done
                || (written instanceof WriteResult.Unchanged unchanged
                        && unchanged.row().claim() == claim);
        boolean refused;
        synchronized (lock) {
            if (stopped) {
                return;
            }
            underWay = false;
            refused = failure != null && last != REFUSED;
            if (refused) {
                open = false;
                waiting.clear();
                end = REFUSED;
                lock.notifyAll();
            }
        }
        if (refused || (mine && last == null)) {
            send();
        } else if (last != null && failure == null) {
            owner.ended();
        } else {
            stop();
            owner.fenced();
        }
    }

    /** The end of an attempt whose events the store does not take. */
    private static final End REFUSED = row -> new Ending(new Event.Failed(AttemptProblems.notStored()), false);
}
