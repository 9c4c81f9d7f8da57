package dev.tidings.bench;

import java.io.IOException;
import java.util.List;

/** The Spring Boot application of src/bench/spring: a list of {@code SseEmitter}s for each job, and a loop that sends. */
final class SpringServer extends PeerServer {
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
