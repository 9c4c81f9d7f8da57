package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** {@link BareServlet} in the Tomcat that Tidings runs in, with the same connector. */
final class BareServer extends PeerServer {
    BareServer(String heap) throws IOException, InterruptedException {
        super("a bare servlet", start(heap));
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
        return "GET /tidings/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    }
}
