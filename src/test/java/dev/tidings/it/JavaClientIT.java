package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.client.JobEvent;
import dev.tidings.client.JobWatch;
import dev.tidings.client.RemoteArtifact;
import dev.tidings.client.RemoteJob;
import dev.tidings.client.Submission;
import dev.tidings.client.TidingsClient;
import dev.tidings.client.TidingsException;
import dev.tidings.client.Transport;
import dev.tidings.testing.AnyCertificate;
import dev.tidings.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java client as docs/guide/java-client.md shows it, against the real server, by HTTP/1.1 and HTTP/2. */
@Timeout(120)
class JavaClientIT {
    @TempDir
    static Path folder;

    private static ServerProcess server;
    private static TidingsClient client;

    @BeforeAll
    static void start() {
        server = ServerProcess.at(folder.resolve("home"))
                .name("java-client")
                .tls()
                .start();
        client = TidingsClient.at(server.base());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TidingsClient byHttp2() throws GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
        return TidingsClient.at(
                server.tlsBase(), HttpClient.newBuilder().sslContext(tls).build(), Map::of);
    }

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

        RemoteJob job = client.submit(submission);
        RemoteJob again = client.submit(submission);
        List<JobEvent> events = watch(job.id(), 0);

        assertThat(again.id()).isEqualTo(job.id());
        assertThat(types(events))
                .startsWith("queued", "started")
                .contains("artifact")
                .endsWith("succeeded");
        JsonObject result = events.get(events.size() - 1).json().getJsonObject("result");
        String sha256 = HexFormat.of().formatHex(JobsClient.sha256().digest(content));
        assertThat(result.toString()).contains("märz.csv", sha256);
        RemoteArtifact sums = client.await(job.id()).artifacts().get(0);
        client.fetch(sums, folder.resolve(sums.name()));
        assertThat(folder.resolve("SHA256SUMS")).content().contains(sha256).contains("märz.csv");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_watch_goes_on_from_the_cursor_of_another_and_sees_each_event_once(boolean http2) throws Exception {
        TidingsClient reader = http2 ? byHttp2() : client;
        RemoteJob job = client.submit(countdown(20, "20ms"));
        var seen = new ArrayList<JobEvent>();

        for (long cursor = 0; ; ) {
            try (JobWatch watch = reader.watch(job.id(), cursor)) {
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
        RemoteJob job = client.await(client.submit(countdown(1, "1ms")).id());

        List<JobEvent> events = new ArrayList<>();
        try (JobWatch watch = client.watch(job.id())) {
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
        RemoteJob job = client.submit(countdown(100_000, "20ms"));

        client.cancel(job.id());
        assertThat(client.await(job.id()).state()).isEqualTo("cancelled");
        RemoteJob second = client.retry(job.id());
        client.cancel(second.id());
        assertThat(client.await(second.id()).terminal()).isTrue();
        client.delete(second.id());
        client.delete(second.id());

        assertThatThrownBy(() -> client.watch(second.id()).next())
                .isInstanceOfSatisfying(
                        TidingsException.class,
                        refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @Test
    void a_refusal_names_what_is_wrong() {
        assertThatThrownBy(() -> client.submit(Submission.of("countdown")
                        .params(Json.createObjectBuilder().add("steps", "many").build())))
                .isInstanceOfSatisfying(TidingsException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(422);
                    assertThat(refused.problem().toString()).contains("steps");
                });
    }

    @Test
    void the_types_of_jobs_are_told() throws Exception {
        assertThat(client.types().stream().map(type -> type.getString("name"))).contains("digest", "countdown");
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
        try (JobWatch watch = client.watch(job, cursor)) {
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
