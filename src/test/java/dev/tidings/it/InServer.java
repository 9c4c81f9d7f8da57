package dev.tidings.it;

import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of the built WAR in a real server: extended by each {@code *IT} of this package, and run once in every server that the build has.
 *
 * <p>The WAR is deployed before a class's tests and undeployed after them, so that each class also shows that undeploying works.
 * One test at a time: they share the server.
 */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
abstract class InServer {

    /** Where the application is; ends with a slash, so that {@code BASE.resolve("api/jobs")} works. */
    static final URI BASE = URI.create("http://127.0.0.1:" + Integer.getInteger("it.port") + "/tidings/");

    /** The same by HTTPS with a self-signed certificate, where the server of this run listens so. */
    static final URI TLS_BASE = URI.create("https://127.0.0.1:" + Integer.getInteger("it.tls.port") + "/tidings/");

    /** Which server it is: {@code tomcat-11}, {@code tomcat-10.1} or {@code wildfly}. */
    static final String SERVER = System.getProperty("it.server", "");

    /** The WAR as it was built; its name makes the context path {@code /tidings}. */
    @Deployment(testable = false)
    static WebArchive war() {
        return ShrinkWrap.createFromZipFile(
                WebArchive.class, ServerProcess.war().toFile());
    }

    /** Remembers how much the server has logged. */
    static LogMark log() throws IOException {
        Path home = Path.of(System.getProperty("it.server.home"));
        Path folder = home.resolve(SERVER.equals("wildfly") ? "standalone/log" : "logs");
        return new LogMark(folder, LogMark.lengths(folder));
    }

    /** Where each of the server's logs ended at some time. */
    record LogMark(Path folder, Map<Path, Long> ends) {
        /** What has been logged since, file after file. */
        String since() throws IOException {
            var all = new StringBuilder();
            for (Path file : lengths(folder).keySet()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                all.append(text, ends.getOrDefault(file, 0L).intValue(), text.length());
            }
            return all.toString();
        }

        private static Map<Path, Long> lengths(Path folder) throws IOException {
            var lengths = new TreeMap<Path, Long>();
            try (var files = Files.list(folder)) {
                for (Path file : files.filter(
                                f -> f.getFileName().toString().matches("(catalina|localhost|server).*\\.log"))
                        .toList()) {
                    lengths.put(file, Files.size(file));
                }
            }
            return lengths;
        }
    }
}
