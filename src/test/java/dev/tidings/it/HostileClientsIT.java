package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Http2Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that mean ill: each is refused or cut off, sees at most one answer and none of the inside, and the next one is
 * served. {@code -Dstorms=N} says how often those come that come in crowds.
 */
class HostileClientsIT extends InServer {
    private static final int STORMS = Integer.getInteger("storms", 3);
    private static final String HOST = "Host: " + BASE.getAuthority() + "\r\n";
    private static final String CLOSE = "Connection: close\r\n\r\n";

    @AfterEach
    void the_next_request_is_served() {
        Calls.get("health/ready").is(200);
        Calls.get("api/jobs?limit=1").is(200);
    }

    static Stream<Arguments> malformed() {
        String post = "POST /tidings/api/jobs HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
        String smuggled = "GET /tidings/api/types HTTP/1.1\r\n" + HOST + "\r\n";
        return Stream.of(
                Arguments.of(
                        "a path of 10,000 characters",
                        "GET /tidings/api/jobs/" + "a".repeat(10_000) + " HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of(
                        "a query of 100,000 characters",
                        "GET /tidings/api/jobs?after=" + "a".repeat(100_000) + " HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of(
                        "bytes that are no UTF-8, escaped",
                        "GET /tidings/api/jobs/%ff%fe%c0%af HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of(
                        "bytes that are no UTF-8, as they are",
                        "GET /tidings/api/jobs/\u00ff\u00fe HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of("NUL in the path", "GET /tidings/api/jobs/%00 HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of("a way up", "GET /tidings/api/../../WEB-INF/web.xml HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of(
                        "a way up, escaped",
                        "GET /tidings/api/%2e%2e/%2e%2e/WEB-INF/web.xml HTTP/1.1\r\n" + HOST + CLOSE),
                Arguments.of("no Host", "GET /tidings/api/jobs HTTP/1.1\r\n" + CLOSE),
                Arguments.of(
                        "two Hosts", "GET /tidings/api/jobs HTTP/1.1\r\n" + HOST + "Host: evil.example\r\n" + CLOSE),
                Arguments.of("NUL in a header", "GET /tidings/api/jobs HTTP/1.1\r\n" + HOST + "X-A: a\0b\r\n" + CLOSE),
                Arguments.of(
                        "a space before the colon",
                        "GET /tidings/api/jobs HTTP/1.1\r\n" + HOST + "Content-Length : 5\r\n" + CLOSE),
                Arguments.of(
                        "100 kB of headers",
                        "GET /tidings/api/jobs HTTP/1.1\r\n" + HOST + "X-A: " + "a".repeat(100_000) + "\r\n" + CLOSE),
                Arguments.of(
                        "2,000 headers",
                        "GET /tidings/api/jobs HTTP/1.1\r\n" + HOST + "X-A: b\r\n".repeat(2000) + CLOSE),
                Arguments.of(
                        "length and chunks at once",
                        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled),
                Arguments.of("two lengths", post + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + smuggled),
                Arguments.of("a length below zero", post + "Content-Length: -1\r\n\r\n" + smuggled),
                Arguments.of("a coding that there isn't", post + "Transfer-Encoding: xchunked\r\n\r\n" + smuggled),
                Arguments.of(
                        "a coding that isn't last", post + "Transfer-Encoding: chunked, identity\r\n\r\n" + smuggled),
                Arguments.of("a coding behind a tab", post + "Transfer-Encoding:\u000bchunked\r\n\r\n" + smuggled),
                Arguments.of("a chunk of negative size", post + "Transfer-Encoding: chunked\r\n\r\n-5\r\n" + smuggled),
                Arguments.of(
                        "a chunk beyond all sizes",
                        post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + smuggled),
                Arguments.of(
                        "a chunk size that is none", post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\n" + smuggled),
                Arguments.of(
                        "no HTTP at all", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003hello" + CLOSE),
                Arguments.of("a version that there isn't", "GET /tidings/api/jobs HTTP/9.9\r\n" + HOST + CLOSE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void a_malformed_request_is_refused_or_cut_off_and_answered_once(String what, String request) throws Exception {
        String answer = talk(request);

        assertThat(answer.split("HTTP/1\\.1 ", -1).length - 1).as(answer).isLessThanOrEqualTo(1);
        if (!answer.isEmpty()) {
            int status = Integer.parseInt(answer.substring(9, 12));
            // WildFly lets NUL stand in the value of a header, which is nothing to the application.
            boolean passed = what.equals("NUL in a header") && SERVER.equals("wildfly");
            assertThat(status).as(answer).isBetween(passed ? 200 : 400, 505).isNotEqualTo(500);
        }
        assertThat(answer).doesNotContain("Exception", "\tat ", "dev.tidings.", "<web-app", "org.apache.");
    }

    @Test
    void clients_that_leave_in_the_middle_of_a_head_or_a_body_cost_nothing() throws IOException {
        for (int i = 0; i < 16 * STORMS; i++) {
            try (var head = new Socket(InetAddress.getLoopbackAddress(), BASE.getPort());
                    var body = new Socket(InetAddress.getLoopbackAddress(), BASE.getPort())) {
                write(head, "GET /tidings/api/jobs HTTP/1.1\r\nHos");
                write(
                        body,
                        "POST /tidings/api/jobs HTTP/1.1\r\n" + HOST
                                + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"type\":");
                if (i % 2 == 0) {
                    body.setSoLinger(true, 0);
                }
            }
        }
    }

    /** Slow ones hold no thread: while fifty of them are in the middle of a body others are served. */
    @Test
    void slow_heads_and_slow_bodies_hold_up_nobody() throws IOException {
        var slow = new java.util.ArrayList<Socket>();
        try {
            for (int i = 0; i < 50; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), BASE.getPort());
                slow.add(socket);
                write(
                        socket,
                        i % 2 == 0
                                ? "GET /tidings/api/jobs HTTP/1.1\r\nX"
                                : "POST /tidings/api/jobs HTTP/1.1\r\n" + HOST
                                        + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{");
            }
            for (int i = 0; i < 5; i++) {
                Calls.get("health/ready").is(200);
                assertThat(Calls.finished(Calls.QUICK).getString("state")).isEqualTo("succeeded");
                for (Socket socket : slow) {
                    write(socket, " ");
                }
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void a_stream_whose_reader_closes_its_sending_half_ends_or_goes_on_but_does_not_hang_the_server()
            throws IOException {
        for (int i = 0; i < 7 * STORMS; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), BASE.getPort())) {
                socket.setSoTimeout(60_000);
                write(socket, "GET /tidings/api/events HTTP/1.1\r\n" + HOST + "Accept: text/event-stream\r\n\r\n");
                socket.shutdownOutput();
                assertThat(socket.getInputStream().read()).isIn(-1, (int) 'H');
            }
        }
    }

    /** Rapid reset (CVE-2023-44487), within reason. The server may send such a client away. */
    @Test
    void a_storm_of_resets_costs_its_connection_at_most() throws IOException {
        for (int round = 0; round < STORMS; round++) {
            try (var connection = new Http2Connection(TLS_BASE, Tls.context(), 65_535)) {
                for (int i = 0; i < 300; i++) {
                    connection.reset(
                            connection.get("/tidings/api/events", "accept", "text/event-stream"), i % 2 == 0 ? 8 : 0);
                }
                served(connection); // or sent away; a server that has nothing more to say of the storm is silent
            } catch (IOException closed) {
                // by the server
            }
        }
        try (var connection = new Http2Connection(TLS_BASE, Tls.context(), 65_535)) {
            assertThat(served(connection)).isTrue();
        }
    }

    /** Whether the connection still answers a request. */
    private static boolean served(Http2Connection connection) throws IOException {
        int stream = connection.get("/tidings/health/ready");
        for (var frame = connection.next(); frame != null; frame = connection.next()) {
            if (frame.stream() == stream && frame.endsStream()) {
                return true;
            }
            if (frame.type() == Http2Connection.GOAWAY
                    || (frame.stream() == stream && frame.type() == Http2Connection.RST_STREAM)) {
                return false;
            }
        }
        return false;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What the server says until it closes, or for a while: some wait for more of what they cannot read. */
    private static String talk(String request) throws IOException {
        var said = new ByteArrayOutputStream();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), BASE.getPort())) {
            socket.setSoTimeout(3000);
            write(socket, request);
            byte[] piece = new byte[8192];
            for (int count = socket.getInputStream().read(piece);
                    count >= 0;
                    count = socket.getInputStream().read(piece)) {
                said.write(piece, 0, count);
            }
        } catch (SocketTimeoutException waiting) {
            // the server keeps the connection: what it had to say has come
        } catch (IOException reset) {
            // cut off in the middle of what we wrote
        }
        return said.toString(StandardCharsets.ISO_8859_1);
    }
}
