package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.ManualExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PumpTest {
    private final ManualExecutor executor = new ManualExecutor();
    private final ArrayDeque<Pump.Next> answers = new ArrayDeque<>();
    private final TestPump pump = new TestPump(executor);

    @Test
    void many_wake_ups_before_a_turn_ask_for_one_turn() {
        pump.wake();
        pump.wake();
        pump.wakeHere();
        assertThat(executor.waiting()).isEqualTo(1);

        executor.runAll();

        assertThat(pump.turns).isEqualTo(1);
    }

    @Test
    void a_wake_up_during_a_turn_asks_for_another_one_at_once() {
        pump.during = () -> {
            pump.during = () -> {};
            pump.wake();
        };
        pump.wake();
        executor.runOne();

        assertThat(pump.turns).isEqualTo(2);
        assertThat(executor.waiting()).isZero();
    }

    @Test
    void a_pump_that_waits_is_woken_again() {
        pump.wake();
        executor.runAll();
        pump.wake();
        executor.runAll();

        assertThat(pump.turns).isEqualTo(2);
    }

    @Test
    void a_pump_that_yields_goes_to_the_end_of_the_queue_and_is_queued_once() {
        answers.add(Pump.Next.YIELD);
        pump.wake();
        executor.runOne();
        pump.wake();
        assertThat(executor.waiting()).isEqualTo(1);

        executor.runAll();

        assertThat(pump.turns).isEqualTo(2);
    }

    @Test
    void a_pump_that_stopped_is_never_woken() {
        answers.add(Pump.Next.STOP);
        pump.wake();
        executor.runAll();
        pump.wake();
        pump.wakeHere();
        executor.runAll();

        assertThat(pump.turns).isEqualTo(1);
    }

    @Test
    void a_pump_woken_here_takes_its_turn_on_this_thread_unless_it_may_block() {
        pump.wakeHere();
        assertThat(pump.turns).isEqualTo(1);
        assertThat(executor.waiting()).isZero();

        pump.blocking = true;
        pump.wakeHere();

        assertThat(pump.turns).isEqualTo(1);
        assertThat(executor.waiting()).isEqualTo(1);
    }

    @Test
    void a_stopped_executor_is_told_to_the_pump() {
        var refused = new TestPump(task -> {
            throw new RejectedExecutionException("stopped");
        });
        refused.wake();

        assertThat(refused.rejections).isEqualTo(1);
        assertThat(refused.turns).isZero();
    }

    @Test
    void no_two_turns_run_at_a_time_and_no_wake_up_is_lost() throws InterruptedException {
        var threads = Executors.newFixedThreadPool(3);
        var asked = new AtomicInteger();
        var running = new AtomicInteger();
        var overlaps = new AtomicInteger();
        var crowd = new TestPump(threads);
        crowd.during = () -> {
            overlaps.addAndGet(running.getAndIncrement());
            crowd.seen = asked.get();
            running.decrementAndGet();
        };
        var wakers = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            wakers.add(new Thread(() -> {
                for (int wake = 0; wake < 20_000; wake++) {
                    asked.incrementAndGet();
                    crowd.wake();
                }
            }));
        }
        wakers.forEach(Thread::start);
        for (Thread waker : wakers) {
            waker.join();
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        assertThat(overlaps).hasValue(0);
        assertThat(crowd.seen).isEqualTo(80_000);
    }

    private final class TestPump extends Pump {
        private final Executor where;
        private int turns;
        private int rejections;
        private boolean blocking;
        private Runnable during = () -> {};
        private int seen;

        TestPump(Executor where) {
            this.where = where;
        }

        @Override
        protected Next turn() {
            turns++;
            during.run();
            Next next = answers.poll();
            return next == null ? Next.WAIT : next;
        }

        @Override
        protected Executor executor() {
            return where;
        }

        @Override
        protected boolean mayBlock() {
            return blocking;
        }

        @Override
        protected void rejected() {
            rejections++;
        }
    }
}
