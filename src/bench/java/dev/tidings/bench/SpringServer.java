package dev.tidings.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;

/** The Spring Boot application of src/bench/spring: a list of {@code SseEmitter}s for each job, and a loop that sends. */
final class SpringServer implements Server {
    private final Child child;
    private int generation;

    SpringServer(String heap) throws IOException, InterruptedException {
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
        child = new Child("spring", port, command);
    }

    @Override
    public String name() {
        return "Spring";
    }

    @Override
    public InetSocketAddress address() {
        return child.address();
    }

    @Override
    public Collection<Long> pids() {
        return child.pids();
    }

    @Override
    public void fresh(int topics) {
        generation++;
    }

    private String topic(int topic) {
        return "0197f0c2-7a31-7c55-9a53-5f0c" + (10_000_000 + generation * 100_000 + topic);
    }

    @Override
    public String stream(int topic) {
        return "GET /jobs/" + topic(topic) + "/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }

    @Override
    public String poll(int topic, long last, String head) {
        throw new UnsupportedOperationException("it has no polls");
    }

    @Override
    public String post(int topic, long number, long micros, int textBytes) {
        return Server.request(
                "POST",
                "/jobs/" + topic(topic) + "/events?id=" + number,
                Server.event(topic(topic), number, micros, textBytes));
    }

    @Override
    public int publishers() {
        return 1;
    }

    @Override
    public void close() {
        child.close();
    }
}
