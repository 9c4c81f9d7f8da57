package dev.tidings.log;

import java.util.List;

/** What a reader gets when it asks the log for what follows its cursor. */
public sealed interface Replay {
    /**
     * The next entries, oldest first; only progress that others superseded is missing between them. Empty when the
     * reader is up to date.
     *
     * @param upTo the cursor after these entries; the asked one when there are none
     * @param ended whether nothing will ever follow {@code upTo}
     * @param more whether the log went on beyond {@code upTo} when it was read: as many entries or bytes as were asked
     *     for came before
     */
    record Continuous(List<LogEntry> entries, long upTo, boolean ended, boolean more) implements Replay {
        public Continuous {
            entries = List.copyOf(entries);
        }
    }

    /** The cursor is older than what is retained, or newer than the log: load the job afresh and go on from there. */
    record Gap() implements Replay {}

    /** This job does not exist, or it belongs to somebody else. */
    record Missing() implements Replay {}
}
