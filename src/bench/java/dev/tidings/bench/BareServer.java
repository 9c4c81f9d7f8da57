package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** {@link BareServlet} in the Tomcat that Tidings runs in, with the same connector and asked by the same request. */
final class BareServer extends PeerServer {
    private final boolean least;

    /**
     * Starts it.
     *
     * @param least without the headers that Tidings sends
     */
    BareServer(String heap, boolean least) throws IOException, InterruptedException {
        super(least ? "a bare servlet, its own headers only" : "a bare servlet, Tidings' headers", start(heap));
        this.least = least;
    }

    private static Child start(String heap) throws IOException, InterruptedException {
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
        return new Child("bare", port, command);
    }

    @Override
    public String stream(int topic) {
        return "GET /tidings/api/jobs/" + topic(topic) + "/events?" + (least ? BareServlet.LEAST : "after=0")
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }
}
