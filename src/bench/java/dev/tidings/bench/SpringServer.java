package dev.tidings.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;

/** The Spring Boot application of src/bench/spring: a list of {@code SseEmitter}s for each job, and a loop that sends. */
final class SpringServer extends PeerServer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private int topics;

    SpringServer(String heap) throws IOException, InterruptedException {
        super("Spring", start(heap));
    }

    private static Child start(String heap) throws IOException, InterruptedException {
        int port = Child.freePort();
        List<String> command = Child.java(heap);
        command.addAll(List.of(
                "-jar",
                Child.FOLDER.resolve("spring/spring-peer.jar").toString(),
                "--server.port=" + port,
                "--server.address=127.0.0.1",
                // Without this no more than 8,192 readers get in.
                "--server.tomcat.max-connections=100000",
                "--server.tomcat.accept-count=1000"));
        return new Child("spring", port, command);
    }

    /**
     * Before, lets it find out that the readers of the last run have left: it learns so by its second write to each, and until
     * then keeps a connection open for them, of which a process may have 20,000 here.
     */
    @Override
    public void fresh(int topics) throws IOException, InterruptedException {
        for (int write = 0; write < 2; write++) {
            for (int i = 0; i < this.topics; i++) {
                String event = Server.event(topic(i), 1, 0, 0);
                var request = HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + address().getPort() + "/jobs/" + topic(i) + "/events?id=1"))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(event))
                        .build();
                try {
                    client.send(request, HttpResponse.BodyHandlers.discarding());
                } catch (HttpTimeoutException stuck) {
                    // Its loop still stands in a write; what it answers next is measured.
                }
            }
        }
        super.fresh(topics);
        this.topics = topics;
    }

    @Override
    public String stream(int topic) {
        return "GET /jobs/" + topic(topic) + "/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }

    @Override
    public String post(int topic, long number, long micros, int textBytes) {
        return Server.request(
                "POST",
                "/jobs/" + topic(topic) + "/events?id=" + number,
                Server.event(topic(topic), number, micros, textBytes));
    }
}
