package dev.tidings.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.LogLines;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {
    private static final Duration FIRST_REST = Duration.ofMillis(100);
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final LogLines log = new LogLines();
    private Runnable work = () -> {};
    private boolean full;
    private int runs;

    private final Loop loop = new Loop(
            log,
            "count",
            task -> {
                if (full) {
                    throw new RejectedExecutionException("full");
                }
                executor.execute(task);
            },
            time,
            new Backoff(FIRST_REST, LONGEST_REST, new Random(1)),
            () -> {
                runs++;
                work.run();
            });

    @AfterEach
    void nothing_is_left() {
        loop.close();
        assertThat(executor.waiting()).isZero();
        assertThat(time.waiting()).isZero();
    }

    @Test
    void a_request_runs_the_work_once_on_the_executor() {
        loop.request();
        assertThat(runs).isZero();
        assertThat(loop.idle()).isFalse();

        executor.runAll();

        assertThat(runs).isEqualTo(1);
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void requests_before_a_run_begins_are_one_run() {
        loop.request();
        loop.request();
        loop.request();

        assertThat(executor.waiting()).isEqualTo(1);
        executor.runAll();
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void requests_while_it_runs_are_one_more_run_after_it() {
        work = () -> {
            if (runs == 1) {
                loop.request();
                loop.request();
                assertThat(executor.waiting()).isZero();
            }
        };

        loop.request();
        executor.runAll();

        assertThat(runs).isEqualTo(2);
    }

    @Test
    void the_next_run_comes_after_its_pause_and_not_before() {
        loop.next(Duration.ofSeconds(5));

        time.advance(Duration.ofMillis(4_999));
        assertThat(executor.waiting()).isZero();
        time.advance(Duration.ofMillis(1));
        executor.runAll();

        assertThat(runs).isEqualTo(1);
    }

    @Test
    void the_earliest_requested_time_counts_and_answers_the_later_ones() {
        loop.next(Duration.ofSeconds(5));
        loop.next(Duration.ofSeconds(2));
        loop.next(Duration.ofSeconds(9));

        advance(Duration.ofSeconds(2));
        assertThat(runs).isEqualTo(1);
        advance(Duration.ofSeconds(20));
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void a_request_does_not_wait_for_the_planned_run() {
        loop.next(Duration.ofSeconds(5));
        loop.request();
        executor.runAll();

        assertThat(runs).isEqualTo(1);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void work_that_asks_for_the_next_run_each_time_is_periodic() {
        work = () -> loop.next(Duration.ofSeconds(1));
        loop.request();
        executor.runAll();

        for (int i = 0; i < 10; i++) {
            advance(Duration.ofSeconds(1));
        }

        assertThat(runs).isEqualTo(11);
    }

    @Test
    void a_failed_run_is_repeated_after_rests_that_grow_to_the_longest() {
        fail(20);
        loop.request();
        executor.runAll();

        Duration before = Duration.ZERO;
        for (int i = 0; i < 3; i++) {
            Duration rest = untilTheNextRun();
            assertThat(rest).isGreaterThan(before.dividedBy(2)).isLessThanOrEqualTo(FIRST_REST.multipliedBy(1L << i));
            before = rest;
        }
        for (int i = 0; i < 10; i++) {
            assertThat(untilTheNextRun()).isLessThanOrEqualTo(LONGEST_REST);
        }
    }

    @Test
    void an_error_is_a_failure_too() {
        work = () -> {
            if (runs == 1) {
                throw new StackOverflowError();
            }
        };
        loop.request();
        executor.runAll();

        advance(FIRST_REST);

        assertThat(runs).isEqualTo(2);
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void requests_do_not_shorten_the_rest_after_a_failure() {
        fail(1);
        loop.request();
        executor.runAll();

        loop.request();
        loop.next(Duration.ofMillis(1));
        advance(FIRST_REST.dividedBy(2).minusMillis(1));
        assertThat(runs).isEqualTo(1);

        advance(FIRST_REST);
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void what_a_failing_run_asked_for_waits_for_its_rest() {
        work = () -> {
            loop.request();
            throw new IllegalStateException("no");
        };
        loop.request();
        executor.runOne();

        assertThat(executor.waiting()).isZero();
        work = () -> {};
        advance(FIRST_REST);
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void the_first_failure_is_told_once_and_so_is_the_success_after_it() {
        fail(3);
        loop.request();
        executor.runAll();
        for (int i = 0; i < 5; i++) {
            advance(LONGEST_REST);
        }

        assertThat(log.lines())
                .containsExactly(
                        "WARNING: cannot count; trying again with growing pauses",
                        "INFO: can count again, after 3 failures");
    }

    @Test
    void after_a_success_the_rests_begin_anew() {
        fail(3);
        loop.request();
        executor.runAll();
        for (int i = 0; i < 5; i++) {
            advance(LONGEST_REST);
        }
        runs = 0;
        fail(1);
        loop.request();
        executor.runAll();

        assertThat(untilTheNextRun()).isLessThanOrEqualTo(FIRST_REST);
    }

    @Test
    void a_run_that_the_executor_refuses_is_repeated_after_a_rest() {
        full = true;
        loop.request();
        full = false;
        loop.request();
        assertThat(executor.waiting()).isZero();

        advance(FIRST_REST);

        assertThat(runs).isEqualTo(1);
        assertThat(log.lines()).first().asString().contains("cannot count");
    }

    @Test
    void during_a_rest_that_was_asked_for_no_run_begins_and_one_follows() {
        work = () -> {
            if (runs == 1) {
                loop.rest(Duration.ofSeconds(4));
            }
        };
        loop.request();
        executor.runAll();

        loop.request();
        advance(Duration.ofMillis(3_999));
        assertThat(runs).isEqualTo(1);
        advance(Duration.ofMillis(1));
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void a_rest_holds_back_a_run_that_was_planned_for_earlier() {
        loop.next(Duration.ofSeconds(1));
        loop.rest(Duration.ofSeconds(3));

        advance(Duration.ofMillis(2_999));
        assertThat(runs).isZero();
        advance(Duration.ofMillis(1));
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void a_closed_loop_begins_nothing_and_leaves_no_alarm() {
        loop.next(Duration.ofSeconds(1));
        loop.close();
        loop.request();
        loop.next(Duration.ofSeconds(1));

        advance(Duration.ofSeconds(10));

        assertThat(runs).isZero();
    }

    @Test
    void a_run_that_fails_after_the_close_is_the_last_and_is_not_told() {
        fail(1);
        loop.request();
        loop.close();
        executor.runAll();

        advance(LONGEST_REST);

        assertThat(runs).isEqualTo(1);
        assertThat(log.lines()).isEmpty();
    }

    private void fail(int times) {
        work = () -> {
            if (runs <= times) {
                throw new IllegalStateException("run " + runs + " fails");
            }
        };
    }

    private void advance(Duration by) {
        time.advance(by);
        executor.runAll();
    }

    private Duration untilTheNextRun() {
        int before = runs;
        for (int ms = 1; ms <= 2_000; ms++) {
            advance(Duration.ofMillis(1));
            if (runs > before) {
                return Duration.ofMillis(ms);
            }
        }
        throw new AssertionError("no run within two seconds");
    }
}
