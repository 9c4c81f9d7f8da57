package dev.tidings.log;

import dev.tidings.job.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job to be stored.
 *
 * @param id chosen by the caller, unguessable
 * @param priority higher runs first
 * @param notBefore null is at once
 * @param files staged inputs, which become the job's
 * @param retryOf the terminal job that this one retries and whose inputs it shares; null for none
 * @param worker null unless an external worker runs the job: then it is started by its submission
 * @param key null when the request cannot be repeated safely
 * @param maxQueued how many unfinished jobs of any type the owner may have, this one included
 */
public record JobSubmission(
        String id,
        String type,
        @Nullable String title,
        String owner,
        Json params,
        int priority,
        @Nullable Instant notBefore,
        List<InputFile> files,
        @Nullable String retryOf,
        @Nullable Worker worker,
        @Nullable IdempotencyKey key,
        int maxQueued) {

    public JobSubmission {
        files = List.copyOf(files);
    }

    /**
     * Who takes an external worker's job in.
     *
     * @param node the node that accepts it, named in {@code started}
     * @param timeout the silence after which the worker counts as lost
     */
    public record Worker(String node, Duration timeout) {}
}
