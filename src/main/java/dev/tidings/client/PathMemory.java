package dev.tidings.client;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was learned of the path to a server, for the watches that begin within half an hour.
 *
 * <p>Threads: any.
 */
final class PathMemory {
    private static final long WORTH_MS = 30 * 60_000;

    private record Learned(Ladder.Memory memory, long atMs) {}

    private final AtomicReference<@Nullable Learned> learned = new AtomicReference<>();

    void remember(Ladder.Memory memory, long nowMs) {
        learned.set(new Learned(memory, nowMs));
    }

    Ladder.@Nullable Memory recall(long nowMs) {
        Learned last = learned.get();
        return last != null && nowMs - last.atMs() < WORTH_MS ? last.memory() : null;
    }
}
