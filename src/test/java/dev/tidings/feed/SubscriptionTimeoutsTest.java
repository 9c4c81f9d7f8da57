package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class SubscriptionTimeoutsTest {
    private static final SubscriptionTimeouts STREAMS =
            SubscriptionTimeouts.streams(Duration.ofSeconds(15), Duration.ofMinutes(10), 0.2, Duration.ofSeconds(60));

    @Test
    void lives_are_a_fifth_longer_or_shorter_at_most() {
        assertThat(STREAMS.life(Integer.MIN_VALUE)).isEqualTo(Duration.ofMinutes(8));
        assertThat(STREAMS.life(0)).isEqualTo(Duration.ofMinutes(10));
        assertThat(STREAMS.life(Integer.MAX_VALUE))
                .isBetween(Duration.ofMinutes(12).minusMillis(1), Duration.ofMinutes(12));
    }

    @Test
    void streams_that_begin_together_end_in_different_seconds() {
        var seconds = new HashSet<Long>();
        for (int number = 1; number <= 100; number++) {
            seconds.add(STREAMS.life(place(number)).toSeconds());
        }

        assertThat(seconds).hasSize(100);
    }

    /** As {@link Subscription} has it. */
    private static int place(int number) {
        return number * 0x9E3779B1;
    }

    @Test
    void a_poll_is_held_for_as_long_as_it_is_told() {
        assertThat(SubscriptionTimeouts.poll(Duration.ofSeconds(25)).life(place(7)))
                .isEqualTo(Duration.ofSeconds(25));
    }
}
