package dev.tidings.feed;

import dev.tidings.time.Timer;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells the node's meter how one reader fares.
 *
 * <p>Threads: {@link #opened} on the thread that starts the reader, all else on its pump.
 */
final class SubscriptionMeter {
    private final FeedMeter meter;
    private final String transport;
    private final String from;
    private final Timer timer;
    private final long madeNanos;

    // Owned by the pump.
    private boolean begun;
    private boolean hadAll;

    /**
     * A reader's meter.
     *
     * @param transport see {@link FeedMeter}
     * @param from see {@link FeedMeter#opened}
     */
    SubscriptionMeter(FeedMeter meter, String transport, String from, Timer timer) {
        this.meter = meter;
        this.transport = transport;
        this.from = from;
        this.timer = timer;
        this.madeNanos = timer.nanoTime();
    }

    void opened() {
        meter.opened(transport, from);
    }

    /** The outlet has room. */
    void ready() {
        if (!begun) {
            begun = true;
            meter.firstByte(transport, Duration.ofNanos(timer.nanoTime() - madeNanos));
        }
    }

    /** The reader has all there is; what it gets from now on is new, so its age at the write counts. */
    void upToDate() {
        hadAll = true;
    }

    void wrote(Batch batch) {
        meter.wrote(transport, batch.entries().size(), batch.conflated());
        Instant appended = hadAll && meter != FeedMeter.NONE ? batch.appended() : null;
        if (appended != null) {
            meter.delivered(transport, Duration.between(appended, timer.clock().instant()));
        }
    }

    void snapshot(boolean reset) {
        meter.snapshot(transport, reset);
    }

    void heartbeat() {
        meter.heartbeat(transport);
    }

    /** So many bytes were let out. */
    void flushed(int bytes) {
        if (bytes > 0) {
            meter.bytes(transport, bytes);
        }
    }

    void closed(CloseReason reason) {
        meter.closed(transport, reason.word());
    }
}
