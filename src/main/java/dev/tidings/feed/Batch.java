package dev.tidings.feed;

import dev.tidings.log.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader gets in one go: entries that follow its cursor, of a run of progress only the last.
 *
 * <p>Threads: shared by all readers at the same cursor; the framed bytes are made by whoever comes first (two may race,
 * the results are equal).
 */
public final class Batch {
    private final List<LogEntry> entries;
    private final long upTo;
    private final int conflated;
    private volatile @Nullable Framed framed;
    private volatile @Nullable Instant appended;

    /**
     * Conflates.
     *
     * @param all in order, not empty
     */
    Batch(List<LogEntry> all) {
        var kept = new ArrayList<LogEntry>(all.size());
        for (int i = 0; i < all.size(); i++) {
            boolean superseded = all.get(i).kind() == LogEntry.Kind.PROGRESS
                    && i + 1 < all.size()
                    && all.get(i + 1).kind() == LogEntry.Kind.PROGRESS;
            if (!superseded) {
                kept.add(all.get(i));
            }
        }
        entries = List.copyOf(kept);
        upTo = all.get(all.size() - 1).seq();
        conflated = all.size() - kept.size();
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
        return conflated;
    }

    /** Whether the last entry ends the log. */
    public boolean terminal() {
        return entries.get(entries.size() - 1).kind() == LogEntry.Kind.TERMINAL;
    }

    /** When the first entry was appended; null when its line does not tell. */
    @Nullable
    Instant appended() {
        Instant known = appended;
        if (known == null) {
            known = entries.get(0).at();
            appended = known;
        }
        return known;
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
