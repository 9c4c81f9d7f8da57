package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.SubmitResult;
import dev.tidings.run.TestNode.Script;
import dev.tidings.testing.VirtualTime;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttemptContextTest {
    private final VirtualTime time = new VirtualTime();
    private final RecordedStore store = new RecordedStore(time.clock());
    private final FaultyStore faults = new FaultyStore();
    private Duration interval = Duration.ofMillis(100);
    private int logLines = 10_000;
    private TestNode node;

    @Test
    void a_tight_loop_makes_one_event_in_an_interval_and_the_newest_at_the_end() {
        run((params, context) -> {
            for (int i = 1; i <= 1_000; i++) {
                context.progress(i, 1_000, "rows");
            }
            return null;
        });

        assertThat(done()).containsExactly(1L, 1_000L);
        assertThat(store.types("j1")).containsExactly("queued", "started", "progress", "progress", "succeeded");
    }

    @Test
    void a_report_that_was_held_back_is_shown_when_the_interval_is_over() {
        begin((params, context) -> {
            context.progress(1, 10, "rows");
            context.progress(2, 10, "rows");
            Strands.pause();
            return null;
        });
        assertThat(done()).containsExactly(1L);

        pass(Duration.ofMillis(99));
        assertThat(done()).containsExactly(1L);
        pass(Duration.ofMillis(1));

        assertThat(done()).containsExactly(1L, 2L);
        pass(Duration.ofSeconds(5));
        assertThat(done()).containsExactly(1L, 2L);
    }

    @Test
    void a_report_that_was_held_back_comes_before_the_next_other_event() {
        run((params, context) -> {
            context.progress(1, 10, "rows");
            context.progress(2, 10, "rows");
            context.log("here");
            context.progress(3, 10, "rows");
            throw new IllegalStateException("The end.");
        });

        assertThat(store.types("j1"))
                .containsExactly("queued", "started", "progress", "progress", "log", "progress", "retrying");
        assertThat(done()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void two_reports_are_an_interval_apart_also_after_another_event_sent_one() {
        begin((params, context) -> {
            context.progress(1, 10, "rows");
            Strands.pause();
            context.progress(2, 10, "rows");
            context.log("sends it");
            context.progress(3, 10, "rows");
            Strands.pause();
            return null;
        });
        pass(Duration.ofMillis(90));
        node.jobThreads.step(0);
        pass(Duration.ofMillis(20));
        assertThat(done()).containsExactly(1L, 2L);
        pass(Duration.ofMillis(80));

        assertThat(done()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void with_an_interval_of_zero_every_report_is_an_event() {
        interval = Duration.ZERO;
        run((params, context) -> {
            for (int i = 1; i <= 50; i++) {
                context.progress(i, 50, "rows");
            }
            return null;
        });

        assertThat(done()).hasSize(50).isSorted().endsWith(50L);
    }

    @Test
    void newer_progress_takes_the_place_of_what_waits_for_the_store() {
        begin((params, context) -> {
            while (!context.cancelled()) {
                context.progress(time.nanoTime(), -1, "ns");
                Strands.pause();
            }
            return null;
        });
        faults.away = true;
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofMillis(100));
            node.jobThreads.step(0);
        }
        faults.away = false;
        pass(Duration.ofSeconds(3));

        assertThat(done()).hasSizeLessThan(10);
    }

    @Test
    void the_stage_goes_with_the_next_report_and_alone_when_none_comes() {
        begin((params, context) -> {
            context.stage("reading");
            context.message("march.zip");
            context.progress(1, 4, "files");
            Strands.pause();
            context.stage("waiting for the bank");
            Strands.pause();
            return null;
        });
        pass(Duration.ofMillis(200));
        node.jobThreads.step(0);
        pass(Duration.ofMillis(200));

        assertThat(progress())
                .containsExactly(
                        new Progress(1L, 4L, "files", 25.0, "reading", "march.zip", null),
                        new Progress(1L, 4L, "files", 25.0, "waiting for the bank", "march.zip", null));
    }

    @Test
    void the_time_of_the_end_is_guessed_to_the_second() {
        begin((params, context) -> {
            for (int i = 0; i <= 50; i++) {
                context.progress(i * 10L, 1_000, "rows");
                Strands.pause();
            }
            return null;
        });
        for (int i = 0; i < 50; i++) {
            pass(Duration.ofMillis(100));
            node.jobThreads.step(0);
        }
        pass(Duration.ofSeconds(1));

        var newest = progress().get(progress().size() - 1);
        assertThat(progress().get(0).eta()).isNull();
        assertThat(newest.percent()).isEqualTo(50.0);
        assertThat(newest.eta()).isEqualTo(newest.eta().truncatedTo(ChronoUnit.SECONDS));
        assertThat(Duration.between(time.clock().instant(), newest.eta()))
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
    }

    @Test
    void log_lines_beyond_the_limit_are_counted_in_one_last_line() {
        logLines = 3;
        run((params, context) -> {
            for (int i = 0; i < 10; i++) {
                context.log(LogLevel.ERROR, "line " + i);
            }
            return null;
        });

        assertThat(store.types("j1")).containsExactly("queued", "started", "log", "log", "log", "log", "succeeded");
        assertThat(((Event.Log) store.event("j1", 6)).message()).startsWith("7 more lines were left out");
    }

    @Test
    void lines_of_earlier_attempts_count() {
        logLines = 3;
        run((params, context) -> {
            context.log("one");
            context.log("two");
            throw new IllegalStateException("again");
        });
        passRunning(Duration.ofSeconds(20));

        assertThat(store.types("j1").stream().filter("log"::equals)).hasSize(3 + 2);
    }

    @Test
    void long_texts_are_cut_visibly_and_whole_characters_remain() {
        run((params, context) -> {
            context.log("ü".repeat(20_000));
            context.log("a\0b\ud800c");
            context.log(null);
            return null;
        });

        var cut = ((Event.Log) store.event("j1", 3)).message();
        assertThat(cut).startsWith("üü").endsWith("ü…");
        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(16 * 1024 - 4, 16 * 1024);
        assertThat(((Event.Log) store.event("j1", 4)).message()).isEqualTo("a\ufffdb\ufffdc");
        assertThat(((Event.Log) store.event("j1", 5)).message()).isEmpty();
    }

    @Test
    void an_artifact_is_stored_in_chunks_and_announced_with_its_digest() throws Exception {
        byte[] bytes = new byte[ArtifactStore.CHUNK_BYTES * 2 + 77];
        new Random(3).nextBytes(bytes);
        run((params, context) -> {
            try (OutputStream out = context.artifact("report.bin", "application/octet-stream")) {
                for (int at = 0; at < bytes.length; at += 10_000) {
                    out.write(bytes, at, Math.min(10_000, bytes.length - at));
                }
            }
            return null;
        });

        var artifact = store.job("j1").artifacts().get(0);
        assertThat(store.types("j1")).containsExactly("queued", "started", "artifact", "succeeded");
        assertThat(artifact.size()).isEqualTo(bytes.length);
        assertThat(artifact.etag())
                .isEqualTo("\"sha256-"
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(
                                        MessageDigest.getInstance("SHA-256").digest(bytes))
                        + "\"");
        assertThat(stored(artifact)).isEqualTo(bytes);
    }

    @Test
    void an_artifact_is_announced_a_moment_after_it_is_closed() {
        begin((params, context) -> {
            write(context, "a.txt", "hello");
            Strands.pause();
            return null;
        });
        assertThat(store.job("j1").artifacts()).isEmpty();

        pass(AttemptContext.ANNOUNCED_AFTER);

        assertThat(store.job("j1").artifacts()).extracting(Artifact::name).containsExactly("a.txt");
    }

    @Test
    void an_empty_artifact_is_one_too() {
        run((params, context) -> {
            write(context, "empty.txt", "");
            return null;
        });

        assertThat(store.job("j1").artifacts()).extracting(Artifact::size).containsExactly(0L);
    }

    @Test
    void an_artifact_that_an_exception_closed_is_not_seen() {
        run((params, context) -> {
            try (OutputStream out = context.artifact("half.txt", "text/plain")) {
                out.write(new byte[ArtifactStore.CHUNK_BYTES + 1]);
                throw new IllegalStateException("The disk of the mainframe is full.");
            }
        });
        passRunning(Duration.ofSeconds(20));

        assertThat(store.job("j1").state()).isEqualTo(JobState.FAILED);
        assertThat(store.job("j1").artifacts()).isEmpty();
        assertThat(store.memory.sweep(Duration.ZERO)).isZero();
    }

    @Test
    void an_artifact_that_is_open_when_the_attempt_ends_is_dropped() {
        var late = new OutputStream[1];
        run((params, context) -> {
            late[0] = context.artifact("open.txt", "text/plain");
            late[0].write(new byte[ArtifactStore.CHUNK_BYTES + 1]);
            return null;
        });

        assertThat(store.job("j1").artifacts()).isEmpty();
        assertThatThrownBy(() -> late[0].write(1)).isInstanceOf(IOException.class);
        assertThat(store.memory.sweep(Duration.ZERO)).isZero();
    }

    @Test
    void an_attempt_that_is_over_stores_no_artifact() {
        var contexts = new ArrayList<JobContext>();
        run((params, context) -> {
            contexts.add(context);
            return null;
        });

        assertThatThrownBy(() -> contexts.get(0).artifact("late.txt", "text/plain"))
                .isInstanceOf(IOException.class);
        contexts.get(0).log("late");
        contexts.get(0).progress(1, 2, "late");
        pass(Duration.ofSeconds(1));
        assertThat(store.types("j1")).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void a_store_that_fails_while_an_artifact_is_written_fails_the_attempt() {
        run((params, context) -> {
            try (OutputStream out = context.artifact("a.txt", "text/plain")) {
                faults.away = true;
                out.write(new byte[ArtifactStore.CHUNK_BYTES * 2]);
            }
            return null;
        });
        faults.away = false;
        pass(Duration.ofSeconds(3));

        assertThat(store.types("j1")).startsWith("queued", "started", "retrying");
        assertThat(store.job("j1").artifacts()).isEmpty();
    }

    @Test
    void a_store_that_blinks_while_an_artifact_is_written_costs_nothing() {
        faults.failAfter = "put";
        run((params, context) -> {
            try (OutputStream out = context.artifact("a.txt", "text/plain")) {
                out.write(new byte[ArtifactStore.CHUNK_BYTES * 2]);
            }
            return null;
        });

        assertThat(store.types("j1")).containsExactly("queued", "started", "artifact", "succeeded");
        assertThat(store.job("j1").artifacts())
                .extracting(Artifact::size)
                .containsExactly(2L * ArtifactStore.CHUNK_BYTES);
    }

    @Test
    void names_that_are_paths_or_break_headers_are_refused() {
        for (String name : List.of("", " ", "a/b", "a\\b", "..", "a\nb", "a\u2028b", "x".repeat(201), "\ud800")) {
            assertThatThrownBy(() -> ArtifactFiles.checkName(name)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String type : List.of("", "text", "text/html\r\nX: y", "text/ü", "text/ html")) {
            assertThatThrownBy(() -> ArtifactFiles.checkMediaType(type)).isInstanceOf(IllegalArgumentException.class);
        }
        ArtifactFiles.checkName("Bericht März 2026 (final).csv");
        ArtifactFiles.checkMediaType("text/csv; charset=utf-8");
    }

    @Test
    void inputs_are_read_from_the_store_chunk_by_chunk_again_and_again() {
        byte[] bytes = new byte[ArtifactStore.CHUNK_BYTES + 1_000];
        new Random(5).nextBytes(bytes);
        store.memory.put("b1", 0, Arrays.copyOf(bytes, ArtifactStore.CHUNK_BYTES));
        store.memory.put("b1", 1, Arrays.copyOfRange(bytes, ArtifactStore.CHUNK_BYTES, bytes.length));
        var read = new ArrayList<byte[]>();
        run(List.of(new InputFile("in.bin", "text/plain", bytes.length, "00", "b1")), (params, context) -> {
            for (int i = 0; i < 2; i++) {
                try (var in = context.inputs().get(0).open()) {
                    read.add(in.readAllBytes());
                }
            }
            return null;
        });

        assertThat(read).allSatisfy(each -> assertThat(each).isEqualTo(bytes)).hasSize(2);
        assertThat(store.job("j1").state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void a_problem_never_shows_a_class_name() {
        for (Throwable thrown : List.of(
                new NullPointerException("Cannot invoke \"String.length()\""),
                new IllegalStateException(),
                new NoClassDefFoundError("com/acme/Bank"),
                new RuntimeException("java.sql.SQLException: ORA-1"),
                new IllegalStateException("cannot load com.acme.jobs.Bank now"))) {
            assertThat(AttemptProblems.handlerFailed(thrown).detail())
                    .startsWith("The job failed with an unexpected error");
        }
        assertThat(AttemptProblems.handlerFailed(new RuntimeException(new IOException("No space left on device")))
                        .detail())
                .isEqualTo("No space left on device");
    }

    private static void write(JobContext context, String name, String text) throws IOException {
        try (OutputStream out = context.artifact(name, "text/plain")) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private byte[] stored(Artifact artifact) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        for (int i = 0; store.memory.chunk(artifact.version(), i).isPresent(); i++) {
            all.write(store.memory.chunk(artifact.version(), i).get());
        }
        return all.toByteArray();
    }

    private void run(Script script) {
        run(List.of(), script);
    }

    private void run(List<InputFile> files, Script script) {
        start(files, script);
        node.storeThreads.runAll();
        node.jobThreads.stepAll();
        node.storeThreads.runAll();
    }

    private void begin(Script script) {
        start(List.of(), script);
        node.storeThreads.runAll();
        node.jobThreads.step(0);
        node.storeThreads.runAll();
    }

    private void start(List<InputFile> files, Script script) {
        var settings = new RunSettings("n1", 2, 3, TestNode.LEASE, TestNode.GRACE, 2, interval, 16 * 1024, logLines);
        node = new TestNode(
                settings,
                faults.over(JobStore.class, store.jobs),
                faults.over(ArtifactStore.class, store.memory),
                time,
                new Random(7),
                script);
        node.runner.start();
        var accepted = (SubmitResult.Accepted) store.jobs.submit(new JobSubmission(
                "j1", "work", null, "alice", Json.EMPTY_OBJECT, 0, null, files, null, null, null, 10));
        node.runner.grown(accepted.growth());
    }

    private void pass(Duration duration) {
        for (int i = 0; i < 20; i++) {
            node.storeThreads.runAll();
            time.advance(duration.dividedBy(20));
        }
        node.storeThreads.runAll();
    }

    private void passRunning(Duration duration) {
        for (int i = 0; i < 20; i++) {
            pass(duration.dividedBy(20));
            node.jobThreads.stepAll();
        }
        pass(Duration.ofMillis(1));
    }

    private List<Progress> progress() {
        return store.log("j1").stream()
                .map(RecordedStore.Stored::event)
                .filter(Progress.class::isInstance)
                .map(Progress.class::cast)
                .toList();
    }

    private List<Long> done() {
        return progress().stream().map(Progress::done).toList();
    }
}
