package dev.tidings.log;

import org.jspecify.annotations.Nullable;

/**
 * A wish to change one job.
 *
 * @param job its id
 * @param decision what to append
 * @param key makes the wish safe to repeat: with a key that is stored already, nothing is decided or appended
 */
public record Write(
        String job, RowDecision decision, @Nullable IdempotencyKey key) {
    public Write(String job, RowDecision decision) {
        this(job, decision, null);
    }
}
