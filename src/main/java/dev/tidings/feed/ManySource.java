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
 * more, the older ones go and a snapshot takes their place.
 *
 * <p>Threads: growth comes on store threads, the pump takes steps; both under {@code this}, for memory work only.
 */
final class ManySource implements Source {
    private static final int MAX_PENDING = 16;

    private final Feeds feeds;
    private final Set<String> owners;
    private final @Nullable Set<String> only;
    private volatile @Nullable Subscription subscription;

    // Guarded by this.
    private final Map<String, Spot> spots = new HashMap<>();
    private final LinkedHashSet<String> dirty = new LinkedHashSet<>();
    private final ArrayDeque<Step> ready = new ArrayDeque<>();
    private boolean begun;

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

    /** Gives the states to begin with, read after this source was registered. */
    void begin(List<Job> states) {
        synchronized (this) {
            for (Job state : states) {
                Spot spot = spots.computeIfAbsent(state.id(), Spot::new);
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
            if (spots.computeIfAbsent(growth.job().id(), Spot::new).add(growth)) {
                dirty.add(growth.job().id());
            }
        }
        wake();
    }

    void deleted(String job) {
        synchronized (this) {
            if (spots.remove(job) == null) {
                return;
            }
            dirty.remove(job);
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

    void storeFailed() {
        Subscription reader = subscription;
        if (reader != null) {
            reader.storeFailed();
        }
    }

    private void wake() {
        Subscription reader = subscription;
        if (reader != null) {
            reader.wake();
        }
    }

    /** Where the reader is in one job. Guarded by the source. */
    private static final class Spot {
        private final List<Growth> pending = new ArrayList<>();
        private long cursor;
        private @Nullable Job snapshot;

        Spot(String job) {}

        long reached() {
            return pending.isEmpty()
                    ? cursor
                    : pending.get(pending.size() - 1).job().seq();
        }

        void begin(Job state) {
            pending.removeIf(growth -> growth.job().seq() <= state.seq());
            cursor = state.seq();
            snapshot = state;
        }

        boolean add(Growth growth) {
            if (growth.job().seq() <= reached()) {
                return false;
            }
            if (pending.size() == MAX_PENDING) {
                pending.clear();
            }
            pending.add(growth);
            return true;
        }

        void drainTo(ArrayDeque<Step> steps) {
            Job state = snapshot;
            if (state != null) {
                snapshot = null;
                steps.add(new Step.Snapshot(state, false));
            }
            var entries = new ArrayList<LogEntry>();
            for (Growth growth : pending) {
                if (growth.after() > cursor) {
                    entries.clear();
                    steps.add(new Step.Snapshot(growth.job(), false));
                    growth.entries().stream()
                            .filter(entry -> entry.kind() == LogEntry.Kind.TERMINAL)
                            .forEach(entries::add);
                } else {
                    for (LogEntry entry : growth.entries()) {
                        if (entry.seq() > cursor) {
                            entries.add(entry);
                        }
                    }
                }
                cursor = growth.job().seq();
            }
            pending.clear();
            if (!entries.isEmpty()) {
                steps.add(new Step.Entries(new Batch(entries)));
            }
        }
    }
}
