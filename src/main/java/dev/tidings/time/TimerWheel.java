package dev.tidings.time;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The timer of a running node: a hashed wheel that somebody turns.
 *
 * <p>A task lies in the bucket of the tick at which it is due, modulo {@link #BUCKETS}; it waits for as many whole
 * rounds as its delay has. Adding puts it on a queue that the next tick sorts in; cancelling only empties it, and the
 * shell is dropped when its bucket comes by. So both take constant time, however many tasks wait.
 *
 * <p>Threads: any thread may add and cancel. {@link #tick} is called by one thread at a time, every {@link #TICK},
 * which also runs the tasks.
 */
public final class TimerWheel implements Timer {
    /** How often {@link #tick} wants to be called. */
    public static final Duration TICK = Duration.ofMillis(20);

    private static final int BUCKETS = 1024;
    private static final Logger LOG = System.getLogger(TimerWheel.class.getName());

    // Fixed at construction.
    private final InstantSource clock;
    private final long startNanos = System.nanoTime();

    // Shared.
    private final ConcurrentLinkedQueue<Task> added = new ConcurrentLinkedQueue<>();

    // Owned by the ticking thread.
    private final List<List<Task>> buckets = new ArrayList<>(BUCKETS);
    private long ticks;

    public TimerWheel(InstantSource clock) {
        this.clock = clock;
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new ArrayList<>());
        }
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        long elapsedNanos = System.nanoTime() - startNanos + Math.max(0, delay.toNanos());
        var entry = new Task(Math.floorDiv(elapsedNanos, TICK.toNanos()) + 1, task);
        added.add(entry);
        return entry;
    }

    /** Runs what is due. Catches up when calls came late. */
    public void tick() {
        long now = Math.floorDiv(System.nanoTime() - startNanos, TICK.toNanos());
        sortIn();
        while (ticks < now) {
            ticks++;
            turn(buckets.get((int) (ticks % BUCKETS)));
        }
    }

    private void sortIn() {
        for (Task task = added.poll(); task != null; task = added.poll()) {
            long due = Math.max(task.dueTick, ticks + 1);
            buckets.get((int) (due % BUCKETS)).add(task);
        }
    }

    /** Runs the bucket's due tasks and keeps, in place, those of later rounds. */
    private void turn(List<Task> bucket) {
        if (bucket.isEmpty()) {
            return;
        }
        var due = new ArrayList<Task>();
        bucket.removeIf(task -> {
            if (task.dueTick <= ticks) {
                due.add(task);
                return true;
            }
            return task.cancelled();
        });
        due.forEach(Task::run);
    }

    private static final class Task implements Alarm {
        private static final AtomicReferenceFieldUpdater<Task, @Nullable Runnable> WORK =
                AtomicReferenceFieldUpdater.newUpdater(Task.class, Runnable.class, "work");

        private final long dueTick;
        private volatile @Nullable Runnable work;

        Task(long dueTick, Runnable work) {
            this.dueTick = dueTick;
            this.work = work;
        }

        boolean cancelled() {
            return work == null;
        }

        @Override
        public void cancel() {
            work = null;
        }

        void run() {
            Runnable task = WORK.getAndSet(this, null);
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                LOG.log(Level.ERROR, "a timed task failed; the timer goes on", failure);
            }
        }
    }
}
