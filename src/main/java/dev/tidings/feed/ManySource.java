package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Written.Growth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the states of many jobs (contract §6): a snapshot of each, then its events as they come. A reader that cannot
 * keep up gets the newest state of each job in turn, and always the terminal event.
 *
 * <p>For each job it holds a cursor and at most {@link #MAX_PENDING} references to growth that all readers share; with
 * more, the older ones go and a snapshot takes their place. So it is with all events of a job but its end when those of
 * all jobs come to more than {@link #MAX_PENDING_BYTES}.
 *
 * <p>Threads: growth comes on store threads, the pump takes steps; both under {@code this}, for memory work only.
 */
final class ManySource implements Source {
    private static final int MAX_PENDING = 16;

    /** The most bytes of events that wait. */
    static final int MAX_PENDING_BYTES = 256 * 1024;

    /** How many deletions are remembered, lest growth that is told late brings the job back. */
    private static final int MAX_GONE = 256;

    private final Feeds feeds;
    private final Set<String> owners;
    private final @Nullable Set<String> only;
    private volatile @Nullable Subscription subscription;

    // Guarded by this.
    private final Map<String, Spot> spots = new HashMap<>();
    private final LinkedHashSet<String> dirty = new LinkedHashSet<>();
    private final ArrayDeque<Step> ready = new ArrayDeque<>();
    private final LinkedHashSet<String> gone = new LinkedHashSet<>();
    private boolean begun;
    private long pendingBytes;

    /**
     * A reader.
     *
     * @param owners whose jobs it may hear of
     * @param only the jobs that it wants; null for all of the owners'
     */
    ManySource(Feeds feeds, Set<String> owners, @Nullable Set<String> only) {
        this.feeds = feeds;
        this.owners = Set.copyOf(owners);
        this.only = only == null ? null : Set.copyOf(only);
    }

    Set<String> owners() {
        return owners;
    }

    boolean wants(String job) {
        return only == null || only.contains(job);
    }

    /** The number of the newest event of this job that the reader has or will get; 0 when it knows nothing of it. */
    synchronized long seen(String job) {
        Spot spot = spots.get(job);
        return spot == null ? 0 : spot.reached();
    }

    /** The jobs that the reader knows. */
    synchronized Set<String> known() {
        return Set.copyOf(spots.keySet());
    }

    /** Gives the states to begin with, read after this source was registered. */
    void begin(List<Job> states) {
        synchronized (this) {
            for (Job state : states) {
                if (gone.contains(state.id())) {
                    continue;
                }
                Spot spot = spots.computeIfAbsent(state.id(), id -> new Spot());
                spot.begin(state);
                dirty.add(state.id());
            }
            begun = true;
        }
        wake();
    }

    void grown(Growth growth) {
        if (!wants(growth.job().id())) {
            return;
        }
        synchronized (this) {
            if (gone.contains(growth.job().id())) {
                return;
            }
            if (spots.computeIfAbsent(growth.job().id(), id -> new Spot()).add(growth)) {
                dirty.add(growth.job().id());
            }
        }
        wake();
    }

    /** A job is gone; who has heard of it gets the rest of what is here, and is told. */
    void deleted(String job) {
        if (!wants(job)) {
            return;
        }
        synchronized (this) {
            if (gone.add(job) && gone.size() > MAX_GONE) {
                gone.remove(gone.iterator().next());
            }
            Spot spot = spots.remove(job);
            dirty.remove(job);
            if (spot == null) {
                return;
            }
            if (!spot.shown) {
                spot.clear();
                return;
            }
            spot.drainTo(ready);
            ready.add(new Step.Deleted(job));
        }
        wake();
    }

    @Override
    public synchronized Step next() {
        if (!begun) {
            return Step.LOADING;
        }
        while (ready.isEmpty() && !dirty.isEmpty()) {
            String job = dirty.iterator().next();
            dirty.remove(job);
            Spot spot = spots.get(job);
            if (spot != null) {
                spot.drainTo(ready);
            }
        }
        Step step = ready.poll();
        return step == null ? Step.UP_TO_DATE : step;
    }

    @Override
    public void opened(Subscription subscription) {
        this.subscription = subscription;
    }

    @Override
    public void closed() {
        feeds.leave(this);
    }

    @Override
    public String toString() {
        return "the reader of the jobs of " + owners;
    }

    private void wake() {
        Subscription reader = subscription;
        if (reader != null) {
            reader.wake();
        }
    }

    private static long bytes(Growth growth) {
        long bytes = 0;
        for (LogEntry entry : growth.entries()) {
            bytes += entry.json().length;
        }
        return bytes;
    }

    /** Growth without its events, but for the end: who has not seen what was before gets the state. */
    private static Growth stateOnly(Growth growth) {
        return new Growth(
                growth.job(),
                growth.job().seq(),
                growth.entries().stream()
                        .filter(entry -> entry.kind() == LogEntry.Kind.TERMINAL)
                        .toList());
    }

    /** Where the reader is in one job. Guarded by the source. */
    private final class Spot {
        private final List<Growth> pending = new ArrayList<>();
        private long cursor;
        private @Nullable Job snapshot;
        private boolean shown;
        private boolean ended;

        long reached() {
            return pending.isEmpty()
                    ? cursor
                    : pending.get(pending.size() - 1).job().seq();
        }

        void begin(Job state) {
            pending.removeIf(growth -> {
                boolean contained = growth.job().seq() <= state.seq();
                pendingBytes -= contained ? bytes(growth) : 0;
                return contained;
            });
            cursor = state.seq();
            snapshot = state;
        }

        boolean add(Growth growth) {
            if (growth.job().seq() <= reached()) {
                return false;
            }
            if (pending.size() == MAX_PENDING) {
                clear();
            }
            Growth kept = growth;
            if (pendingBytes + bytes(growth) > MAX_PENDING_BYTES) {
                clear();
                kept = stateOnly(growth);
            }
            pending.add(kept);
            pendingBytes += bytes(kept);
            return true;
        }

        void clear() {
            pending.forEach(growth -> pendingBytes -= bytes(growth));
            pending.clear();
        }

        void drainTo(ArrayDeque<Step> steps) {
            Job state = snapshot;
            if (state != null) {
                snapshot = null;
                ended = state.state().terminal();
                show(state, steps);
            }
            var entries = new ArrayList<LogEntry>();
            for (Growth growth : pending) {
                if (growth.after() > cursor || !shown) {
                    boolean endUntold = entries.removeIf(entry -> entry.kind() == LogEntry.Kind.TERMINAL);
                    entries.clear();
                    show(growth.job(), steps);
                    // After a restore of a backup a job may run that had ended.
                    ended &= !endUntold && growth.job().state().terminal();
                }
                for (LogEntry entry : growth.entries()) {
                    boolean end = entry.kind() == LogEntry.Kind.TERMINAL;
                    if (entry.seq() > cursor || (end && !ended)) {
                        entries.add(entry);
                        ended |= end;
                    }
                }
                cursor = growth.job().seq();
            }
            clear();
            for (int begin = 0; begin < entries.size(); ) {
                var batch = new Batch(entries.subList(begin, entries.size()));
                steps.add(new Step.Entries(batch));
                begin += batch.taken();
            }
        }

        private void show(Job state, ArrayDeque<Step> steps) {
            shown = true;
            cursor = state.seq();
            steps.add(new Step.Snapshot(state, false));
        }
    }
}
