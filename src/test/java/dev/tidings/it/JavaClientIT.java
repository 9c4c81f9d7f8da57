package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.client.Artifact;
import dev.tidings.client.Job;
import dev.tidings.client.JobEvent;
import dev.tidings.client.JobWatch;
import dev.tidings.client.Submission;
import dev.tidings.client.TidingsClient;
import dev.tidings.client.TidingsException;
import dev.tidings.client.Transport;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java client as docs/java-client.md shows it, against the real server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class JavaClientIT extends InServer {
    private static final TidingsClient CLIENT = TidingsClient.at(BASE);

    @TempDir
    Path folder;

    @Test
    void a_file_is_submitted_watched_to_its_end_and_its_result_fetched() throws Exception {
        byte[] content = "a line\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        Path input = Files.write(folder.resolve("märz.csv"), content);
        Submission submission = Submission.of("digest")
                .title("March")
                .params(Json.createObjectBuilder()
                        .add("algorithms", Json.createArrayBuilder().add("SHA-256"))
                        .build())
                .file(input);

        Job job = CLIENT.submit(submission);
        Job again = CLIENT.submit(submission);
        List<JobEvent> events = watch(job.id(), 0);

        assertThat(again.id()).isEqualTo(job.id());
        assertThat(types(events))
                .startsWith("queued", "started")
                .contains("artifact")
                .endsWith("succeeded");
        JsonObject result = events.get(events.size() - 1).json().getJsonObject("result");
        String sha256 = HexFormat.of().formatHex(JobsClient.sha256().digest(content));
        assertThat(result.toString()).contains("märz.csv", sha256);
        Artifact sums = CLIENT.await(job.id()).artifacts().get(0);
        CLIENT.fetch(sums, folder.resolve(sums.name()));
        assertThat(folder.resolve("SHA256SUMS")).content().contains(sha256).contains("märz.csv");
    }

    @Test
    void a_watch_goes_on_from_the_cursor_of_another_and_sees_each_event_once() throws Exception {
        Job job = CLIENT.submit(countdown(20, "20ms"));
        var seen = new ArrayList<JobEvent>();

        for (long cursor = 0; ; ) {
            try (JobWatch watch = CLIENT.watch(job.id(), cursor)) {
                Optional<JobEvent> event = watch.next();
                if (event.isEmpty()) {
                    break;
                }
                assertThat(watch.transport()).isEqualTo(Transport.STREAM);
                seen.add(event.get());
                cursor = event.get().seq();
            }
        }

        assertThat(seen.stream().map(JobEvent::seq).toList()).isSorted().doesNotHaveDuplicates();
        assertThat(types(seen).stream().filter(type -> type.equals("log"))).hasSize(20);
        assertThat(seen.get(seen.size() - 1).type()).isEqualTo("succeeded");
    }

    @Test
    void without_a_cursor_a_snapshot_comes_first_and_of_a_finished_job_it_is_all() throws Exception {
        Job job = CLIENT.await(CLIENT.submit(countdown(1, "1ms")).id());

        List<JobEvent> events = new ArrayList<>();
        try (JobWatch watch = CLIENT.watch(job.id())) {
            for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
                events.add(event.get());
            }
        }

        assertThat(types(events)).containsExactly("snapshot");
        assertThat(events.get(0).state()).isEqualTo("succeeded");
        assertThat(watch(job.id(), job.seq())).isEmpty();
    }

    @Test
    void a_job_is_cancelled_tried_again_and_deleted() throws Exception {
        Job job = CLIENT.submit(countdown(100_000, "20ms"));

        CLIENT.cancel(job.id());
        assertThat(CLIENT.await(job.id()).state()).isEqualTo("cancelled");
        Job second = CLIENT.retry(job.id());
        CLIENT.cancel(second.id());
        assertThat(CLIENT.await(second.id()).terminal()).isTrue();
        CLIENT.delete(second.id());
        CLIENT.delete(second.id());

        assertThatThrownBy(() -> CLIENT.watch(second.id()).next())
                .isInstanceOfSatisfying(
                        TidingsException.class,
                        refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @Test
    void a_refusal_names_what_is_wrong() {
        assertThatThrownBy(() -> CLIENT.submit(Submission.of("countdown")
                        .params(Json.createObjectBuilder().add("steps", "many").build())))
                .isInstanceOfSatisfying(TidingsException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(422);
                    assertThat(refused.problem().toString()).contains("steps");
                });
    }

    @Test
    void the_types_of_jobs_are_told() throws Exception {
        assertThat(CLIENT.types().stream().map(type -> type.getString("name"))).contains("digest", "countdown");
    }

    private static Submission countdown(int steps, String interval) {
        return Submission.of("countdown")
                .params(Json.createObjectBuilder()
                        .add("steps", steps)
                        .add("interval", interval)
                        .add("logEvery", 1)
                        .build());
    }

    private static List<JobEvent> watch(String job, long cursor) throws Exception {
        var events = new ArrayList<JobEvent>();
        try (JobWatch watch = CLIENT.watch(job, cursor)) {
            for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
                events.add(event.get());
            }
        }
        return events;
    }

    private static List<String> types(List<JobEvent> events) {
        return events.stream().map(JobEvent::type).toList();
    }
}
