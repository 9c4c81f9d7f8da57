package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
    private final LogThrottle seldom = new LogThrottle(Duration.ofNanos(10));

    @Test
    void the_first_passes_and_the_next_after_the_pause_tells_how_many_did_not() {
        assertThat(seldom.ask(100)).isZero();
        assertThat(seldom.ask(101)).isEqualTo(-1);
        assertThat(seldom.ask(109)).isEqualTo(-1);
        assertThat(seldom.ask(110)).isEqualTo(2);
        assertThat(seldom.ask(111)).isEqualTo(-1);
    }
}
