package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The service as a client sees it: requests in one line, answers as text or JSON. Threads: any. */
final class Calls {
    /** What a job needs that is over in a moment. */
    static final String QUICK = countdown(2, "5ms");

    /** One that runs until it is cancelled. */
    static final String LONG = countdown(100_000, "20ms");

    /** By HTTP/1.1: by itself the JDK's client tries an upgrade, which no browser does. */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private Calls() {}

    /** A job that counts. */
    static String countdown(int steps, String interval) {
        return "{\"type\":\"countdown\",\"params\":{\"steps\":" + steps + ",\"interval\":\"" + interval + "\"}}";
    }

    /** An answer whose body was read. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        /** The header's value; "" when it is absent. */
        String header(String name) {
            return String.join(", ", response.headers().allValues(name));
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonObject json() {
            return Calls.json(text());
        }

        Answer is(int status) {
            assertThat(status()).as(response.request() + " " + text()).isEqualTo(status);
            return this;
        }

        /** Requires a problem as RFC 9457 has it, which shows nothing of the inside. */
        Answer isProblem(int status) {
            is(status);
            assertThat(header("content-type")).isEqualTo("application/problem+json");
            assertThat(json().getInt("status")).isEqualTo(status);
            assertThat(List.of("type", "title", "detail"))
                    .allSatisfy(name -> assertThat(json().getString(name)).isNotBlank());
            assertThat(text())
                    .doesNotContainPattern("\\b(dev\\.tidings|java\\.|jakarta\\.|org\\.)[a-zA-Z.]+")
                    .doesNotContain("Exception", "\tat ");
            return this;
        }
    }

    static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    static URI at(String path) {
        return path.startsWith("/") ? InServer.BASE.resolve(path) : URI.create(InServer.BASE + path);
    }

    static Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    static Answer post(String path, String... headers) {
        return send("POST", path, BodyPublishers.noBody(), headers);
    }

    static Answer send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        var request =
                HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(60)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Submits JSON as it stands. */
    static Answer submit(String body, String... headers) {
        var all = new java.util.ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return send("POST", "api/jobs", BodyPublishers.ofString(body), all.toArray(String[]::new));
    }

    /** Submits a job that must be taken, and answers its path, {@code api/jobs/...}. */
    static String submitted(String body) {
        return path(submit(body).is(202));
    }

    /** Submits a job and waits for its end. */
    static JsonObject finished(String body) {
        return submit(body, "Prefer", "wait=50").is(200).json();
    }

    static String path(Answer answer) {
        String location = answer.header("location");
        assertThat(location).startsWith("/tidings/api/jobs/");
        return location.substring("/tidings/".length());
    }

    /** Waits by conditional long polls until the job is in that state. */
    static JsonObject await(String job, String state) {
        var answer = get(job).is(200);
        for (int i = 0; i < 200 && !answer.json().getString("state").equals(state); i++) {
            var next = get(job, "If-None-Match", answer.header("etag"), "Prefer", "wait=5");
            answer = next.status() == 304 ? answer : next.is(200);
        }
        assertThat(answer.json().getString("state")).isEqualTo(state);
        return answer.json();
    }

    /** The whole log, read by polls. */
    static List<JsonObject> log(String job, long after) {
        var events = new java.util.ArrayList<JsonObject>();
        String next = Long.toString(after);
        for (boolean done = false; !done; ) {
            var page = get(job + "/events?wait=5&after=" + next).is(200).json();
            events.addAll(page.getJsonArray("events").getValuesAs(JsonObject.class));
            next = page.getString("next");
            done = page.getBoolean("done");
        }
        return events;
    }

    static EventStream stream(String path, String... headers) throws IOException {
        return EventStream.open(at(path), headers);
    }

    static List<String> types(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("type")).toList();
    }

    static List<Long> seqs(List<JsonObject> events) {
        return events.stream()
                .map(event -> event.getJsonNumber("seq").longValue())
                .toList();
    }
}
