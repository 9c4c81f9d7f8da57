package dev.tidings.feed;

import dev.tidings.log.LogEntry;
import java.util.List;

/** Puts entries into a transport's bytes. One instance serves all readers that need the same bytes. */
@FunctionalInterface
public interface Framer {
    /** The bytes of these entries; shared, so never changed afterwards. */
    byte[] frame(List<LogEntry> entries);
}
