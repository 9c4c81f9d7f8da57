package dev.tidings.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.client.JobEvent;
import dev.tidings.client.JobWatch;
import dev.tidings.client.Submission;
import dev.tidings.client.TidingsClient;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Jobs whose every event the test reports itself, so that nothing hangs on time. Used by one thread. */
final class ReportedJobs {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final TidingsClient client;

    ReportedJobs(URI base) {
        this.base = base;
        client = TidingsClient.at(base);
    }

    /** Submits one and waits until it runs. */
    String begin(String title) throws Exception {
        String job = client.submit(Submission.of("external").title(title)).id();
        awaitEvent(job, "started");
        return job;
    }

    void awaitEvent(String job, String type) throws Exception {
        try (JobWatch watch = client.watch(job, 0)) {
            while (!watch.next().orElseThrow().type().equals(type)) {
                // It comes soon.
            }
        }
    }

    void report(String job, String event) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(base.resolve("api/jobs/" + job + "/events"))
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(event))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    }

    /** Stores a result, and tells of it by an event. */
    void artifact(String job, String name, byte[] bytes) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(base.resolve("api/jobs/" + job + "/artifacts/" + name))
                        .header("Content-Type", "text/plain")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    }

    /** The log as the Java client reads it, with nothing between. */
    List<JsonObject> log(String job) throws Exception {
        var events = new ArrayList<JsonObject>();
        try (JobWatch watch = client.watch(job, 0)) {
            for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
                events.add(event.get().json());
            }
        }
        return events;
    }

    static List<JsonObject> important(List<JsonObject> events) {
        return events.stream()
                .filter(event -> !event.getString("type").equals("progress"))
                .toList();
    }

    static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
