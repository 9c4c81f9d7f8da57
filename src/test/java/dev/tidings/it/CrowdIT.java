package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.it.nodes.Relay;
import dev.tidings.testing.EventStream;
import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import dev.tidings.testing.SseParser;
import dev.tidings.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Slow, stuck and gone clients cost the others nothing, and their places are freed. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class CrowdIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    /** A line of the log that is as long as one may be, and so many that they fill what kernels keep for a client. */
    private static final String TEXT = "x".repeat(14_000);

    private static final Duration STUCK = Duration.ofSeconds(4);
    private static final Duration MAX_AGE = Duration.ofSeconds(12);

    /** Of that age, for a busy machine. */
    private static final double SLACK = 0.25;

    /** How many close their sockets: {@code -Psoak} takes 10,000. */
    private static final int CROWD = Integer.getInteger("crowd", 400);

    private static final int HEARTBEAT_MS = 1000;
    private static final int LINES = 240;
    private static final int LINES_AT_ONCE = 4;

    @TempDir
    static Path folder;

    private static ServerProcess server;
    private final List<Socket> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private String job;

    @BeforeAll
    static void start() {
        server = ServerProcess.at(folder.resolve("home"))
                .name("crowd")
                .heap(256 + CROWD / 8 + "m")
                .with("tidings.heartbeat", HEARTBEAT_MS + "ms")
                .with("tidings.stuck", STUCK.toSeconds() + "s")
                .with("tidings.stream.maxAge", MAX_AGE.toSeconds() + "s")
                .with("tidings.limits.streamsPerUser", "20000")
                .start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @AfterEach
    void leave() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        threads.shutdownNow();
    }

    @Test
    void clients_whose_sockets_closed_free_their_places() throws Exception {
        submit();
        for (int i = 0; i < CROWD; i++) {
            Socket client = connect(0);
            client.getInputStream().read();
            if (i % 2 == 0) {
                client.setSoLinger(true, 0); // closes by RST
            }
        }
        awaitReaders(CROWD);

        for (Socket client : clients) {
            client.close();
        }

        long closed = System.nanoTime();
        awaitReaders(0);
        Report.line(
                "%,d places were free %.1f heartbeats after the last socket was closed",
                CROWD, (System.nanoTime() - closed) / 1e6 / HEARTBEAT_MS);
    }

    @Test
    void clients_that_vanished_without_a_word_have_their_places_until_their_streams_rotate() throws Exception {
        submit();
        double before = closed("rotate");
        for (int i = 0; i < 50; i++) {
            connect(0).getInputStream().read(); // and never again: what comes lies in the kernel
        }
        awaitReaders(50);

        awaitReaders(0);

        assertThat(closed("rotate") - before).isEqualTo(50);
    }

    /** Half-open: what stands between goes on taking bytes for a client of which nobody hears any more, and no FIN or RST comes. */
    @Test
    void half_open_clients_have_their_places_no_longer_than_a_stream_gets_old() throws Exception {
        submit();
        double before = closed("rotate");
        try (var relay = new Relay(server.port())) {
            List<Double> ages = vanish(relay, 20);

            assertThat(ages).hasSize(20).allSatisfy(age -> assertThat(age).isBetween(0.8, 1.2 + SLACK));
            assertThat(closed("rotate") - before).isEqualTo(20);
        }
    }

    /** With something to say the server need not wait so long: nobody takes it. */
    @Test
    void half_open_clients_that_events_are_for_are_cut_as_stuck() throws Exception {
        submit();
        double before = closed("stuck");
        try (var relay = new Relay(server.port())) {
            Socket client = connect(2048, relay.port());
            client.getInputStream().read();
            awaitReaders(1);
            relay.stall();
            long vanished = System.nanoTime();

            report();

            awaitReaders(0);
            Duration took = Duration.ofNanos(System.nanoTime() - vanished);
            Report.line("a half-open client that events were for was cut after " + took);
            assertThat(closed("stuck") - before).isEqualTo(1);
        }
    }

    @Test
    void stuck_clients_are_cut_and_the_others_get_everything() throws Exception {
        submit();
        double before = closed("stuck");
        for (int i = 0; i < 20; i++) {
            connect(2048);
        }
        var readers = new ArrayList<Future<List<Long>>>();
        for (int i = 0; i < 4; i++) {
            readers.add(threads.submit(this::numbers));
        }

        report();

        for (Future<List<Long>> reader : readers) {
            assertThat(reader.get()).containsExactlyElementsOf(allNumbers());
        }
        awaitReaders(0);
        assertThat(closed("stuck") - before).isPositive(); // all, but for those that rotated before they were
    }

    @Test
    void stalled_streams_of_HTTP_2_do_not_hold_up_the_others() throws Exception {
        submit();
        double gone = closed("gone") + closed("stuck");
        for (int i = 0; i < 12; i++) {
            stalled();
        }
        awaitReaders(12);
        Future<List<Long>> reader = threads.submit(this::numbers);

        report();

        assertThat(reader.get()).containsExactlyElementsOf(allNumbers());
        awaitReaders(0);
        assertThat(closed("gone") + closed("stuck") - gone).isPositive();
    }

    @Test
    void clients_that_come_and_go_at_once_leave_nothing_behind() throws Exception {
        submit();
        var random = new Random();
        for (int i = 0; i < 400; i++) {
            try (Socket client = connect(0)) {
                client.setSoLinger(random.nextBoolean(), 0);
                if (random.nextBoolean()) {
                    client.getInputStream().read(new byte[1 + random.nextInt(400)]);
                }
            }
        }

        awaitReaders(0);
        report("{\"type\":\"succeeded\"}");
        try (var stream = EventStream.open(events(), "Accept", "text/event-stream")) {
            assertThat(stream.rest())
                    .last()
                    .extracting(SseParser.Block::data)
                    .asString()
                    .contains("\"succeeded\"");
        }
        assertThat(server.output()).doesNotContain("IllegalStateException");
    }

    /** Opens streams through the relay and makes it a black hole; answers how old they were when their places were free, in {@link #MAX_AGE}. */
    private List<Double> vanish(Relay relay, int count) throws Exception {
        long opened = System.nanoTime();
        for (int i = 0; i < count; i++) {
            connect(0, relay.port()).getInputStream().read();
        }
        awaitReaders(count);
        relay.stall();
        var ages = new ArrayList<Double>();
        for (int left = count - 1; left >= 0; left--) {
            int most = left;
            await(left + " readers are left", () -> server.metric("tidings_readers ") <= most);
            ages.add((System.nanoTime() - opened) / (double) MAX_AGE.toNanos());
        }
        Report.line("half-open clients had their places for " + ages);
        return ages;
    }

    private void submit() throws IOException {
        Matcher id = ID.matcher(server.post("/tidings/api/jobs", "{\"type\":\"external\"}"));
        assertThat(id.find()).isTrue();
        job = id.group(1);
    }

    /** Long lines in number, and the end. */
    private void report() throws IOException {
        String line = "{\"type\":\"log\",\"message\":\"" + TEXT + "\"}";
        String some = "[" + (line + ",").repeat(LINES_AT_ONCE - 1) + line + "]";
        for (int i = 0; i < LINES / LINES_AT_ONCE; i++) {
            report(some);
        }
        report("{\"type\":\"succeeded\"}");
    }

    private void report(String events) throws IOException {
        assertThat(server.post("/tidings/api/jobs/" + job + "/events", events)).startsWith("HTTP/1.1 200");
    }

    /** Reads to the end, through rotations. */
    private List<Long> numbers() throws IOException {
        var seen = new ArrayList<Long>();
        boolean ended = false;
        while (!ended) {
            long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
            try (var stream = EventStream.openWithin(SOON, events(after), "Accept", "text/event-stream")) {
                for (SseParser.Block block : stream.rest()) {
                    if (block.id() != null) {
                        seen.add(Long.parseLong(block.id()));
                        ended |= block.data().contains("\"type\":\"succeeded\"");
                    }
                }
            }
        }
        return seen;
    }

    /** queued, started, the lines, succeeded. */
    private static List<Long> allNumbers() {
        return LongStream.rangeClosed(1, LINES + 3L).boxed().toList();
    }

    private URI events() {
        return events(0);
    }

    private URI events(long after) {
        return server.base().resolve("api/jobs/" + job + "/events?after=" + after);
    }

    /** Asks for the stream and does not read. */
    private Socket connect(int receiveBuffer) throws IOException {
        return connect(receiveBuffer, server.port());
    }

    private Socket connect(int receiveBuffer, int port) throws IOException {
        Socket client = socket(receiveBuffer, port);
        client.getOutputStream()
                .write(("GET " + events().getRawPath()
                                + "?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private Socket socket(int receiveBuffer, int port) throws IOException {
        var client = new Socket();
        clients.add(client);
        if (receiveBuffer > 0) {
            client.setReceiveBufferSize(receiveBuffer);
        }
        client.setSoTimeout((int) SOON.toMillis());
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return client;
    }

    /** Asks for the stream by HTTP/2 (RFC 9113, prior knowledge), and never opens the window of 65,535 bytes again. */
    private void stalled() throws IOException {
        Socket client = socket(0, server.port());
        var out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
        client.getOutputStream().write(out.toByteArray());
        InputStream in = client.getInputStream();
        byte[] head = in.readNBytes(9); // the server's SETTINGS come first
        in.readNBytes(((head[0] & 255) << 16) + ((head[1] & 255) << 8) + (head[2] & 255));
        var headers = new ByteArrayOutputStream();
        field(headers, ":method", "GET");
        field(headers, ":scheme", "http");
        field(headers, ":authority", "127.0.0.1");
        field(headers, ":path", events().getRawPath() + "?after=0");
        field(headers, "accept", "text/event-stream");
        out.reset();
        out.writeBytes(new byte[] {0, 0, 0, 4, 1, 0, 0, 0, 0}); // their acknowledgement
        out.writeBytes(new byte[] {0, 0, (byte) headers.size(), 1, 5, 0, 0, 0, 1}); // HEADERS, the end of both
        out.writeBytes(headers.toByteArray());
        client.getOutputStream().write(out.toByteArray());
    }

    /** A literal that is not to be remembered, without Huffman's code (RFC 7541, 6.2.2). */
    private static void field(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        to.write(value.length());
        to.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void awaitReaders(int count) throws Exception {
        await(count + " readers are there", () -> server.metric("tidings_readers ") == count);
    }

    private static double closed(String reason) throws IOException {
        return server.metric("tidings_readers_closed_total{reason=\"" + reason + "\",transport=\"sse\"} ");
    }

    private static void await(String what, Waiting.Condition condition) throws Exception {
        Waiting.until(() -> "not: " + what, SOON, condition);
    }
}
