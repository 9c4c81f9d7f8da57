package dev.tidings.it.browser;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.testing.ServerProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Chromium and a real server, which the tests of one class share.
 *
 * <p>Threads: the test's.
 */
@Timeout(180)
abstract class InChromium {
    @TempDir
    static Path folder;

    static Chromium chromium;
    static ServerProcess server;
    static ReportedJobs jobs;
    static HttpServer otherOrigin;

    @BeforeAll
    static void start() throws Exception {
        chromium = new Chromium();
        otherOrigin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        otherOrigin.start();
        // The heartbeat is longer than the time in which a stream must say hello: who holds the last piece back is
        // mute.
        server = ServerProcess.at(folder.resolve("home"))
                .name("browser")
                .tls()
                .with("tidings.heartbeat", "7s")
                .with("tidings.retry", "200ms")
                .with("tidings.cors.origins", origin(otherOrigin))
                .start();
        jobs = new ReportedJobs(server.base());
    }

    @AfterAll
    static void stop() {
        Stream.<AutoCloseable>of(() -> chromium.close(), () -> server.close(), () -> otherOrigin.stop(0))
                .forEach(each -> {
                    try {
                        each.close();
                    } catch (Exception neverStarted) {
                        // The reason was told where it did not start.
                    }
                });
    }

    static String origin(HttpServer http) {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }
}
