package dev.tidings.log;

import dev.tidings.job.Job;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job with what only those who write its log need to know.
 *
 * @param claim the fencing token: raised by every claim and whenever a claim ends, so that who holds an older one
 *     writes nothing
 * @param node the {@link NodeIncarnation} that runs it; null when nobody does
 * @param tries attempts that count against {@code tidings.attempts}; a hand-over gives one back
 * @param ordinal how many writes the present claim's owner has made
 * @param lapsed whether it runs and its lease is over by the store's clock
 * @param worker whether an external worker runs it (contract §8)
 * @param oldest the log holds every event that is not superseded progress after this number
 * @param logLines {@code log} events so far, those included that the log had no room for
 * @param cancelBy who asked for the cancellation, as the {@code cancelling} event said; null when nobody did
 * @param now the store's clock when the row was read
 */
public record JobRow(
        Job job,
        long claim,
        @Nullable String node,
        int tries,
        long ordinal,
        boolean lapsed,
        boolean worker,
        long oldest,
        int logLines,
        @Nullable String cancelBy,
        Instant now) {}
