package dev.tidings.feed;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The readers of many jobs at this node, by the owners whose jobs they read.
 *
 * <p>Threads: any.
 */
final class MultiJobReaders {
    private final Map<String, List<MultiJobSource>> byOwner = new ConcurrentHashMap<>();

    void join(MultiJobSource source) {
        for (String owner : source.owners()) {
            byOwner.compute(owner, (key, present) -> {
                List<MultiJobSource> sources = present == null ? new CopyOnWriteArrayList<>() : present;
                sources.add(source);
                return sources;
            });
        }
    }

    void leave(MultiJobSource source) {
        for (String owner : source.owners()) {
            byOwner.computeIfPresent(owner, (key, sources) -> {
                sources.remove(source);
                return sources.isEmpty() ? null : sources;
            });
        }
    }

    /**
     * A job may be new, have grown or be gone. Readers that have joined its feed are told by the feed.
     *
     * @param owner null when not known
     */
    void changed(String job, @Nullable String owner) {
        Collection<List<MultiJobSource>> told =
                owner == null ? byOwner.values() : List.of(byOwner.getOrDefault(owner, List.of()));
        told.forEach(sources -> sources.forEach(source -> source.changed(job)));
    }

    /** Anything may have happened. */
    void missed() {
        byOwner.values().forEach(sources -> sources.forEach(MultiJobSource::missed));
    }

    boolean isEmpty() {
        return byOwner.isEmpty();
    }

    @Override
    public String toString() {
        return "readers of " + byOwner.size() + " owners' jobs";
    }
}
