package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.Written.Growth;
import org.jspecify.annotations.Nullable;

/**
 * One job's readers at this node, and the newest stretch of its log in memory.
 *
 * <p>Threads: any. {@link #tail} is replaced under the lock and read without it. A reader that finds the tail wanting
 * asks for a load; the feed itself loads (once for all) when a hint says that the store holds more than the tail.
 */
final class Feed {
    private final String job;
    private final Loads loads;
    private final Audience readers;

    // Replaced under the lock, read without.
    private volatile @Nullable Tail tail;
    private volatile @Nullable Job newest;
    private volatile boolean stale;
    private volatile boolean deleted;

    // Guarded by this.
    private long hints;
    private boolean refreshing;

    Feed(String job, Loads loads, Pumps pumps) {
        this.job = job;
        this.loads = loads;
        this.readers = new Audience(pumps);
    }

    String job() {
        return job;
    }

    boolean unread() {
        return readers.isEmpty();
    }

    void add(Subscription reader) {
        readers.add(reader);
    }

    void remove(Subscription reader) {
        readers.remove(reader);
    }

    void wakeAll() {
        readers.wakeAll();
    }

    /** Whether the log may have ended, as far as memory tells. */
    boolean perhapsEnded() {
        Tail known = tail;
        return known == null || known.ended();
    }

    /** The job as of the newest event known here, when that is surely the newest of all. */
    @Nullable
    Job current() {
        Tail known = tail;
        Job job = newest;
        return known != null && job != null && !stale && !deleted && job.seq() == known.upTo() ? job : null;
    }

    /** What follows the cursor, as far as memory tells; null when the store must be asked. */
    @Nullable
    Step after(long cursor) {
        if (deleted) {
            return new Step.Finished(CloseReason.DELETED);
        }
        Tail known = tail;
        if (known == null || !known.covers(cursor)) {
            return null;
        }
        if (cursor < known.upTo()) {
            return new Step.Entries(known.after(cursor));
        }
        if (stale) {
            refresh(cursor);
            return Step.LOADING;
        }
        if (known.ended()) {
            return new Step.Finished(CloseReason.FINISHED);
        }
        return Step.UP_TO_DATE;
    }

    /** Takes in what this node has just committed. */
    void grown(Growth growth) {
        if (growth.entries().isEmpty()) {
            return;
        }
        LogEntry last = growth.entries().get(growth.entries().size() - 1);
        boolean ended = last.kind() == LogEntry.Kind.TERMINAL;
        if (!take(new Tail(growth.after(), last.seq(), growth.entries(), ended), growth.job())) {
            hinted();
            return;
        }
        wakeAll();
    }

    /** Takes in a stretch that was read from the store. */
    void loaded(Tail stretch) {
        take(stretch, null);
    }

    /** Says that the store may hold more than the tail. */
    void hinted() {
        synchronized (this) {
            hints++;
            stale = true;
        }
        Tail known = tail;
        if (known != null && !unread()) {
            refresh(known.upTo()); // wakes the readers when there is something for them
        } else {
            wakeAll();
        }
    }

    void deletedNow() {
        deleted = true;
        wakeAll();
    }

    /**
     * Joins a stretch to the tail, or begins a new tail with it.
     *
     * @return false when something is missing between the two and the stretch came from a commit, so that the tail
     *     stays; the store must be asked
     */
    private synchronized boolean take(Tail stretch, @Nullable Job job) {
        Tail known = tail;
        if (known != null && stretch.upTo() <= known.upTo()) {
            return true;
        }
        if (known != null && known.covers(stretch.from())) {
            tail = known.join(stretch);
        } else if (known == null || job == null) {
            tail = stretch.bounded();
        } else {
            return false;
        }
        if (job != null) {
            newest = job;
        }
        return true;
    }

    /** Loads once for all readers what follows a tail that a hint made doubtful. */
    private void refresh(long cursor) {
        long heard;
        synchronized (this) {
            if (refreshing) {
                return;
            }
            refreshing = true;
            heard = hints;
        }
        loads.request(job, cursor, new Loads.Reply() {
            @Override
            public void loaded(Replay replay, @Nullable Tail stretch) {
                refreshed(heard, replay, stretch);
            }

            @Override
            public void failing() {
                readers.forEach(Subscription::storeFailed);
            }

            @Override
            public boolean wanted() {
                return true;
            }
        });
    }

    private void refreshed(long heard, Replay replay, @Nullable Tail stretch) {
        if (stretch != null) {
            loaded(stretch);
        }
        synchronized (this) {
            refreshing = false;
            if (replay instanceof Replay.Missing) {
                deleted = true;
            } else if (replay instanceof Replay.Gap) {
                tail = null; // the log was renumbered; each reader finds out for itself
            }
            boolean complete = !(replay instanceof Replay.Continuous more) || !more.more();
            if (hints == heard && complete) {
                stale = false;
            }
        }
        wakeAll();
    }
}
