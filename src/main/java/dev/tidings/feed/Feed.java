package dev.tidings.feed;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.WriteResult.Appended;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One job's readers at this node, and the newest segment of its log in memory.
 *
 * <p>A reader that the segment cannot serve reads from the store for itself. When a hint says that the store holds more
 * than the segment, the feed loads once for all readers.
 *
 * <p>Threads: any. The volatile fields are replaced under the lock and read without it.
 */
final class Feed {
    private final String job;
    private final LogLoader loader;
    private final SubscriberSet readers;

    private volatile @Nullable LogSegment segment;
    private volatile @Nullable Job newest;
    private volatile boolean stale;
    private volatile boolean deleted;
    private volatile boolean mayBePolled;

    @GuardedBy("this")
    private long hints;

    @GuardedBy("this")
    private boolean loading;

    Feed(String job, LogLoader loader, PumpExecutors pumps) {
        this.job = job;
        this.loader = loader;
        this.readers = new SubscriberSet(pumps);
    }

    String job() {
        return job;
    }

    boolean unread() {
        return readers.isEmpty();
    }

    /**
     * Adds a reader.
     *
     * @param mayPoll whether its client may come back soon after it has left
     */
    void add(Subscriber reader, boolean mayPoll) {
        mayBePolled |= mayPoll;
        readers.add(reader);
    }

    void remove(Subscriber reader) {
        readers.remove(reader);
    }

    boolean mayBePolled() {
        return mayBePolled;
    }

    /** Whether the log may have ended, as far as memory tells. */
    boolean perhapsEnded() {
        LogSegment known = segment;
        return known == null || known.ended();
    }

    /** Whether the job is deleted, or may have changed in the store. */
    boolean unsettled() {
        return stale || deleted;
    }

    /** The job as of the newest event known here, when no newer event can exist. */
    @Nullable
    Job current() {
        LogSegment known = segment;
        Job job = newest;
        return known != null && job != null && !stale && !deleted && job.seq() == known.upTo() ? job : null;
    }

    /** What follows the cursor, as far as memory tells; null when the store must be asked. */
    @Nullable
    Delivery after(long cursor) {
        LogSegment known = segment;
        boolean covered = known != null && known.covers(cursor);
        if (known != null && covered && cursor < known.upTo()) {
            return new Delivery.Entries(known.after(cursor));
        }
        if (deleted) {
            return Delivery.End.DELETED;
        }
        if (known == null || !covered) {
            return null;
        }
        if (stale) {
            load(cursor);
            return Delivery.Pause.LOADING;
        }
        return known.ended() ? Delivery.End.FINISHED : Delivery.Pause.UP_TO_DATE;
    }

    /**
     * The same for a reader that takes the job's state instead of many entries.
     *
     * @param cursor a number that the log has reached
     * @return null when the entries are more than {@code maxBytes} or not all in memory
     */
    @Nullable
    Delivery after(long cursor, long maxBytes) {
        LogSegment known = segment;
        if (known != null && cursor > known.upTo() && !deleted) {
            return Delivery.Pause.LOADING; // begin() has asked for the part between
        }
        boolean tooMuch = known != null && known.covers(cursor) && known.bytesAfter(cursor) > maxBytes;
        return tooMuch ? null : after(cursor);
    }

    /** Whether memory has something for a reader at the cursor. */
    boolean hasMore(long cursor) {
        LogSegment known = segment;
        return deleted || (known != null && cursor < known.upTo());
    }

    /** Takes in what this node has just committed. */
    void grown(Appended growth) {
        if (growth.entries().isEmpty()) {
            return;
        }
        LogEntry last = growth.entries().get(growth.entries().size() - 1);
        boolean ended = last.kind() == LogEntry.Kind.TERMINAL;
        if (!take(new LogSegment(growth.after(), last.seq(), growth.entries(), ended), growth.job())) {
            hinted();
            return;
        }
        readers.wakeAll();
    }

    /** Takes in a segment that was read from the store. */
    void loaded(LogSegment loaded) {
        take(loaded, null);
    }

    /** A reader goes on from this state, which was read from the store. */
    void begin(Job state) {
        boolean behind;
        synchronized (this) {
            LogSegment known = segment;
            if (known == null && !state.state().terminal()) {
                segment = new LogSegment(state.seq(), state.seq(), List.of(), false);
            }
            behind = known != null && known.upTo() < state.seq();
        }
        if (behind) {
            hinted();
        }
    }

    /** The store may hold more than the segment. */
    void hinted() {
        synchronized (this) {
            hints++;
            stale = true;
        }
        LogSegment known = segment;
        if (known != null && !unread()) {
            load(known.upTo()); // wakes the readers when there is something for them
        } else {
            readers.wakeAll();
        }
    }

    void deletedNow() {
        deleted = true;
        readers.wakeAll();
    }

    /**
     * Joins a segment to the known one, or replaces the known one.
     *
     * @param job its state after the segment, which came from a commit; null when the segment came from the store
     * @return false when entries between the two are missing and the segment came from a commit. The known one stays then,
     *     and the store must be asked
     */
    private synchronized boolean take(LogSegment newer, @Nullable Job job) {
        LogSegment known = segment;
        if (known == null) {
            segment = newer.bounded();
        } else if (newer.upTo() <= known.upTo()) {
            if (newer.upTo() == known.upTo() && known.isEmpty()) {
                segment = newer.bounded();
            }
            return true;
        } else if (known.covers(newer.from())) {
            segment = known.join(newer);
        } else if (job == null) {
            segment = newer.bounded();
        } else {
            return false;
        }
        if (job != null) {
            newest = job;
        }
        return true;
    }

    /**
     * Loads what follows the cursor, once for all readers, and wakes them.
     *
     * @return false when another load is under way, which wakes them too
     */
    @CanIgnoreReturnValue
    boolean load(long cursor) {
        long heard;
        synchronized (this) {
            if (loading) {
                return false;
            }
            loading = true;
            heard = hints;
        }
        loader.log(job, cursor, new LogLoader.LogReply() {
            @Override
            public void loaded(Replay replay, @Nullable LogSegment loaded) {
                take(heard, replay, loaded);
            }

            @Override
            public void failing() {
                readers.forEach(Subscriber::storeFailed);
            }

            @Override
            public boolean wanted() {
                return true;
            }
        });
        return true;
    }

    private void take(long heard, Replay replay, @Nullable LogSegment loaded) {
        if (loaded != null) {
            loaded(loaded);
        }
        synchronized (this) {
            loading = false;
            if (replay instanceof Replay.Missing) {
                deleted = true;
            } else if (replay instanceof Replay.Gap) {
                segment = null; // the log was renumbered; each reader finds out for itself
            }
            boolean complete = !(replay instanceof Replay.Continuous more) || !more.more();
            if (hints == heard && complete) {
                stale = false;
            }
        }
        readers.wakeAll();
    }
}
