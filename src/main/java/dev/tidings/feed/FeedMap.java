package dev.tidings.feed;

import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A feed for each job that somebody reads.
 *
 * <p>A feed outlives the last reader of its one job by {@link #LINGER}, so that a client that polls again finds the log in
 * memory.
 *
 * <p>Threads: any.
 */
final class FeedMap {
    private static final Duration LINGER = Duration.ofSeconds(40);

    private final LogLoader loader;
    private final Timer timer;
    private final PumpExecutors pumps;
    private final Map<String, Feed> feeds = new ConcurrentHashMap<>();

    FeedMap(LogLoader loader, Timer timer, PumpExecutors pumps) {
        this.loader = loader;
        this.timer = timer;
        this.pumps = pumps;
    }

    /**
     * Adds a reader to the job's feed.
     *
     * @param mayPoll whether its client may come back soon after it has left
     */
    Feed join(String job, Subscriber reader, boolean mayPoll) {
        return feeds.compute(job, (id, present) -> {
            Feed feed = present == null ? new Feed(id, loader, pumps) : present;
            feed.add(reader, mayPoll);
            return feed;
        });
    }

    void leave(Feed feed, Subscriber reader) {
        feed.remove(reader);
        if (feed.unread() && feed.mayBePolled()) {
            timer.after(LINGER, () -> dropUnread(feed));
        } else {
            dropUnread(feed);
        }
    }

    private void dropUnread(Feed feed) {
        feeds.computeIfPresent(feed.job(), (id, present) -> present == feed && feed.unread() ? null : present);
    }

    @Nullable
    Feed get(String job) {
        return feeds.get(job);
    }

    @Nullable
    Feed remove(String job) {
        return feeds.remove(job);
    }

    /** Any log may have grown. Unread feeds go: after a restore from a backup they may be of a future that was lost. */
    void missed() {
        feeds.values().forEach(this::dropUnread);
        feeds.values().forEach(Feed::hinted);
    }

    /** The jobs that are read one by one, or were a moment ago, unless their log has surely not ended. */
    Stream<String> perhapsEnded() {
        return feeds.values().stream()
                .filter(Feed::mayBePolled)
                .filter(Feed::perhapsEnded)
                .map(Feed::job);
    }

    boolean isEmpty() {
        return feeds.isEmpty();
    }

    @Override
    public String toString() {
        return feeds.size() + " feeds";
    }
}
