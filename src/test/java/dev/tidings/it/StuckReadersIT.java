package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.Http2Connection;
import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import dev.tidings.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients cost the server's heap that ask for a long log from its beginning and then don't read: fault F17.
 * {@code -Dstuck.readers=N} opens so many, {@code -Dstuck.heap} is the server's.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class StuckReadersIT {
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final int READERS = Integer.getInteger("stuck.readers", 200);
    private static final int STREAMS_OF_A_CONNECTION = 20;
    private static final long MOST_EACH = 256_000;

    /** A line of the log that is as long as one may be, and so many that they fill what kernels keep for a client. */
    private static final String TEXT = "x".repeat(15_000);

    private static final int LINES = 1200;
    private static final int LINES_AT_ONCE = 4;
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final Pattern LIVE = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    @TempDir
    static Path folder;

    private static ServerProcess server;
    private static String events;
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.at(folder.resolve("home"))
                .name("stuck")
                .heap(System.getProperty("stuck.heap", "256m"))
                .with("tidings.limits.streamsPerUser", "10000")
                .start();
        Matcher id = ID.matcher(server.post("/tidings/api/jobs", "{\"type\":\"external\"}"));
        assertThat(id.find()).isTrue();
        String job = "/tidings/api/jobs/" + id.group(1);
        events = job + "/events?after=0";
        String line = "{\"type\":\"log\",\"message\":\"" + TEXT + "\"}";
        String some = "[" + (line + ",").repeat(LINES_AT_ONCE - 1) + line + "]";
        for (int i = 0; i < LINES / LINES_AT_ONCE; i++) {
            assertThat(server.post(job + "/events", some)).startsWith("HTTP/1.1 200");
        }
        readAll();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @AfterEach
    void leave() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        threads.shutdownNow();
        awaitQuiet(0);
    }

    @Test
    void by_HTTP_1_cost_the_heap_a_bounded_part() throws Exception {
        measure("HTTP/1.1", () -> {
            for (int i = 0; i < READERS; i++) {
                var client = new Socket();
                clients.add(client);
                client.setReceiveBufferSize(2048);
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                client.getOutputStream()
                        .write(("GET " + events + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
        });
    }

    @Test
    void by_HTTP_2_cost_the_heap_a_bounded_part() throws Exception {
        measure("HTTP/2", () -> {
            for (int i = 0; i < READERS / STREAMS_OF_A_CONNECTION; i++) {
                var connection = new Http2Connection(URI.create("http://127.0.0.1:" + server.port()), null, 4000);
                clients.add(connection);
                for (int n = 0; n < STREAMS_OF_A_CONNECTION; n++) {
                    connection.stall(connection.get(events, "accept", "text/event-stream"));
                }
                threads.submit(() -> {
                    while (connection.next() != null) {}
                    return null;
                });
            }
        });
    }

    private interface Opening {
        void open() throws IOException;
    }

    private void measure(String by, Opening opening) throws Exception {
        long before = live();
        opening.open();
        awaitQuiet(READERS);
        long with = live();
        long each = (with - before) / READERS;

        Report.line(READERS + " stuck readers by " + by + ": " + before / 1000 + " kB of live objects before, "
                + with / 1000 + " with them, " + each / 1000 + " kB each");
        assertThat(each).isLessThan(MOST_EACH);
        readAll();
    }

    /** Nobody else is disturbed. */
    private static void readAll() throws IOException {
        try (var stream = EventStream.open(server.base().resolve(events), "Accept", "text/event-stream")) {
            long last = 0;
            while (last < LINES + 2) {
                String id = stream.next().id();
                if (id != null) {
                    assertThat(Long.parseLong(id)).isEqualTo(last + 1);
                    last++;
                }
            }
        }
    }

    /** Waits until so many are there, and nothing is written to them for a while. */
    private static void awaitQuiet(int readers) throws Exception {
        double written = -1;
        while (server.metric("tidings_readers ") != readers || written != server.metric("tidings_bytes_total")) {
            written = server.metric("tidings_bytes_total");
            Waiting.pass(QUIET);
        }
    }

    /** Bytes of live objects, as a histogram after a full collection counts them. */
    private static long live() throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = LIVE.matcher(said);
        assertThat(total.find()).as(said).isTrue();
        return Long.parseLong(total.group(1));
    }
}
