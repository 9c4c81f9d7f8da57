package dev.tidings.feed;

import dev.tidings.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a log in memory: everything that follows {@code from} up to and including {@code upTo}.
 *
 * <p>Immutable but for a few remembered batches, so that readers at the same cursor share one. Any thread.
 *
 * <p>A feed's tail has at most {@link #MAX_BYTES} of entries or one that is longer; the remembered batches, framed, at
 * most {@link #MAX_REMEMBERED_BYTES} and one batch. That is what a job costs that is read here. A stretch that was loaded is
 * no longer than a load ({@link Loads}).
 */
final class Tail {
    /** The most entries that a tail keeps; a reader further behind loads from the store. */
    static final int MAX_ENTRIES = 256;

    /** The most bytes that a tail keeps, but for its newest entry. */
    static final int MAX_BYTES = 256 * 1024;

    /** The most bytes of JSON in all remembered batches but the newest one. Framed, they are a little more. */
    private static final int MAX_REMEMBERED_BYTES = 128 * 1024;

    private static final int REMEMBERED = 8;

    private final long from;
    private final long upTo;
    private final List<LogEntry> entries;
    private final boolean ended;
    private final AtomicReferenceArray<@Nullable Remembered> batches = new AtomicReferenceArray<>(REMEMBERED);

    /**
     * A stretch.
     *
     * @param ended whether nothing will ever follow {@code upTo}
     */
    Tail(long from, long upTo, List<LogEntry> entries, boolean ended) {
        this.from = from;
        this.upTo = upTo;
        this.entries = entries;
        this.ended = ended;
    }

    long from() {
        return from;
    }

    long upTo() {
        return upTo;
    }

    boolean ended() {
        return ended;
    }

    /**
     * Whether this tail can say what follows the cursor. Whoever asks from 0 gets the retained log, so a stretch from
     * there tells nothing to a cursor below its first entry: that one may be older than what is retained.
     */
    boolean covers(long cursor) {
        if (from == 0
                && cursor != 0
                && !entries.isEmpty()
                && cursor < entries.get(0).seq() - 1) {
            return false;
        }
        return cursor >= from && cursor <= upTo;
    }

    /** What follows a cursor that is covered and below {@link #upTo}. */
    Batch after(long cursor) {
        Batch known = remembered(cursor);
        if (known != null) {
            return known;
        }
        var batch = new Batch(entries.subList(firstAfter(cursor), entries.size()));
        remember(new Remembered(cursor, batch));
        return batch;
    }

    @Nullable
    Batch remembered(long cursor) {
        Remembered known = batches.get(slot(cursor));
        return known != null && known.cursor == cursor ? known.batch : null;
    }

    private static int slot(long cursor) {
        return (int) (cursor & (REMEMBERED - 1));
    }

    private void remember(Remembered newest) {
        int slot = slot(newest.cursor);
        batches.set(slot, newest);
        long bytes = 0;
        for (int i = 0; i < REMEMBERED; i++) {
            Remembered other = batches.get(i);
            if (other != null && i != slot) {
                bytes += other.batch.bytes();
                if (bytes > MAX_REMEMBERED_BYTES) {
                    batches.set(i, null);
                }
            }
        }
    }

    private int firstAfter(long cursor) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).seq() <= cursor) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** This tail and one that begins within it or at its end and reaches further, without the oldest beyond the bounds. */
    Tail join(Tail newer) {
        var all = new ArrayList<>(entries);
        for (LogEntry entry : newer.entries) {
            if (entry.seq() > upTo) {
                all.add(entry);
            }
        }
        return new Tail(from, newer.upTo, all, newer.ended).bounded();
    }

    /** This tail without the oldest beyond the bounds. */
    Tail bounded() {
        int first = 0;
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.json().length;
        }
        long begin = from;
        while (entries.size() - first > 1 && (entries.size() - first > MAX_ENTRIES || bytes > MAX_BYTES)) {
            begin = entries.get(first).seq();
            bytes -= entries.get(first).json().length;
            first++;
        }
        return first == 0 ? this : new Tail(begin, upTo, List.copyOf(entries.subList(first, entries.size())), ended);
    }

    private record Remembered(long cursor, Batch batch) {}
}
