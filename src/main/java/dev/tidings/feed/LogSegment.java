package dev.tidings.feed;

import dev.tidings.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A contiguous part of a log in memory: everything that follows {@code from} up to and including {@code upTo}.
 *
 * <p>A feed's segment has at most {@link #MAX_BYTES} of entries, or one longer entry. Its remembered batches have at most
 * {@link #MAX_REMEMBERED_BYTES} and one batch. That is what a job costs that is read here. A loaded segment is no longer
 * than a load ({@link LogRequests}).
 *
 * <p>Threads: any. Immutable, except for the remembered batches, which readers at the same cursor share.
 */
final class LogSegment {
    /** The most entries that a feed keeps. A reader further behind loads from the store. */
    static final int MAX_ENTRIES = 256;

    /** The most bytes that a feed keeps, except for the newest entry. */
    static final int MAX_BYTES = 256 * 1024;

    /** The most bytes of JSON in all remembered batches except the newest one. Framed, they are a little more. */
    private static final int MAX_REMEMBERED_BYTES = 128 * 1024;

    private static final int REMEMBERED = 8;

    private final long from;
    private final long upTo;
    private final List<LogEntry> entries;
    private final boolean ended;
    private final AtomicReferenceArray<@Nullable Remembered> batches = new AtomicReferenceArray<>(REMEMBERED);

    /**
     * A segment.
     *
     * @param ended whether nothing will ever follow {@code upTo}
     */
    LogSegment(long from, long upTo, List<LogEntry> entries, boolean ended) {
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

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The bytes of JSON that follow a cursor that is covered; less the superseded progress when one batch holds all. */
    long bytesAfter(long cursor) {
        if (cursor == upTo) {
            return 0;
        }
        Batch first = after(cursor);
        if (first.upTo() == upTo) {
            return first.bytes();
        }
        return bytes(entries.subList(firstAfter(cursor), entries.size()));
    }

    private static long bytes(List<LogEntry> entries) {
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.json().length;
        }
        return bytes;
    }

    /**
     * Whether this segment can say what follows the cursor. A read from 0 gives the retained log. So a segment from 0 does
     * not cover other cursors below its first entry: they may be older than the retained log.
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

    /** This segment and one that begins within it or at its end and reaches further, within the bounds. */
    LogSegment join(LogSegment newer) {
        var all = new ArrayList<>(entries);
        for (LogEntry entry : newer.entries) {
            if (entry.seq() > upTo) {
                all.add(entry);
            }
        }
        return new LogSegment(from, newer.upTo, all, newer.ended).bounded();
    }

    /** This segment without the oldest entries beyond the bounds. */
    LogSegment bounded() {
        int first = 0;
        long bytes = bytes(entries);
        long begin = from;
        while (entries.size() - first > 1 && (entries.size() - first > MAX_ENTRIES || bytes > MAX_BYTES)) {
            begin = entries.get(first).seq();
            bytes -= entries.get(first).json().length;
            first++;
        }
        return first == 0
                ? this
                : new LogSegment(begin, upTo, List.copyOf(entries.subList(first, entries.size())), ended);
    }

    private record Remembered(long cursor, Batch batch) {}
}
