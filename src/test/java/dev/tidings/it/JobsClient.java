package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.client.JobEvent;
import dev.tidings.client.JobWatch;
import dev.tidings.client.TidingsClient;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The API of one server as a test speaks it: no retries, every failure seen; only what waits is the product's own client. Used by any thread.
 */
public final class JobsClient {
    private static final String BOUNDARY = "a-boundary-that-is-in-no-file";

    /** By HTTP/1.1: by itself the JDK's client tries an upgrade, which no browser does. */
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final HttpClient client;

    JobsClient(URI base) {
        this(base, CLIENT);
    }

    /** The same by a client of the caller's own, such as one that trusts a certificate. */
    public JobsClient(URI base, HttpClient client) {
        this.base = base;
        this.client = client;
    }

    /** {@code jobs/…/events} and the like, below the API. */
    public URI uri(String path) {
        return base.resolve("api/" + path);
    }

    /** Submits a job and answers it as the {@code 202} shows it. */
    public JsonObject submit(String key, String job) throws IOException, InterruptedException {
        return accepted(request("jobs")
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(job)));
    }

    /** The same with a file, which is sent part by part and not held. */
    public JsonObject submit(String key, String job, String fileName, BodyPublisher file)
            throws IOException, InterruptedException {
        String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"job\"\r\n"
                + "Content-Type: application/json\r\n\r\n" + job + "\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + fileName + "\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n";
        return accepted(request("jobs")
                .header("Idempotency-Key", key)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .timeout(Duration.ofMinutes(20))
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(head), file, BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"))));
    }

    private JsonObject accepted(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer.body());
    }

    /** Asks for JSON; anything but {@code 200} fails. */
    public JsonObject get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                request(path).header("Accept", "application/json").build(),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    /** Asks for a cancellation and answers the status. */
    int cancel(String id) throws IOException, InterruptedException {
        return client.send(
                        request("jobs/" + id + "/cancel")
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    /** Answers the status of a resource outside the API, such as {@code health/ready}. */
    int status(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** Fetches a small artifact. */
    byte[] bytes(String href) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                client.send(HttpRequest.newBuilder(base.resolve(href)).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(href).isEqualTo(200);
        return answer.body();
    }

    /** Fetches an artifact of any size; the caller reads and closes it. */
    public InputStream stream(String href) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                client.send(HttpRequest.newBuilder(base.resolve(href)).build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).as(href).isEqualTo(200);
        return answer.body();
    }

    /** The tag of an artifact with these bytes. */
    public static String etag(byte[] sha256) {
        return "\"sha256-" + Base64.getUrlEncoder().withoutPadding().encodeToString(sha256) + "\"";
    }

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Watches a job's log by the product's own client until an event of it satisfies the question, and answers that event. */
    JsonObject await(String id, Predicate<JsonObject> wanted) throws IOException, InterruptedException {
        try (JobWatch watch = TidingsClient.at(base, client, Map::of).watch(id, 0)) {
            for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
                if (wanted.test(event.get().json())) {
                    return event.get().json();
                }
            }
        }
        throw new AssertionError("the log of job " + id + " ended without the awaited event");
    }

    /** Waits for a job's end and answers the terminal event. */
    public JsonObject awaitEnd(String id) throws IOException, InterruptedException {
        return await(id, JobsClient::terminal);
    }

    static boolean terminal(JsonObject event) {
        return switch (event.getString("type")) {
            case "succeeded", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
    }
}
