package dev.tidings.bench;

import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The built WAR in Tomcat 11 with the embedded store; topics are jobs of external workers, so each event is committed
 * before its publisher is answered.
 */
final class TidingsServer implements Server {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final ServerProcess process;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private List<String> jobs = List.of();

    TidingsServer(String heap) throws IOException {
        Path home = Files.createTempDirectory(Files.createDirectories(Child.FOLDER), "home");
        var builder = ServerProcess.at(home)
                .optimised()
                .name("bench")
                .heap(heap)
                .java(Child.javaHome())
                .with("tidings.limits.streamsPerUser", "100000")
                .with("tidings.limits.logLines", "100000000");
        if (Boolean.getBoolean("bench.jfr")) {
            builder.jvm("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + Child.FOLDER.resolve("tidings.jfr"));
        }
        for (String option : System.getProperty("bench.jvm", "").split(" ", -1)) {
            if (!option.isEmpty()) {
                builder.jvm(option);
            }
        }
        process = builder.start();
    }

    @Override
    public String name() {
        return "Tidings";
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", process.port());
    }

    @Override
    public Collection<Long> pids() {
        return List.of(process.pid());
    }

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

    private String post(String path, String body) throws IOException, InterruptedException {
        URI uri = process.base().resolve(path);
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
    public void close() {
        if (process.alive()) {
            process.stop();
        }
    }
}
