package dev.tidings.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.LogLevel;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class AppenderTest {
    private final VirtualTime time = new VirtualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final LogOnlyStore store = new LogOnlyStore();
    private final List<String> told = new ArrayList<>();
    private final LogListener listener = new LogListener() {
        @Override
        public void grown(WriteResult.Appended growth) {
            told.add(growth.job().id() + " " + growth.entries().size());
        }

        @Override
        public void deleted(Job job) {
            told.add(job.id() + " deleted");
        }

        @Override
        public void unsure(String job) {
            told.add(job + " unsure");
        }
    };
    private final List<Long> slept = new ArrayList<>();
    private final Appender appender =
            new Appender(store, executor, time, new Random(1), listener, AppendMeter.NONE, slept::add);

    @Test
    void a_write_leaves_at_once_when_nothing_is_under_way() {
        var written = say("j1", 1);

        assertThat(executor.waiting()).isEqualTo(1);
        executor.runAll();

        assertThat(written).isCompletedWithValueMatching(WriteResult.Done.class::isInstance);
        assertThat(told).containsExactly("j1 1");
    }

    @Test
    void what_gathers_meanwhile_leaves_in_one_group() {
        store.duringNextWrite = () -> {
            say("j1", 2);
            say("j2", 1);
        };
        say("j1", 1);

        executor.runAll();

        assertThat(store.groups).containsExactly(List.of("j1"), List.of("j1", "j2"));
    }

    @Test
    void groups_of_more_than_one_write_begin_some_milliseconds_apart() {
        store.duringNextWrite = () -> {
            time.advance(Duration.ofMillis(1));
            say("j1", 2);
        };
        say("j1", 1);
        executor.runAll();
        assertThat(slept).as("after one write alone").isEmpty();

        store.duringNextWrite = () -> {
            time.advance(Duration.ofMillis(1));
            say("j1", 5);
        };
        say("j1", 3);
        say("j2", 4);
        executor.runAll();
        assertThat(slept).containsExactly(Appender.SPACING.minusMillis(1).toNanos());

        time.advance(Duration.ofSeconds(1));
        say("j1", 6);
        executor.runAll();
        assertThat(slept).as("later").hasSize(1);
    }

    @Test
    void a_full_group_does_not_wait() {
        store.duringNextWrite = () -> {
            for (int i = 0; i < Appender.GROUP; i++) {
                say("j" + i, 1);
            }
        };
        say("a", 1);
        say("b", 1);

        executor.runAll();

        assertThat(store.groups).extracting(List::size).containsExactly(2, Appender.GROUP);
        assertThat(slept).isEmpty();
    }

    @Test
    void a_group_is_bounded() {
        for (int i = 0; i < Appender.GROUP + 1; i++) {
            say("j" + i, 1);
        }

        executor.runAll();

        assertThat(store.groups).extracting(List::size).containsExactly(Appender.GROUP, 1);
    }

    @Test
    void a_held_row_delays_its_job_only_and_keeps_its_order() {
        store.busy.add("j1");
        say("j1", 1);
        say("j1", 2);
        say("j2", 1);
        executor.runAll();
        say("j1", 3);
        executor.runAll();

        assertThat(store.stored("j2")).containsExactly("1");
        assertThat(store.stored("j1")).isEmpty();

        store.busy.clear();
        settle();

        assertThat(store.stored("j1")).containsExactly("1", "2", "3");
    }

    @Test
    void an_owners_writes_survive_a_store_that_is_away() {
        store.failBefore = 5;
        var first = say("j1", 1);
        var second = say("j1", 2);
        var other = say("j2", 1);

        settle();

        assertThat(store.stored("j1")).containsExactly("1", "2");
        assertThat(store.stored("j2")).containsExactly("1");
        assertThat(List.of(first, second, other)).allMatch(CompletableFuture::isDone);
    }

    @Test
    void a_commit_that_ends_without_an_answer_is_not_repeated_but_told() {
        store.failAfter = 1;
        var written = say("j1", 1);

        settle();

        assertThat(store.stored("j1")).containsExactly("1");
        assertThat(written).isCompletedWithValueMatching(WriteResult.Unchanged.class::isInstance);
        assertThat(told).containsExactly("j1 unsure");
    }

    @Test
    void the_writes_of_others_fail_at_once_with_the_store() {
        store.failBefore = 1;
        var written = appender.write(new Write("j1", row -> RowDecision.Verdict.append(line(1))));

        executor.runAll();

        assertThat(written).isCompletedExceptionally();
        assertThatThrownBy(written::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreException.class);
        settle();
        assertThat(store.stored("j1")).isEmpty();
    }

    @Test
    void a_write_that_the_store_does_not_answer_fails_in_time() {
        var written = appender.write(new Write("j1", row -> RowDecision.Verdict.append(line(1))));

        time.advance(Appender.PATIENCE);

        assertThatThrownBy(written::join).hasCauseInstanceOf(StoreException.class);
        executor.runAll();
        assertThat(store.stored("j1")).isEmpty();
    }

    @Test
    void too_many_waiting_writes_are_refused() {
        for (int i = 0; i < Appender.QUEUE; i++) {
            say("j1", i);
        }

        var written = appender.write(new Write("j1", row -> RowDecision.Verdict.append(line(1))));

        assertThatThrownBy(written::join).hasCauseInstanceOf(StoreException.class);
    }

    @Test
    void a_write_that_is_not_wanted_any_more_is_left_out() {
        store.failBefore = 1;
        var unwanted = say("j1", 1);
        executor.runAll();
        unwanted.cancel(false);
        say("j1", 2);

        settle();

        assertThat(store.stored("j1")).containsExactly("2");
        assertThat(appender.waiting()).isZero();
    }

    @Test
    void a_decision_that_throws_spoils_only_itself() {
        var broken = appender.writeUntilStored(new Write("j1", row -> {
            throw new IllegalStateException("no");
        }));
        var sound = say("j2", 1);

        executor.runAll();

        assertThatThrownBy(broken::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(sound).isCompletedWithValueMatching(WriteResult.Done.class::isInstance);
    }

    @Test
    void a_write_that_the_store_never_takes_is_given_up_and_holds_up_nobody() {
        store.poison = "j1";
        var poisoned = say("j1", 1);
        for (int i = 1; i < 60; i++) {
            say("j2", i);
            settle(Duration.ofSeconds(1));
        }

        assertThatThrownBy(poisoned::join).hasCauseInstanceOf(StoreException.class);
        assertThat(store.stored("j2")).hasSize(59).first().isEqualTo("1");
        assertThat(store.stored("j1")).isEmpty();
    }

    @Test
    void refused_writes_among_hundreds_delay_and_end_their_own_jobs_only() {
        store.refused.addAll(List.of("j7", "j99", "j255"));
        var writes = new ArrayList<CompletableFuture<WriteResult>>();
        for (int i = 0; i < 300; i++) {
            writes.add(say("j" + i, 1));
        }

        executor.runAll();

        for (int i = 0; i < 300; i++) {
            assertThat(store.stored("j" + i)).hasSize(store.refused.contains("j" + i) ? 0 : 1);
        }
        assertThat(time.nanoTime()).as("no good write waits for a timer").isZero();
        settle(Duration.ofSeconds(1));
        for (String refused : store.refused) {
            var write = writes.get(Integer.parseInt(refused.substring(1)));
            assertThatThrownBy(write::join).hasCauseInstanceOf(StoreException.class);
        }
        say("j7", 2);
        say("j8", 2);
        executor.runAll();
        assertThat(store.stored("j8")).containsExactly("1", "2");
    }

    @Test
    void a_request_that_shares_a_group_with_a_refused_write_does_not_fail_with_it() {
        store.refused.add("j1");
        var refused = appender.write(new Write("j1", row -> RowDecision.Verdict.append(line(1))));
        var sound = appender.write(new Write("j2", row -> RowDecision.Verdict.append(line(1))));

        executor.runAll();

        assertThat(sound).isCompletedWithValueMatching(WriteResult.Done.class::isInstance);
        assertThatThrownBy(refused::join).hasCauseInstanceOf(StoreException.class);
    }

    @Test
    void a_write_that_the_store_has_no_room_for_is_kept_though_smaller_ones_are_taken() {
        store.poison = "j1";
        store.reason = StoreException.Reason.FULL;
        var waits = say("j1", 1);
        for (int i = 1; i < 60; i++) {
            say("j2", i);
            settle(Duration.ofSeconds(1));
        }
        assertThat(waits).isNotDone();

        store.poison = "";
        settle(Duration.ofSeconds(5));

        assertThat(waits).isCompleted();
        assertThat(store.stored("j1")).containsExactly("1");
    }

    @Test
    void an_executor_that_refuses_is_tried_again() {
        var refusals = new int[] {2};
        var picky = new Appender(
                store,
                task -> {
                    if (refusals[0]-- > 0) {
                        throw new java.util.concurrent.RejectedExecutionException("full");
                    }
                    task.run();
                },
                time,
                new Random(1),
                listener,
                AppendMeter.NONE,
                slept::add);

        var written = picky.writeUntilStored(new Write("j1", row -> RowDecision.Verdict.append(line(1))));
        time.advance(Duration.ofSeconds(10));

        assertThat(written).isCompleted();
    }

    /** As an owner does: the ordinal tells what is stored already. */
    @CanIgnoreReturnValue
    private CompletableFuture<WriteResult> say(String job, int ordinal) {
        return appender.writeUntilStored(new Write(
                job,
                row -> row.ordinal() >= ordinal
                        ? RowDecision.Verdict.NOTHING
                        : new RowDecision.Verdict(List.of(line(ordinal)), (long) ordinal, false, null)));
    }

    private static Event line(int number) {
        return new Event.Log(LogLevel.INFO, Integer.toString(number));
    }

    private void settle() {
        settle(Duration.ofSeconds(30));
    }

    private void settle(Duration over) {
        for (int i = 0; i < 100; i++) {
            executor.runAll();
            time.advance(over.dividedBy(100));
        }
        executor.runAll();
    }
}
