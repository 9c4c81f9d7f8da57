package dev.tidings.feed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The times of one subscription.
 *
 * @param heartbeat the silence after which a heartbeat is due; null for none
 * @param life how long the subscription lasts at most
 * @param spread the part of {@code life} by which it may be longer or shorter, so that those that began together do not end
 *     together
 * @param atEnd the reason it ends by then
 * @param stuck how long the client may take nothing while something waits for it; null for any time
 */
public record SubscriptionTimeouts(
        @Nullable Duration heartbeat,
        Duration life,
        double spread,
        CloseReason atEnd,
        @Nullable Duration stuck) {
    /** A poll that is held. */
    public static SubscriptionTimeouts poll(Duration hold) {
        return new SubscriptionTimeouts(null, hold, 0, CloseReason.TIMEOUT, null);
    }

    /** Event streams that live for {@code age}, up to {@code spread} of it more or less. One for all is enough. */
    public static SubscriptionTimeouts streams(Duration heartbeat, Duration age, double spread, Duration stuck) {
        return new SubscriptionTimeouts(heartbeat, age, spread, CloseReason.ROTATE, stuck);
    }

    /** An event stream that lives for {@code age}. */
    public static SubscriptionTimeouts stream(Duration heartbeat, Duration age, Duration stuck) {
        return streams(heartbeat, age, 0, stuck);
    }

    /**
     * How long one of many lasts.
     *
     * @param place any number of its own; as a fraction of all ints it says where between the shortest and the longest life
     */
    Duration life(int place) {
        double part = (place - (double) Integer.MIN_VALUE) / (1L << 32);
        return Duration.ofNanos(Math.round(life.toNanos() * (1 + spread * (2 * part - 1))));
    }
}
