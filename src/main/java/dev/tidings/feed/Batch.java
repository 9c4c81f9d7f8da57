package dev.tidings.feed;

import dev.tidings.log.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader gets in one go: entries that follow its cursor, of a run of progress only the last, and no more than
 * {@link #MAX_BYTES} and one entry. A container keeps a copy of what the socket does not take, so that is what a client
 * that stops reading costs there.
 *
 * <p>Threads: shared by all readers at the same cursor; the framed bytes are made by whoever comes first (two may race,
 * the results are equal).
 */
public final class Batch {
    /** No entry comes after those that have so many bytes of JSON together. */
    public static final int MAX_BYTES = 48 * 1024;

    private final List<LogEntry> entries;
    private final long upTo;
    private final int taken;
    private final int bytes;
    private volatile @Nullable Framed framed;

    /**
     * Takes the first of these and conflates them. Where it stops, the entry before is no progress that the next one
     * supersedes.
     *
     * @param all in order, not empty
     */
    Batch(List<LogEntry> all) {
        var kept = new ArrayList<LogEntry>();
        int next = 0;
        int length = 0;
        while (next < all.size() && length < MAX_BYTES) {
            LogEntry entry = all.get(next++);
            boolean superseded = entry.kind() == LogEntry.Kind.PROGRESS
                    && next < all.size()
                    && all.get(next).kind() == LogEntry.Kind.PROGRESS;
            if (!superseded) {
                kept.add(entry);
                length += entry.json().length;
            }
        }
        entries = List.copyOf(kept);
        upTo = all.get(next - 1).seq();
        taken = next;
        bytes = length;
    }

    public List<LogEntry> entries() {
        return entries;
    }

    /** The reader's cursor after this batch. */
    public long upTo() {
        return upTo;
    }

    /** How many progress entries were left out. */
    public int conflated() {
        return taken - entries.size();
    }

    /** The bytes of its entries' JSON. */
    int bytes() {
        return bytes;
    }

    /** Whether the last entry ends the log. */
    public boolean terminal() {
        return entries.get(entries.size() - 1).kind() == LogEntry.Kind.TERMINAL;
    }

    /** When the first entry was appended; null when a stored line does not tell. */
    @Nullable
    Instant appended() {
        return entries.get(0).at();
    }

    /** The batch in a transport's bytes, made once for all readers that use the same framer. */
    public byte[] framed(Framer framer) {
        Framed known = framed;
        if (known != null && known.framer == framer) {
            return known.bytes;
        }
        byte[] bytes = framer.frame(entries);
        framed = new Framed(framer, bytes);
        return bytes;
    }

    @SuppressWarnings("ArrayRecordComponent") // a private pair, never compared
    private record Framed(Framer framer, byte[] bytes) {}
}
