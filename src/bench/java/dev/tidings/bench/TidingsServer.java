package dev.tidings.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The built WAR with the embedded store; topics are jobs of external workers, so each event is committed before its
 * publisher is answered.
 */
abstract class TidingsServer implements Server {
    private static final Duration READY_AT_MOST = Duration.ofSeconds(60);
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private List<String> jobs = List.of();

    /** What it is told beyond its defaults. */
    static final Map<String, String> SETTINGS =
            Map.of("tidings.limits.streamsPerUser", "100000", "tidings.limits.logLines", "100000000");

    @Override
    public void fresh(int topics) throws IOException, InterruptedException {
        var made = new ArrayList<String>();
        for (int i = 0; i < topics; i++) {
            String answer = post("api/jobs", "{\"type\":\"external\"}");
            Matcher id = ID.matcher(answer);
            if (!id.find()) {
                throw new IOException("no job was made: " + answer);
            }
            made.add(id.group(1));
        }
        jobs = made;
    }

    /** For a server that listens before Tidings has started. */
    final void awaitReady() throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + address().getPort() + "/tidings/health/ready");
        var request = HttpRequest.newBuilder(uri).build();
        long deadline = System.nanoTime() + READY_AT_MOST.toNanos();
        while (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
            if (System.nanoTime() > deadline) {
                throw new IOException(name() + " is not ready");
            }
            Thread.sleep(100);
        }
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + address().getPort() + "/tidings/" + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public String stream(int topic) {
        return "GET /tidings/api/jobs/" + jobs.get(topic)
                + "/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }

    @Override
    public String poll(int topic, long last, String head) {
        return "GET /tidings/api/jobs/" + jobs.get(topic) + "/events?wait=60&after=" + last
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n";
    }

    @Override
    public String post(int topic, long number, long micros, int textBytes) {
        return Server.request(
                "POST",
                "/tidings/api/jobs/" + jobs.get(topic) + "/events",
                "{\"type\":\"log\",\"message\":\"" + Server.text(micros, textBytes) + "\"}");
    }

    @Override
    public int publishers() {
        return Integer.getInteger("bench.publishers", 8);
    }

    @Override
    public int workers() {
        return 64;
    }
}
