package dev.tidings.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.PermanentFailure;
import dev.tidings.job.Progress;
import dev.tidings.testing.FakeJobContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountdownHandlerTest {
    private final CountdownHandler handler = new CountdownHandler();
    private final FakeJobContext context = new FakeJobContext();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void every_step_is_reported_once() throws Exception {
        var result = handler.run(params(3, "0s"), context);

        assertThat(result).isEqualTo(Map.of("steps", 3));
        assertThat(context.progress())
                .containsExactly(
                        Progress.of(1, 3, "steps", "counting", "", null),
                        Progress.of(2, 3, "steps", "counting", "", null),
                        Progress.of(3, 3, "steps", "counting", "", null));
        assertThat(context.artifacts()).isEmpty();
        assertThat(context.log()).isEmpty();
    }

    @Test
    void a_step_takes_the_interval() throws Exception {
        long before = System.nanoTime();

        handler.run(params(3, "20ms"), context);

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(60_000_000);
    }

    @Test
    void failAt_alone_fails_for_good_at_that_step() {
        assertThatThrownBy(() -> handler.run(new CountdownParams(5, "0s", 3, null, null, null, null), context))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("step 3");
        assertThat(context.progress()).hasSize(2);
    }

    @Test
    void with_flaky_the_first_attempts_fail_so_that_they_are_tried_again() {
        var flaky = new CountdownParams(5, "0s", 3, 2, null, null, null);

        for (int attempt = 1; attempt <= 2; attempt++) {
            var failing = new FakeJobContext().inAttempt(attempt);
            assertThatThrownBy(() -> handler.run(flaky, failing))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("step 3");
        }
        assertThatCode(() -> handler.run(flaky, context.inAttempt(3))).doesNotThrowAnyException();
    }

    @Test
    void flaky_without_failAt_fails_at_the_first_step() {
        assertThatThrownBy(() -> handler.run(new CountdownParams(5, "0s", null, 1, null, null, null), context))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("step 1");
    }

    @Test
    void the_artifact_has_the_size_asked_for_and_always_the_same_bytes() throws Exception {
        var params = new CountdownParams(1, "0s", null, null, 100_000L, null, null);
        var second = new FakeJobContext();

        handler.run(params, context);
        handler.run(params, second);

        assertThat(context.artifact("countdown.bin")).hasSize(100_000).isEqualTo(second.artifact("countdown.bin"));
        assertThat(context.mediaType("countdown.bin")).isEqualTo("application/octet-stream");
    }

    @Test
    void an_artifact_may_be_empty() throws Exception {
        handler.run(new CountdownParams(1, "0s", null, null, 0L, null, null), context);

        assertThat(context.artifact("countdown.bin")).isEmpty();
    }

    @Test
    void logEvery_writes_a_line_every_so_many_steps() throws Exception {
        handler.run(new CountdownParams(5, "0s", null, null, null, 2, null), context);

        assertThat(context.log()).containsExactly("info: step 2 of 5", "info: step 4 of 5");
    }

    @Test
    void a_cancellation_ends_it_before_the_next_step() {
        context.cancelledWhenDone(done -> done == 2);

        assertThatThrownBy(() -> handler.run(params(5, "0s"), context)).isInstanceOf(InterruptedException.class);
        assertThat(context.progress()).hasSize(2);
    }

    @Test
    void an_interrupt_ends_the_wait_at_once() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> handler.run(params(5, "PT10H"), context)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void ignoreInterrupt_goes_on_to_the_end() throws Exception {
        context.cancelledWhenDone(done -> done == 2);

        var result = handler.run(new CountdownParams(5, "1ms", null, null, 10L, null, true), context);

        assertThat(result).isEqualTo(Map.of("steps", 5));
        assertThat(context.progress()).hasSize(5);
        assertThat(context.artifact("countdown.bin")).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({
        "15s, PT15S",
        "200ms, PT0.2S",
        "0s, PT0S",
        "2m, PT2M",
        "1h, PT1H",
        "1d, P1D",
        "PT1.5S, PT1.5S",
        "pt2m, PT2M"
    })
    void intervals_are_short_or_iso(String text, Duration expected) {
        assertThat(Countdown.of(params(1, text)).interval()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 parsecs", "-5s", "PT-5S", "99999999999999999s", "2d", "999999999999d"})
    void an_interval_that_is_none_or_too_long_fails_for_good(String text) {
        assertThatThrownBy(() -> Countdown.of(params(1, text)))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("interval");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,-,-,-,steps",
                "0,-,-,-,steps",
                "1000001,-,-,-,steps",
                "5,0,-,-,failAt",
                "5,-,-1,-,flaky",
                "5,-,-,-1,artifactBytes"
            })
    void a_parameter_out_of_range_fails_for_good_and_is_named(
            Integer steps, Integer failAt, Integer flaky, Long artifactBytes, String named) {
        var params = new CountdownParams(steps, "0s", failAt, flaky, artifactBytes, null, null);

        assertThatThrownBy(() -> handler.run(params, context))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageStartingWith(named);
    }

    private static CountdownParams params(Integer steps, String interval) {
        return new CountdownParams(steps, interval, null, null, null, null, null);
    }
}
