package dev.tidings.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.log.StoreException.Reason;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * Commits the writes of all jobs of this node in groups.
 *
 * <p>One group is under way at a time. A write leaves at once when none is; writes that gather meanwhile leave in the next
 * group. While groups hold more than one write they begin {@link #SPACING} apart, since a commit costs the same for one
 * write and for twenty. A lone write waits only for the store. Writes to one job keep their order.
 *
 * <pre>
 *              write                    Done, Unchanged, …
 *   caller ----------&gt; queue ---&gt; group -------------------&gt; listener, then the caller's future
 *                       ^  ^        |
 *        pause, backoff |  |        | Busy: the job alone is held for a moment
 *                       |  +--held--+
 *                       +-----------+ outage: the whole group goes back, all writes wait
 *                       +-----------+ refused: the whole group goes back, half of it leaves at once
 *                       +--held--+    failed alone while others succeed: the job alone is held, then given up
 * </pre>
 *
 * <p>A foreign row lock delays one job only, and so does a write that the store refuses.
 *
 * <p>Threads: any may call. Groups run on {@code executor}, whose threads block in the store. Futures complete there
 * too, when the next group is already under way. A caller with long work hands it on.
 */
public final class Appender {
    /** The most writes in a group. */
    static final int GROUP = 256;

    /** How far apart groups begin while there is something to gather. */
    static final Duration SPACING = Duration.ofMillis(4);

    /** The most writes waiting before {@link #write} refuses more. */
    static final int QUEUE = 10_000;

    /** How long {@link #write} may take before it counts as failed. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    /** A write that failed alone so many times, while others were taken in between, is given up. A full store is never counted. */
    static final int BLAMED = 10;

    /** A write that the store refused alone so many times is given up: within a second, so that its job ends soon. */
    static final int REFUSALS = 3;

    /** A write that failed alone so many times is given up. */
    static final int TRIES = 500;

    private static final Logger LOG = System.getLogger(Appender.class.getName());

    // Fixed at construction.
    private final JobStore store;
    private final Executor executor;
    private final Timer timer;
    private final LogListener listener;
    private final AppendMeter meter;
    private final LongConsumer sleep;
    private final Backoff storeAway;
    private final Backoff rowBusy;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Entry> queue = new ArrayDeque<>();

    /** Writes of jobs that wait for a moment of their own, in order. */
    @GuardedBy("lock")
    private final Map<String, ArrayDeque<Entry>> held = new HashMap<>();

    @GuardedBy("lock")
    private boolean underWay;

    @GuardedBy("lock")
    private boolean pausing;

    @GuardedBy("lock")
    private int failures;

    @GuardedBy("lock")
    private int groupSize = GROUP;

    @GuardedBy("lock")
    private long commits;

    @GuardedBy("lock")
    private int waiting;

    // Owned by the group that is under way.
    private long beganNanos;
    private int size;

    /**
     * @param executor runs the groups; its threads may block and are never interrupted
     * @param random shared by threads
     * @param sleep keeps the thread that calls it for so many nanoseconds
     */
    public Appender(
            JobStore store,
            Executor executor,
            Timer timer,
            RandomGenerator random,
            LogListener listener,
            AppendMeter meter,
            LongConsumer sleep) {
        this.store = store;
        this.executor = executor;
        this.timer = timer;
        this.listener = listener;
        this.meter = meter;
        this.sleep = sleep;
        this.storeAway = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2), random);
        this.rowBusy = new Backoff(Duration.ofMillis(20), Duration.ofMillis(200), random);
    }

    /**
     * Writes soon or not at all. The future fails with a {@link StoreException} when the store fails, when it takes too
     * long, or when too much is waiting; the write may have happened all the same unless it is made safe to repeat by
     * its key or its decision. It fails with what the decision throws.
     */
    public CompletableFuture<WriteResult> write(Write write) {
        var entry = new Entry(write, false, timer.nanoTime());
        synchronized (lock) {
            if (waiting >= QUEUE) {
                return CompletableFuture.failedFuture(new StoreException(waiting + " writes are waiting", null));
            }
            add(entry);
        }
        Timer.Alarm tooLong = timer.after(
                PATIENCE,
                () -> entry.result.completeExceptionally(
                        new StoreException("no answer within " + PATIENCE + " for job " + write.job(), null)));
        var unused = entry.result.whenComplete((written, failure) -> tooLong.cancel());
        start();
        return entry.result;
    }

    /**
     * Writes as soon as the store takes it, however long it is away; cancel the future to give up. The decision must
     * recognise its own earlier write, as one by {@link JobRow#ordinal} does, since a commit may end without an answer.
     * The future fails only with what the decision throws, or with a {@link StoreException} when the store takes other
     * writes but not this one. The caller bounds how many it has waiting.
     */
    public CompletableFuture<WriteResult> writeUntilStored(Write write) {
        var entry = new Entry(write, true, timer.nanoTime());
        synchronized (lock) {
            add(entry);
        }
        start();
        return entry.result;
    }

    /** How many writes wait. */
    public int waiting() {
        synchronized (lock) {
            return waiting;
        }
    }

    @GuardedBy("lock")
    private void add(Entry entry) {
        queue.add(entry);
        waiting++;
    }

    private void start() {
        synchronized (lock) {
            if (underWay || pausing || queue.isEmpty()) {
                return;
            }
            underWay = true;
        }
        try {
            executor.execute(this::group);
        } catch (RejectedExecutionException full) {
            synchronized (lock) {
                underWay = false;
                pause();
            }
        }
    }

    private void group() {
        gather();
        List<Entry> group;
        synchronized (lock) {
            group = take();
            if (group.isEmpty()) {
                underWay = false;
                return;
            }
        }
        size = group.size();
        beganNanos = timer.nanoTime();
        List<WriteResult> written;
        try {
            written = store.write(group.stream().map(Entry::guarded).toList());
        } catch (RuntimeException | Error failure) {
            failed(group, failure);
            return;
        }
        committed(group, written);
    }

    /** Waits for more, when the group before had more than one write and it is not long ago. */
    private void gather() {
        boolean full;
        synchronized (lock) {
            full = queue.size() >= groupSize;
        }
        long leftNanos = SPACING.toNanos() - (timer.nanoTime() - beganNanos);
        if (size > 1 && leftNanos > 0 && !full) {
            sleep.accept(leftNanos);
        }
    }

    /** The next group; leaves aside what nobody wants any more and what belongs behind a held job's writes. */
    @GuardedBy("lock")
    private List<Entry> take() {
        var group = new ArrayList<Entry>(Math.min(groupSize, queue.size()));
        while (group.size() < groupSize && !queue.isEmpty()) {
            Entry next = queue.element();
            if (next.result.isDone()) {
                queue.remove();
                waiting--;
                continue;
            }
            ArrayDeque<Entry> before = held.get(next.write.job());
            if (before != null) {
                before.add(queue.remove());
                continue;
            }
            if (next.failedAlone > 0 && !group.isEmpty()) {
                break;
            }
            group.add(queue.remove());
            if (next.failedAlone > 0) {
                break;
            }
        }
        return group;
    }

    private void committed(List<Entry> group, List<WriteResult> written) {
        var busy = new ArrayList<Entry>();
        int entries = 0;
        long oldestNanos = beganNanos;
        for (int i = 0; i < group.size(); i++) {
            Entry entry = group.get(i);
            WriteResult outcome = written.get(i);
            oldestNanos = Math.min(oldestNanos, entry.queuedNanos);
            if (outcome instanceof WriteResult.Busy) {
                busy.add(entry);
            } else if (outcome instanceof WriteResult.Done done
                    && !done.growth().entries().isEmpty()) {
                entries += done.growth().entries().size();
                tell(() -> listener.grown(done.growth()));
            } else if (entry.doubtful) {
                tell(() -> listener.unsure(entry.write.job()));
            }
        }
        long nowNanos = timer.nanoTime();
        meter.committed(
                group.size() - busy.size(),
                entries,
                Duration.ofNanos(nowNanos - beganNanos),
                Duration.ofNanos(nowNanos - oldestNanos));
        if (!busy.isEmpty()) {
            meter.busy(busy.size());
        }
        boolean back;
        synchronized (lock) {
            back = failures > 0;
            failures = 0;
            commits++;
            groupSize = Math.min(GROUP, groupSize * 2);
            waiting -= group.size() - busy.size();
            for (Entry entry : busy) {
                entry.busy++;
                hold(entry, rowBusy.after(entry.busy));
            }
            underWay = false;
        }
        if (back) {
            LOG.log(Level.INFO, "the store takes writes again");
        }
        start();
        for (int i = 0; i < group.size(); i++) {
            if (!(written.get(i) instanceof WriteResult.Busy)) {
                group.get(i).complete(written.get(i));
            }
        }
    }

    private void failed(List<Entry> group, Throwable cause) {
        var failure = cause instanceof StoreException known
                ? known
                : new StoreException("cannot write to " + group.size() + " logs", cause);
        meter.failed(group.size());
        boolean alone = group.size() == 1;
        boolean refused = failure.refused();
        var givenUp = new ArrayList<Entry>();
        boolean first;
        boolean storeTakesOthers = refused;
        synchronized (lock) {
            for (int i = group.size() - 1; i >= 0; i--) {
                Entry entry = group.get(i);
                // A refused transaction was rolled back; after any other failure it may have been committed.
                entry.doubtful |= !refused;
                boolean hopeless = false;
                if (alone) {
                    storeTakesOthers |= entry.failedAlone > 0 && commits > entry.commitsAtFailure;
                    hopeless = entry.hopeless(commits, failure);
                }
                if (hopeless || (!entry.kept && (alone || !refused))) {
                    givenUp.add(entry);
                    waiting--;
                } else if (alone) {
                    hold(entry, storeAway.after(entry.failedAlone));
                } else {
                    queue.addFirst(entry);
                }
            }
            groupSize = Math.max(1, group.size() / 2);
            first = !storeTakesOthers && failures == 0;
            if (!storeTakesOthers) {
                pause();
            }
            underWay = false;
        }
        if (first) {
            LOG.log(Level.WARNING, "the store does not take writes; trying again until it does", failure);
        }
        start();
        for (Entry entry : givenUp) {
            if (refused) {
                LOG.log(
                        Level.WARNING,
                        "the store refuses a write to job " + entry.write.job() + "; it is given up",
                        failure);
            }
            entry.result.completeExceptionally(failure);
            tell(() -> listener.unsure(entry.write.job()));
        }
    }

    /** Keeps a write, and what its job writes meanwhile, out of the groups for a while. */
    @GuardedBy("lock")
    private void hold(Entry entry, Duration pause) {
        String job = entry.write.job();
        ArrayDeque<Entry> before = held.get(job);
        if (before != null) {
            before.add(entry);
            return;
        }
        var first = new ArrayDeque<Entry>();
        first.add(entry);
        held.put(job, first);
        timer.after(pause, () -> release(job));
    }

    private void release(String job) {
        synchronized (lock) {
            ArrayDeque<Entry> entries = held.remove(job);
            while (entries != null && !entries.isEmpty()) {
                queue.addFirst(entries.removeLast());
            }
        }
        start();
    }

    @GuardedBy("lock")
    private void pause() {
        pausing = true;
        failures++;
        timer.after(storeAway.after(failures), () -> {
            synchronized (lock) {
                pausing = false;
            }
            start();
        });
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a listener of the log failed", failure);
        }
    }

    /** A write on its way. Its plain fields are owned by the group that it is in, and by the lock between groups. */
    private static final class Entry {
        private final Write write;
        private final boolean kept;
        private final long queuedNanos;
        private final CompletableFuture<WriteResult> result = new CompletableFuture<>();
        private volatile boolean decisionFailed;
        private volatile Throwable decisionFailure = new IllegalStateException();
        private boolean doubtful;
        private int busy;
        private int failedAlone;
        private int blamed;
        private int refusals;
        private long commitsAtFailure;

        Entry(Write write, boolean kept, long queuedNanos) {
            this.write = write;
            this.kept = kept;
            this.queuedNanos = queuedNanos;
        }

        /** The write, but a decision that throws spoils only itself, and one that is not wanted any more does nothing. */
        Write guarded() {
            return new Write(write.job(), this::decide, write.key());
        }

        private RowDecision.Verdict decide(JobRow row) {
            decisionFailed = false;
            if (result.isDone()) {
                return RowDecision.Verdict.NOTHING;
            }
            try {
                return write.decision().on(row);
            } catch (RuntimeException failure) {
                decisionFailure = failure;
                decisionFailed = true;
                return RowDecision.Verdict.NOTHING;
            }
        }

        void complete(WriteResult written) {
            if (decisionFailed) {
                result.completeExceptionally(decisionFailure);
            } else {
                result.complete(written);
            }
        }

        /** Counts a failure of this write alone and tells whether it was one too many. */
        boolean hopeless(long commits, StoreException failure) {
            Reason reason = failure.reason();
            if (failedAlone > 0 && commits > commitsAtFailure && reason != Reason.FULL) {
                blamed++;
            }
            if (failure.refused()) {
                refusals++;
            }
            failedAlone++;
            commitsAtFailure = commits;
            return reason != Reason.FULL && (blamed >= BLAMED || refusals >= REFUSALS || failedAlone >= TRIES);
        }
    }
}
