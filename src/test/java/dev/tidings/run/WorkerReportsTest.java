package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.run.WorkerReports.Answer;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerReportsTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int LINES = 3;

    private final VirtualTime time = new VirtualTime();
    private final RecordedStore store = new RecordedStore(time.clock());
    private final FaultyStore faults = new FaultyStore();
    private final TestNode node = new TestNode(
            new RunSettings("n1", 2, 3, TestNode.LEASE, TestNode.GRACE, 2, Duration.ofMillis(100), 1_024, LINES),
            faults.over(JobStore.class, store.jobs),
            faults.over(ArtifactStore.class, store.memory),
            time,
            new Random(1),
            (params, context) -> null);
    private final WorkerReports reports = new WorkerReports(
            node.appender, store.memory, node.storeThreads, time, new Random(2), TIMEOUT, 1_024, LINES);
    private final Cancellation cancellation = new Cancellation(node.appender);

    @BeforeEach
    void startAndSubmit() {
        node.runner.start();
        store.jobs.submit(new JobSubmission(
                "w1",
                "external",
                null,
                "alice",
                Json.EMPTY_OBJECT,
                0,
                null,
                List.of(),
                null,
                new JobSubmission.Worker("n1", TIMEOUT),
                null,
                10));
        node.storeThreads.runAll();
    }

    @Test
    void a_worker_reports_progress_and_the_end() {
        var first = stored(report(Progress.of(1, 2, "files", null, null, null), line("one")));
        var last = stored(report(new Event.Succeeded(new Json("42"))));

        assertThat(first.job().seq()).isEqualTo(4);
        assertThat(first.job().cancelRequested()).isFalse();
        assertThat(last.job().state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(store.types("w1")).containsExactly("queued", "started", "progress", "log", "succeeded");
    }

    @Test
    void nothing_is_taken_after_the_end() {
        report(new Event.Failed(new Problem("x", "X", "x")));

        assertThat(report(line("late"))).isInstanceOf(Answer.Conflict.class);
        assertThat(store.types("w1")).containsExactly("queued", "started", "failed");
    }

    @Test
    void a_job_with_a_handler_is_nobody_elses_to_report() {
        store.jobs.submit(new JobSubmission(
                "j1", "other", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));

        assertThat(answer(reports.report("j1", job -> true, List.of(line("mine?")), null)))
                .isInstanceOf(Answer.Conflict.class);
        assertThat(answer(reports.report("none", job -> true, List.of(line("mine?")), null)))
                .isInstanceOf(Answer.Missing.class);
    }

    @Test
    void a_job_that_does_not_exist_for_who_reports_gets_no_report() {
        assertThat(answer(reports.report("w1", job -> false, List.of(line("whose?")), null)))
                .isInstanceOf(Answer.Missing.class);
        assertThat(store.types("w1")).doesNotContain("log");
    }

    @Test
    void a_job_ends_as_cancelled_only_when_that_was_asked_for() {
        assertThat(report(new Event.Cancelled("worker"))).isInstanceOf(Answer.Conflict.class);

        cancel("w1");
        assertThat(stored(report(line("tidying up"))).job().cancelRequested()).isTrue();
        report(new Event.Cancelled("worker"));

        assertThat(store.types("w1")).containsExactly("queued", "started", "cancelling", "log", "cancelled");
        assertThat(store.event("w1", 5)).isEqualTo(new Event.Cancelled("bob"));
    }

    @Test
    void a_report_that_is_repeated_with_its_key_is_stored_once() {
        var key = new IdempotencyKey("worker", "k1", "f1");
        var first = stored(answer(reports.report("w1", job -> true, List.of(line("one")), key)));
        var again = stored(answer(reports.report("w1", job -> true, List.of(line("one")), key)));
        var reused = answer(
                reports.report("w1", job -> true, List.of(line("two")), new IdempotencyKey("worker", "k1", "f2")));

        assertThat(again.job().seq()).isEqualTo(first.job().seq());
        assertThat(reused).isInstanceOf(Answer.KeyReused.class);
        assertThat(store.types("w1")).containsExactly("queued", "started", "log");
    }

    @Test
    void lines_beyond_the_limit_are_left_out_and_counted_before_the_end() {
        report(line("1"), line("2"), line("3"), line("4"), line("5"));
        report(line("6"));
        report(line("7"), new Event.Succeeded(null));

        assertThat(store.types("w1")).containsExactly("queued", "started", "log", "log", "log", "log", "succeeded");
        assertThat(((Event.Log) store.event("w1", 6)).message())
                .isEqualTo("4 more lines were left out: a job's log has at most 3");
    }

    @Test
    void long_texts_are_cut() {
        report(line("x".repeat(5_000)));

        assertThat(((Event.Log) store.event("w1", 3)).message()).hasSize(1_022).endsWith("…");
    }

    @Test
    void a_result_that_is_too_long_for_an_event_becomes_an_artifact_under_a_free_name() {
        store.memory.put("b1", 0, new byte[] {1});
        answer(reports.artifact("w1", new Artifact("result.json", "text/csv", 1, "\"sha256-1\"", "b1")));
        String json = "\"" + "x".repeat(300_000) + "\"";

        report(line("last"), new Event.Succeeded(new Json(json)));

        assertThat(store.types("w1")).containsExactly("queued", "started", "artifact", "log", "artifact", "succeeded");
        assertThat(store.job("w1").result()).isEqualTo(new Json("{\"artifact\":\"result-1.json\"}"));
        var artifact = store.job("w1").artifacts().get(1);
        assertThat(artifact.size()).isEqualTo(json.length());
        assertThat(store.memory.chunk(artifact.version(), 1))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(json.length() - ArtifactStore.CHUNK_BYTES));
    }

    @Test
    void the_bytes_of_a_long_result_that_is_refused_are_discarded() {
        report(new Event.Failed(new Problem("x", "X", "x")));
        var late = new Event.Succeeded(new Json("\"" + "x".repeat(60_000) + "\""));

        assertThat(report(late)).isInstanceOf(Answer.Conflict.class);
        assertThat(store.memory.blobs()).isEmpty();
    }

    @Test
    void a_workers_error_is_cut() {
        report(new Event.Failed(new Problem("x", "X", "x".repeat(60_000))));

        assertThat(store.job("w1").error().detail()).hasSizeLessThan(8 * 1024).endsWith("…");
    }

    @Test
    void other_events_and_events_after_the_end_are_refused() {
        for (List<Event> events : List.of(
                List.<Event>of(),
                List.<Event>of(new Event.Queued()),
                List.of(new Event.Succeeded(null), line("late")))) {
            assertThatThrownBy(() -> reports.report("w1", job -> true, events, null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_silent_worker_loses_the_job_and_each_report_gives_it_time() {
        pass(TIMEOUT.minusSeconds(10));
        report(line("still here"));
        pass(TIMEOUT.minusSeconds(10));
        assertThat(store.job("w1").state()).isEqualTo(JobState.RUNNING);

        pass(Duration.ofSeconds(20));

        assertThat(store.job("w1").error().type()).isEqualTo("worker-lost");
    }

    @Test
    void a_silent_worker_whose_job_is_to_be_cancelled_leaves_it_cancelled() {
        cancel("w1");
        pass(TIMEOUT.plusSeconds(10));

        assertThat(store.types("w1")).containsExactly("queued", "started", "cancelling", "cancelled");
    }

    @Test
    void lines_that_a_silent_worker_had_too_many_are_counted_before_the_end() {
        report(line("1"), line("2"), line("3"), line("4"), line("5"));
        pass(TIMEOUT.plusSeconds(10));

        assertThat(store.types("w1")).containsExactly("queued", "started", "log", "log", "log", "log", "failed");
        assertThat(((Event.Log) store.event("w1", 6)).message()).startsWith("2 more lines were left out");
    }

    @Test
    void an_artifact_is_taken_once_and_other_bytes_under_its_name_are_refused() {
        store.memory.put("b1", 0, new byte[] {1});
        store.memory.put("b2", 0, new byte[] {1});
        store.memory.put("b3", 0, new byte[] {2});
        var first = stored(artifact("b1", "\"sha256-1\""));
        var same = stored(artifact("b2", "\"sha256-1\""));
        var other = artifact("b3", "\"sha256-2\"");

        assertThat(first.created()).isTrue();
        assertThat(same.created()).isFalse();
        assertThat(other).isInstanceOf(Answer.Conflict.class);
        assertThat(store.job("w1").artifacts()).extracting(Artifact::version).containsExactly("b1");
    }

    @Test
    void a_waiting_job_is_cancelled_at_once_and_a_finished_one_stays_as_it_is() {
        store.jobs.submit(new JobSubmission(
                "j1", "other", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));

        assertThat(cancel("j1")).isEqualTo(JobState.CANCELLED);
        assertThat(cancel("j1")).isEqualTo(JobState.CANCELLED);
        assertThat(store.types("j1")).containsExactly("queued", "cancelled");
        report(new Event.Succeeded(null));
        assertThat(cancel("w1")).isEqualTo(JobState.SUCCEEDED);
        assertThat(cancel("none")).isNull();
    }

    @Test
    void a_running_job_is_asked_once() {
        assertThat(cancel("w1")).isEqualTo(JobState.RUNNING);
        assertThat(cancel("w1")).isEqualTo(JobState.RUNNING);

        assertThat(store.types("w1")).containsExactly("queued", "started", "cancelling");
    }

    @CanIgnoreReturnValue
    private Answer report(Event... events) {
        return answer(reports.report("w1", job -> true, List.of(events), null));
    }

    private Answer artifact(String blob, String etag) {
        return answer(reports.artifact("w1", new Artifact("a.csv", "text/csv", 1, etag, blob)));
    }

    @CanIgnoreReturnValue
    private @Nullable JobState cancel(String id) {
        var asked = cancellation.cancel(id, "bob");
        node.storeThreads.runAll();
        return asked.join().map(Job::state).orElse(null);
    }

    private Answer answer(CompletableFuture<Answer> answer) {
        node.storeThreads.runAll();
        return answer.join();
    }

    private static Answer.Stored stored(Answer answer) {
        return (Answer.Stored) answer;
    }

    private static Event line(String text) {
        return new Event.Log(LogLevel.INFO, text);
    }

    private void pass(Duration duration) {
        for (int i = 0; i < 1_000; i++) {
            time.advance(duration.dividedBy(1_000));
            node.storeThreads.runAll();
        }
    }
}
