package dev.tidings.feed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The times of one subscription.
 *
 * @param heartbeat the silence after which a heartbeat is due; null for none
 * @param life how long the subscription lasts at most
 * @param atEnd the reason it ends by then
 * @param stuck how long the client may take nothing while something waits for it; null for any time
 */
public record Pace(
        @Nullable Duration heartbeat,
        Duration life,
        CloseReason atEnd,
        @Nullable Duration stuck) {
    /** A poll that is held. */
    public static Pace poll(Duration hold) {
        return new Pace(null, hold, CloseReason.TIMEOUT, null);
    }

    /**
     * An event stream.
     *
     * @param age already jittered
     */
    public static Pace stream(Duration heartbeat, Duration age, Duration stuck) {
        return new Pace(heartbeat, age, CloseReason.ROTATE, stuck);
    }
}
