package dev.tidings.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class TimerWheelTest {
    private final TimerWheel wheel = new TimerWheel(InstantSource.system());
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasks_run_in_the_order_of_their_time_and_not_before_it() {
        long begin = System.nanoTime();
        wheel.after(Duration.ofMillis(90), () -> ran.add("late"));
        wheel.after(Duration.ofMillis(10), () -> ran.add("early"));

        turnUntil(2);

        assertThat(ran).containsExactly("early", "late");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(90));
    }

    @Test
    void a_cancelled_task_does_not_run() {
        wheel.after(Duration.ofMillis(10), () -> ran.add("cancelled")).cancel();
        wheel.after(Duration.ofMillis(50), () -> ran.add("kept"));

        turnUntil(1);

        assertThat(ran).containsExactly("kept");
    }

    @Test
    void a_failing_task_does_not_stop_the_others() {
        wheel.after(Duration.ZERO, () -> {
            throw new IllegalStateException("planted");
        });
        wheel.after(Duration.ofMillis(1), () -> ran.add("next"));

        turnUntil(1);

        assertThat(ran).containsExactly("next");
    }

    @Test
    void a_delay_longer_than_one_round_waits_for_its_round() {
        wheel.after(TimerWheel.TICK.multipliedBy(1030), () -> ran.add("second round"));
        wheel.after(TimerWheel.TICK.multipliedBy(6), () -> ran.add("first round"));

        turnUntil(1);

        assertThat(ran).containsExactly("first round");
    }

    private void turnUntil(int count) {
        while (ran.size() < count) {
            wheel.tick();
            Thread.onSpinWait();
        }
    }
}
