package dev.tidings.feed;

import java.time.Duration;

/**
 * Hears how readers fare. A transport is one of {@code sse}, {@code poll}, {@code many} (the states of many jobs) and
 * {@code wait} (a request that waits for a change).
 *
 * <p>Threads: called on pump and store threads, many at a time; must not block, and must be cheap: {@link #wrote} and
 * {@link #delivered} are called for each write to each reader.
 */
public interface FeedMeter {
    /** Hears nothing. */
    FeedMeter NONE = new FeedMeter() {};

    /**
     * A reader has begun.
     *
     * @param from {@code cursor}, {@code start} (the retained log from its beginning) or {@code state}
     */
    default void opened(String transport, String from) {}

    /** The first byte could be written so long after the reader was made. */
    default void firstByte(String transport, Duration sinceMade) {}

    /**
     * A batch was written.
     *
     * @param events how many were in it
     * @param conflated how many progress events were left out
     */
    default void wrote(String transport, int events, int conflated) {}

    /** The oldest event of a batch was written so long after it was appended, to a reader that had all before. */
    default void delivered(String transport, Duration sinceAppended) {}

    /**
     * A job's state was written.
     *
     * @param reset whether the reader's cursor could not be honoured
     */
    default void snapshot(String transport, boolean reset) {}

    default void heartbeat(String transport) {}

    /** So many bytes were given to the container. */
    default void bytes(String transport, long bytes) {}

    /** A reader is gone; the reason is {@link CloseReason#word}. */
    default void closed(String transport, String reason) {}

    /** So many logs were read in one statement for readers that were behind. */
    default void loaded(int logs, Duration inStore) {}

    /** A read for readers that were behind has failed. */
    default void loadFailed() {}
}
