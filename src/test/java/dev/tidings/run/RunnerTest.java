package dev.tidings.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.PermanentFailure;
import dev.tidings.job.Problem;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Write;
import dev.tidings.run.TestNode.Script;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunnerTest {
    private final VirtualTime time = new VirtualTime();
    private final RecordedStore store = new RecordedStore(time.clock());
    private final List<TestNode> nodes = new ArrayList<>();
    private final FaultyStore faults = new FaultyStore();
    private int named;
    private int seeds = 6;

    @Test
    void a_submitted_job_is_run_at_once() {
        var node = node((params, context) -> params.json());
        submit("j1");

        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "succeeded");
        assertThat(job("j1").result()).isEqualTo(new Json("\"{}\""));
        assertThat(node.runner.running()).isZero();
    }

    @Test
    void no_more_attempts_run_at_once_than_there_is_room_for() {
        var node = node((params, context) -> {
            Strands.pause();
            return null;
        });
        submit("j1");
        submit("j2");
        submit("j3");
        settle(1);

        assertThat(node.jobThreads.unfinished()).isEqualTo(2);
        node.jobThreads.stepAll();
        settle();
        node.jobThreads.stepAll();
        settle();

        assertThat(List.of("j1", "j2", "j3")).allMatch(id -> job(id).state() == JobState.SUCCEEDED);
    }

    @Test
    void a_job_runs_when_it_falls_due() {
        node((params, context) -> null).jobThreads.stepAll();
        submit("j1", Duration.ofSeconds(60));

        pass(Duration.ofSeconds(59));
        assertThat(types("j1")).containsExactly("queued");
        pass(Duration.ofSeconds(2));

        assertThat(job("j1").state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void a_job_submitted_at_another_node_is_found_by_a_hint() {
        var node = node((params, context) -> null);
        settle();
        store.jobs.submit(submission("j1", null));

        node.runner.grown(Set.of(new WakeUps.Hint("j1", "alice")));
        pass(Duration.ofMillis(100));

        assertThat(job("j1").state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void a_job_submitted_at_another_node_is_found_without_a_hint() {
        node((params, context) -> null);
        settle();
        store.jobs.submit(submission("j1", null));

        pass(Duration.ofSeconds(5));

        assertThat(job("j1").state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void an_attempt_that_throws_is_tried_again_after_a_growing_pause() {
        var tries = new int[1];
        node((params, context) -> {
            if (tries[0]++ < 2) {
                throw new IllegalStateException("The bank is closed.");
            }
            return null;
        });
        submit("j1");

        pass(Duration.ofSeconds(10));

        assertThat(types("j1"))
                .containsExactly("queued", "started", "retrying", "started", "retrying", "started", "succeeded");
        var first = (Event.Retrying) event("j1", 3);
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.error()).isEqualTo(new Problem("handler-failed", "The job failed", "The bank is closed."));
        assertThat(pauseAfter("j1", 3)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(pauseAfter("j1", 5)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void a_job_that_throws_in_every_attempt_is_failed() {
        node((params, context) -> {
            throw new OutOfMemoryError("Java heap space");
        });
        submit("j1");

        pass(Duration.ofSeconds(30));

        assertThat(types("j1"))
                .containsExactly("queued", "started", "retrying", "started", "retrying", "started", "failed");
        assertThat(job("j1").error().detail()).isEqualTo("The job needed more memory than the server has.");
    }

    @Test
    void a_permanent_failure_is_not_tried_again() {
        node((params, context) -> {
            throw new PermanentFailure("Column 3 is not a number.");
        });
        submit("j1");

        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "failed");
        assertThat(job("j1").error().detail()).isEqualTo("Column 3 is not a number.");
    }

    @Test
    void parameters_that_do_not_fit_fail_the_job() {
        node((params, context) -> null);
        store.jobs.submit(new JobSubmission(
                "j1", "work", null, "alice", new Json("{\"unfit\": 1}"), 0, null, List.of(), null, null, null, 10));

        pass(Duration.ofSeconds(5));

        assertThat(job("j1").error().type()).isEqualTo("invalid-parameters");
        assertThat(job("j1").error().detail()).isEqualTo("steps must be a number");
    }

    @Test
    void a_result_that_is_no_JSON_fails_the_job() {
        node((params, context) -> Thread.currentThread());
        submit("j1");

        settle();

        assertThat(job("j1").error().type()).isEqualTo("invalid-result");
    }

    @Test
    void a_result_that_is_too_long_for_an_event_becomes_an_artifact() {
        String text = "x".repeat(Attempt.RESULT_BYTES - 1);
        node((params, context) -> text.substring(context.jobId().equals("j1") ? 0 : 1));
        submit("j1");
        submit("j2");

        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "artifact", "succeeded");
        assertThat(job("j1").result()).isEqualTo(new Json("{\"artifact\":\"result.json\"}"));
        var artifact = job("j1").artifacts().get(0);
        assertThat(artifact.mediaType()).isEqualTo("application/json");
        assertThat(artifact.size()).isEqualTo(Attempt.RESULT_BYTES + 1);
        assertThat(store.memory.chunk(artifact.version(), 0))
                .hasValueSatisfying(
                        bytes -> assertThat(new String(bytes, UTF_8)).isEqualTo("\"" + text + "\""));
        assertThat(types("j2")).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void the_artifact_of_a_long_result_does_not_take_a_name_of_the_handler() {
        node((params, context) -> {
            context.writeArtifact("result.json", "text/plain", out -> out.write('x'));
            return "x".repeat(Attempt.RESULT_BYTES);
        });
        submit("j1");

        settle();

        assertThat(job("j1").result()).isEqualTo(new Json("{\"artifact\":\"result-1.json\"}"));
        assertThat(job("j1").artifacts()).extracting(Artifact::name).containsExactly("result.json", "result-1.json");
    }

    @Test
    void a_long_result_is_stored_also_when_the_job_was_to_stop_meanwhile() {
        var node = node((params, context) -> {
            try {
                while (true) {
                    Strands.pause();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return "x".repeat(Attempt.RESULT_BYTES);
            }
        });
        submit("j1");
        settle();
        askToCancel(node, "j1");
        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "cancelling", "artifact", "succeeded");
    }

    @Test
    void a_running_job_that_is_cancelled_is_interrupted_and_ends_as_cancelled() {
        var node = node((params, context) -> {
            while (true) {
                Strands.pause();
            }
        });
        submit("j1");
        settle();
        askToCancel(node, "j1");
        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "cancelling", "cancelled");
        assertThat(event("j1", 4)).isEqualTo(new Event.Cancelled("bob"));
    }

    @Test
    void a_cancellation_at_another_node_is_heard_by_a_hint_or_found_at_the_next_renewal() {
        var node = node((params, context) -> {
            while (true) {
                Strands.pause();
            }
        });
        submit("j1");
        submit("j2");
        settle();
        store.jobs.write(List.of(cancelling("j1"), cancelling("j2")));
        node.runner.grown(Set.of(new WakeUps.Hint("j1", "alice")));
        pass(Duration.ofMillis(100));

        assertThat(job("j1").state()).isEqualTo(JobState.CANCELLED);
        assertThat(job("j2").state()).isEqualTo(JobState.RUNNING);

        pass(TestNode.LEASE.dividedBy(3));
        assertThat(job("j2").state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void a_job_that_finishes_in_spite_of_a_cancellation_says_what_happened() {
        var node = node((params, context) -> {
            boolean more = true;
            while (more) {
                try {
                    Strands.pause();
                } catch (InterruptedException ignored) {
                    more = false;
                }
            }
            return "stopped half way: " + context.cancelled();
        });
        submit("j1");
        settle();
        askToCancel(node, "j1");
        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "cancelling", "succeeded");
        assertThat(job("j1").result()).isEqualTo(new Json("\"stopped half way: true\""));
    }

    @Test
    void a_handler_that_sleeps_on_is_interrupted_again() {
        var interrupts = new int[1];
        var node = node((params, context) -> {
            while (interrupts[0] < 3) {
                try {
                    Strands.pause();
                } catch (InterruptedException ignored) {
                    interrupts[0]++;
                }
            }
            return null;
        });
        submit("j1");
        settle();
        askToCancel(node, "j1");
        settle();
        assertThat(interrupts[0]).isEqualTo(1);
        pass(Duration.ofSeconds(2));
        assertThat(interrupts[0]).isEqualTo(2);
        pass(Duration.ofSeconds(4));
        assertThat(interrupts[0]).isEqualTo(3);
    }

    @Test
    void a_cancelled_attempt_that_ignores_its_interruption_is_abandoned_after_the_grace() {
        var node = node(RunnerTest::sleepOn);
        submit("j1");
        settle(1);
        askToCancel(node, "j1");
        pass(TestNode.GRACE.minusSeconds(1));
        assertThat(job("j1").state()).isEqualTo(JobState.RUNNING);
        assertThat(node.runner.running()).isEqualTo(1);

        pass(Duration.ofSeconds(2));

        assertThat(types("j1")).startsWith("queued", "started", "cancelling").endsWith("cancelled");
        assertThat(node.runner.running()).isZero();
        assertThat(node.runner.abandoned()).isEqualTo(1);
    }

    @Test
    void the_slots_of_abandoned_attempts_run_other_jobs_and_their_own_reports_are_dropped() {
        var enough = new boolean[1];
        var node = node((params, context) -> {
            if (context.jobId().compareTo("j3") >= 0) {
                return "ran";
            }
            while (!enough[0]) {
                try {
                    Strands.pause();
                } catch (InterruptedException ignored) {
                    context.log("I go on");
                }
            }
            context.log("late");
            return "late";
        });
        submit("j1");
        submit("j2");
        settle(1);
        submit("j3");
        askToCancel(node, "j1");
        askToCancel(node, "j2");
        pass(TestNode.GRACE.plusSeconds(6));
        assertThat(job("j3").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(node.runner.abandoned()).isEqualTo(2);

        enough[0] = true;
        pass(Duration.ofSeconds(5));

        assertThat(node.runner.abandoned()).isZero();
        assertThat(node.runner.running()).isZero();
        assertThat(job("j1").state()).isEqualTo(JobState.CANCELLED);
        assertThat(types("j1")).endsWith("cancelled");
    }

    @Test
    void beyond_the_most_abandoned_attempts_a_slot_is_freed_only_when_its_thread_ends() {
        var enough = new boolean[1];
        var node = node((params, context) -> {
            while (!enough[0]) {
                try {
                    Strands.pause();
                } catch (InterruptedException ignored) {
                    context.log("I go on");
                }
            }
            return null;
        });
        for (String job : List.of("j1", "j2", "j3")) {
            submit(job);
            pass(Duration.ofSeconds(5));
            askToCancel(node, job);
            pass(TestNode.GRACE.plusSeconds(1));
        }

        assertThat(job("j3").state()).isEqualTo(JobState.CANCELLED);
        assertThat(node.runner.abandoned()).isEqualTo(2);
        assertThat(node.runner.running()).isEqualTo(1);

        enough[0] = true;
        pass(Duration.ofSeconds(5));
        assertThat(node.runner.running()).isZero();
        assertThat(node.runner.abandoned()).isZero();
    }

    @Test
    void an_attempt_that_has_lost_its_job_and_goes_on_is_abandoned_too() {
        var node = node(RunnerTest::sleepOn);
        submit("j1");
        settle(1);
        faults.away = true;
        pass(TestNode.LEASE.plus(TestNode.GRACE).plusSeconds(5));

        assertThat(node.runner.running()).isZero();
        assertThat(node.runner.abandoned()).isEqualTo(1);
    }

    private static Object sleepOn(TestNode.Params params, JobContext context) {
        while (true) {
            try {
                Strands.pause();
            } catch (InterruptedException ignored) {
                context.log("I go on");
            }
        }
    }

    @Test
    void an_attempts_thread_names_its_job() {
        var names = new ArrayList<String>();
        var node = node((params, context) -> {
            names.add(Thread.currentThread().getName());
            return null;
        });
        submit("j1");
        settle();

        assertThat(names.get(0)).endsWith(" job j1");
        assertThat(node.runner.running()).isZero();
    }

    @Test
    void a_job_of_a_silent_node_is_run_elsewhere_and_the_first_attempt_writes_nothing_more() {
        var first = node((params, context) -> {
            context.log("one");
            Strands.pause();
            context.log("two");
            return "first";
        });
        submit("j1");
        settle(1);
        nodes.remove(first);

        var second = node((params, context) -> "second");
        pass(TestNode.LEASE.multipliedBy(2));
        first.jobThreads.stepAll();
        first.storeThreads.runAll();

        assertThat(types("j1")).containsExactly("queued", "started", "log", "queued", "started", "succeeded");
        assertThat(job("j1").result()).isEqualTo(new Json("\"second\""));
        assertThat(job("j1").attempt()).isEqualTo(2);
        assertThat(second.runner.running()).isZero();
        assertThat(first.runner.running()).isZero();
    }

    @Test
    void a_job_whose_lease_was_renewed_in_the_last_moment_is_not_taken_over() {
        var node = node((params, context) -> {
            Strands.pause();
            return null;
        });
        submit("j1");
        settle(1);
        nodes.remove(node);
        time.advance(TestNode.LEASE);
        assertThat(store.jobs.lapsed(1)).containsExactly("j1");
        store.jobs.renew(requireNonNull(store.row("j1").node()), TestNode.LEASE);
        var endings = new AttemptOutcomes(3, 100, new Random(1));

        assertThat(endings.takenOver(store.row("j1"))).isEqualTo(Verdict.NOTHING);
        time.advance(TestNode.LEASE);
        assertThat(endings.takenOver(store.row("j1")).events()).containsExactly(new Event.Queued());
    }

    @Test
    void a_job_whose_nodes_fall_silent_again_and_again_is_failed_as_lost() {
        var dead = new ArrayList<TestNode>();
        submit("j1");
        for (int i = 1; i <= 3; i++) {
            int attempt = i;
            var node = node((params, context) -> {
                while (true) {
                    Strands.pause();
                }
            });
            pass(TestNode.LEASE.multipliedBy(2), () -> starts("j1") == attempt);
            nodes.remove(node);
            dead.add(node);
        }
        node((params, context) -> "never");
        pass(TestNode.LEASE.multipliedBy(2));

        assertThat(job("j1").state()).isEqualTo(JobState.FAILED);
        assertThat(job("j1").error().type()).isEqualTo("worker-lost");
        assertThat(dead).hasSize(3);
    }

    @Test
    void a_job_that_is_to_be_cancelled_and_loses_its_node_is_cancelled() {
        var first = node((params, context) -> {
            Strands.pause();
            return null;
        });
        submit("j1");
        settle(1);
        nodes.remove(first);
        store.jobs.write(List.of(cancelling("j1")));

        node((params, context) -> null);
        pass(TestNode.LEASE.multipliedBy(2));

        assertThat(types("j1")).containsExactly("queued", "started", "cancelling", "cancelled");
    }

    @Test
    void attempts_are_stopped_when_no_renewal_works_for_as_long_as_the_lease() {
        var interrupted = new boolean[1];
        var node = node((params, context) -> {
            try {
                while (true) {
                    Strands.pause();
                }
            } catch (InterruptedException stopped) {
                interrupted[0] = context.cancelled();
                throw stopped;
            }
        });
        submit("j1");
        settle();
        faults.away = true;
        pass(TestNode.LEASE.plusSeconds(3));
        assertThat(interrupted[0]).isTrue();
        assertThat(node.jobThreads.unfinished()).isZero();

        faults.away = false;
        pass(TestNode.LEASE);

        assertThat(job("j1").attempt()).isLessThanOrEqualTo(2);
        assertThat(types("j1")).startsWith("queued", "started", "queued", "started");
    }

    @Test
    void what_a_job_says_while_the_store_is_away_for_a_moment_is_not_lost() {
        var node = node((params, context) -> {
            context.log("before");
            Strands.pause();
            context.log("during");
            return "done";
        });
        submit("j1");
        settle(1);
        faults.away = true;
        node.jobThreads.stepAll();
        pass(Duration.ofSeconds(10));
        faults.away = false;
        pass(Duration.ofSeconds(5));

        assertThat(types("j1")).containsExactly("queued", "started", "log", "log", "succeeded");
    }

    @Test
    void a_claim_whose_commit_ended_without_an_answer_is_given_back_without_counting() {
        node((params, context) -> null);
        settle();
        faults.failAfter = "claim";
        submit("j1");
        settle();
        assertThat(types("j1")).containsExactly("queued", "started");

        pass(TestNode.LEASE);

        assertThat(types("j1")).containsExactly("queued", "started", "queued", "started", "succeeded");
        assertThat(job("j1").attempt()).isEqualTo(1);
    }

    /** Under load a thread may stand between the commit of a claim and the attempt for longer than two renewals take. */
    @Test
    void a_claim_that_renewals_see_before_its_attempt_has_begun_is_not_given_back() {
        var node = node((params, context) -> null);
        settle();
        faults.slow = "claim";
        faults.meanwhile = () -> {
            for (int second = 0; second < 15; second++) {
                time.advance(Duration.ofSeconds(1));
                node.storeThreads.runAll();
            }
        };
        submit("j1");

        settle();
        pass(TestNode.LEASE);

        assertThat(types("j1")).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void what_a_former_process_of_the_same_name_left_is_taken_over_after_its_lease() {
        var first = node((params, context) -> {
            Strands.pause();
            return null;
        });
        submit("j1");
        settle(1);
        nodes.remove(first);

        named = 0;
        node((params, context) -> "again");
        pass(TestNode.LEASE.multipliedBy(2));

        assertThat(types("j1")).containsExactly("queued", "started", "queued", "started", "succeeded");
        assertThat(job("j1").attempt()).isEqualTo(2);
    }

    @Test
    void two_living_nodes_of_one_name_take_nothing_from_each_other() {
        node((params, context) -> {
            for (int i = 0; i < 10_000; i++) {
                Strands.pause();
            }
            return null;
        });
        submit("j1");
        settle(1);

        named = 0;
        node((params, context) -> "not asked for");
        pass(TestNode.LEASE.multipliedBy(3));

        assertThat(types("j1")).containsExactly("queued", "started");
    }

    @Test
    void a_job_that_no_thread_takes_is_put_back_and_runs_later() {
        var node = node((params, context) -> null);
        settle();
        node.jobThreads.full = true;
        submit("j1");
        settle();
        assertThat(types("j1")).startsWith("queued", "started", "queued").doesNotContain("succeeded");
        assertThat(types("j1")).hasSizeLessThan(8);

        node.jobThreads.full = false;
        pass(Duration.ofSeconds(5));

        assertThat(job("j1").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job("j1").attempt()).isEqualTo(1);
    }

    @Test
    void a_draining_node_lets_attempts_finish_within_the_grace() {
        var node = node((params, context) -> {
            Strands.pause();
            return "done";
        });
        submit("j1");
        settle(1);
        CompletableFuture<Void> drained = node.runner.drain(Duration.ofSeconds(20));
        submit("j2");
        assertThat(drained).isNotDone();

        settle();

        assertThat(drained).isCompleted();
        assertThat(types("j1")).containsExactly("queued", "started", "succeeded");
        assertThat(types("j2")).containsExactly("queued");
    }

    @Test
    void a_draining_node_hands_over_what_is_left_after_the_grace_and_stores_nothing_of_it_afterwards() {
        var node = node((params, context) -> {
            context.progress(1, 2, "steps");
            while (!context.cancelled()) {
                try {
                    Strands.pause();
                } catch (InterruptedException ignored) {
                    context.log("I go on");
                }
            }
            context.log("I ignore it");
            return "too late";
        });
        submit("j1");
        settle(1);
        var drained = node.runner.drain(Duration.ofSeconds(20));
        time.advance(Duration.ofSeconds(20));
        node.storeThreads.runAll();
        assertThat(drained).isCompleted();
        settle();

        assertThat(types("j1")).containsExactly("queued", "started", "progress", "queued");
        node((params, context) -> "elsewhere");
        pass(Duration.ofSeconds(5));
        assertThat(job("j1").result()).isEqualTo(new Json("\"elsewhere\""));
        assertThat(job("j1").attempt()).isEqualTo(1);
    }

    @Test
    void a_held_row_delays_its_job_only() {
        var node = node((params, context) -> {
            context.log("line");
            return null;
        });
        submit("j1");
        submit("j2");
        node.storeThreads.runAll();
        store.memory.hold("j1");
        pass(Duration.ofSeconds(3));
        assertThat(job("j2").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(types("j1")).containsExactly("queued", "started");

        store.memory.release("j1");
        pass(Duration.ofSeconds(1));

        assertThat(types("j1")).containsExactly("queued", "started", "log", "succeeded");
    }

    @Test
    void an_attempt_whose_row_is_held_for_less_than_its_lease_goes_on() {
        var enough = new boolean[1];
        node((params, context) -> {
            while (!enough[0]) {
                Strands.pause();
            }
            return null;
        });
        submit("j1");
        settle();
        store.memory.hold("j1");
        pass(TestNode.LEASE.dividedBy(2));
        store.memory.release("j1");

        pass(TestNode.LEASE);
        enough[0] = true;
        pass(Duration.ofSeconds(1));

        assertThat(types("j1")).containsExactly("queued", "started", "succeeded");
    }

    private TestNode node(Script script) {
        var node = new TestNode(
                "n" + ++named,
                faults.over(JobStore.class, store.jobs),
                faults.over(ArtifactStore.class, store.memory),
                time,
                new Random(++seeds),
                script);
        nodes.add(node);
        node.runner.start();
        return node;
    }

    private void submit(String id) {
        submit(id, null);
    }

    private void submit(String id, @Nullable Duration delay) {
        var accepted = (SubmitResult.Accepted) store.jobs.submit(
                submission(id, delay == null ? null : time.clock().instant().plus(delay)));
        nodes.forEach(node -> node.runner.grown(accepted.growth()));
    }

    private static JobSubmission submission(String id, @Nullable Instant notBefore) {
        return new JobSubmission(
                id, "work", null, "alice", Json.EMPTY_OBJECT, 0, notBefore, List.of(), null, null, null, 10);
    }

    private void askToCancel(TestNode node, String id) {
        var unused = node.appender.write(cancelling(id));
    }

    private static Write cancelling(String id) {
        return new Write(id, row -> Verdict.append(new Event.Cancelling("bob")));
    }

    private void settle() {
        settle(1_000);
    }

    /** Runs all that can run now, with so many steps of each handler. */
    private void settle(int steps) {
        nodes.forEach(node -> node.storeThreads.runAll());
        for (int i = 0; i < Math.min(steps, 50); i++) {
            for (TestNode node : nodes) {
                if (node.jobThreads.unfinished() > 0) {
                    for (int s = node.jobThreads.unfinished() - 1; s >= 0; s--) {
                        node.jobThreads.step(s);
                    }
                }
                node.storeThreads.runAll();
            }
        }
    }

    private void pass(Duration duration) {
        pass(duration, () -> false);
    }

    private void pass(Duration duration, BooleanSupplier enough) {
        for (int i = 0; i < 200 && !enough.getAsBoolean(); i++) {
            time.advance(duration.dividedBy(200));
            settle(2);
        }
    }

    private Job job(String id) {
        return store.job(id);
    }

    private List<String> types(String id) {
        return store.types(id);
    }

    private Event event(String id, int seq) {
        return store.event(id, seq);
    }

    private long starts(String id) {
        return types(id).stream().filter("started"::equals).count();
    }

    private Duration pauseAfter(String id, int seq) {
        var stored = store.log(id).get(seq - 1);
        return Duration.between(stored.at(), ((Event.Retrying) stored.event()).notBefore());
    }
}
