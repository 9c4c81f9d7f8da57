package dev.tidings.testing;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP contract as a client speaks it that knows nothing of the server's classes: for tests of the whole WAR.
 *
 * <p>Each method sends one request and gives what came, whatever its status, unless it says otherwise. Safe for any number of threads.
 */
public final class Api {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Large uploads take as long as they take. */
    private static final Duration REQUEST_AT_MOST = Duration.ofMinutes(10);

    /** By HTTP/1.1: by itself the JDK's client tries an upgrade, which no browser does. */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    private final URI base;

    /** Speaks to the application at this address, which ends with a slash. */
    public Api(URI base) {
        this.base = base;
    }

    /** An address below the application's. */
    public URI at(String path) {
        return base.resolve(path);
    }

    /** {@code GET}, with headers as names and values in turn. */
    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /** {@code POST} of JSON. */
    public HttpResponse<String> post(String path, String json, String... headers)
            throws IOException, InterruptedException {
        return send("POST", path, BodyPublishers.ofString(json), with(headers, "Content-Type", "application/json"));
    }

    /** {@code POST} without a body. */
    public HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return send("POST", path, BodyPublishers.noBody());
    }

    /** Any method, any body. */
    public HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        return CLIENT.send(request(method, path, body, headers), BodyHandlers.ofString());
    }

    /** {@code GET} of bytes. */
    public HttpResponse<byte[]> bytes(String path, String... headers) throws IOException, InterruptedException {
        return CLIENT.send(request("GET", path, BodyPublishers.noBody(), headers), BodyHandlers.ofByteArray());
    }

    /**
     * Submits a job.
     *
     * @return the job as the server accepted it
     * @throws AssertionError when the answer is not {@code 202}
     */
    public JsonObject submit(String json, String... headers) throws IOException, InterruptedException {
        return accepted(post("api/jobs", json, headers));
    }

    /** Submits a {@code countdown} with these parameters, as JSON without the braces. */
    public JsonObject countdown(String params) throws IOException, InterruptedException {
        return submit("{\"type\": \"countdown\", \"params\": {" + params + "}}");
    }

    /** The job as it is now. */
    public JsonObject job(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("api/jobs/" + id);
        if (answer.statusCode() != 200) {
            throw new AssertionError("no job " + id + ": " + answer.statusCode() + " " + answer.body());
        }
        return object(answer);
    }

    /** Waits until the job is terminal; by conditional long polls. */
    public JsonObject finished(String id) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String etag = "\"none\"";
        while (System.nanoTime() < deadline) {
            HttpResponse<String> answer = get("api/jobs/" + id, "If-None-Match", etag, "Prefer", "wait=20");
            if (answer.statusCode() == 200) {
                etag = answer.headers().firstValue("ETag").orElseThrow();
                JsonObject job = object(answer);
                if (!job.isNull("finished")) {
                    return job;
                }
            } else if (answer.statusCode() != 304) {
                throw new AssertionError("job " + id + ": " + answer.statusCode() + " " + answer.body());
            }
        }
        throw new AssertionError("not finished after " + PATIENCE + ": " + job(id));
    }

    /** One long poll: waits for what follows the cursor. */
    public JsonObject poll(String id, String after, int waitSeconds, int limit)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                get("api/jobs/" + id + "/events?after=" + after + "&wait=" + waitSeconds + "&limit=" + limit);
        if (answer.statusCode() != 200) {
            throw new AssertionError("poll of " + id + ": " + answer.statusCode() + " " + answer.body());
        }
        return object(answer);
    }

    /** The log from a cursor to its end, by long polls. */
    public List<JsonObject> log(String id, String after) throws IOException, InterruptedException {
        var events = new ArrayList<JsonObject>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonObject page = poll(id, after, 20, 100);
        while (true) {
            page.getJsonArray("events").forEach(event -> events.add(event.asJsonObject()));
            if (page.getBoolean("done")) {
                return events;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the log of " + id + " has no end after " + PATIENCE + ": " + events);
            }
            page = poll(id, page.getString("next"), 20, 100);
        }
    }

    /** Opens an event stream of a job after a cursor; without one when that is empty. */
    public EventStream stream(String id, String after) throws IOException {
        String query = after.isEmpty() ? "" : "?after=" + after;
        return EventStream.open(at("api/jobs/" + id + "/events" + query));
    }

    /** The job in a {@code 202}. */
    public static JsonObject accepted(HttpResponse<String> answer) {
        if (answer.statusCode() != 202) {
            throw new AssertionError("not accepted: " + answer.statusCode() + " " + answer.body());
        }
        return object(answer);
    }

    /** The JSON object in an answer. */
    public static JsonObject object(HttpResponse<String> answer) {
        return object(answer.body());
    }

    /** A JSON object of its text. */
    public static JsonObject object(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    /** The numbers of events. */
    public static List<Long> seqs(List<JsonObject> events) {
        return events.stream()
                .map(event -> event.getJsonNumber("seq").longValueExact())
                .toList();
    }

    /** The events of which every reader gets each one: all but progress. */
    public static List<JsonObject> steady(List<JsonObject> events) {
        return events.stream()
                .filter(event -> !event.getString("type").equals("progress"))
                .toList();
    }

    /** The strings in an array of objects under a name. */
    public static List<String> strings(JsonArray objects, String name) {
        return objects.stream()
                .map(JsonValue::asJsonObject)
                .map(object -> object.getString(name))
                .toList();
    }

    private HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(at(path)).timeout(REQUEST_AT_MOST).method(method, body);
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private static String[] with(String[] headers, String name, String value) {
        if (List.of(headers).contains(name)) {
            return headers;
        }
        var all = new ArrayList<>(List.of(headers));
        all.add(name);
        all.add(value);
        return all.toArray(String[]::new);
    }
}
