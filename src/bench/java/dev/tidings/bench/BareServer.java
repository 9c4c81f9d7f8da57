package dev.tidings.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;

/** {@link BareServlet} in the Tomcat that Tidings runs in, with the same connector. */
final class BareServer implements Server {
    private final Child child;

    BareServer(String heap) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(Child.FOLDER.resolve("bare/WEB-INF/classes/dev/tidings/bench"));
        try (var servlet = BareServlet.class.getResourceAsStream("BareServlet.class")) {
            if (servlet == null) {
                throw new IOException("the servlet's class is not there");
            }
            Files.copy(servlet, classes.resolve("BareServlet.class"), StandardCopyOption.REPLACE_EXISTING);
        }
        int port = Child.freePort();
        List<String> command = Child.java(heap);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.tidings.launch.RunTomcat"));
        command.addAll(List.of("--war", Child.FOLDER.resolve("bare").toString(), "--tls-port", "-1"));
        command.addAll(List.of(
                "--port",
                Integer.toString(port),
                "--base",
                Child.FOLDER.resolve("bare-tomcat").toString()));
        child = new Child("bare", port, command);
    }

    @Override
    public String name() {
        return "a bare servlet";
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
    public void fresh(int topics) {}

    @Override
    public String stream(int topic) {
        return "GET /tidings/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }

    @Override
    public String poll(int topic, long last, String head) {
        throw new UnsupportedOperationException("it has no polls");
    }

    @Override
    public String post(int topic, long number, long micros, int textBytes) {
        throw new UnsupportedOperationException("it has no events");
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
