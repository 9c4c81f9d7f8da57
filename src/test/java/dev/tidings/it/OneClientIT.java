package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * One client against one node: each attack is bounded and goes to the loopback, and after each the node answers.
 * {@code -Dstorms=N} says how often they come.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OneClientIT extends InServer {
    private static final int STORMS = Integer.getInteger("storms", 3);

    /** More than any server of the build has threads. */
    private static final int CROWD = 260;

    private static final String HOST = " HTTP/1.1\r\nHost: " + BASE.getAuthority() + "\r\n";

    @AfterEach
    void the_node_still_answers() throws Exception {
        // A slow answer is a failure too: whoever probes would take the node out.
        for (String path : List.of("health/ready", "api/jobs?limit=1", "api/types")) {
            CompletableFuture.runAsync(() -> Calls.get(path).is(200)).get(10, TimeUnit.SECONDS);
        }
    }

    private static Socket open(String request) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), BASE.getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static int status(Socket socket) throws IOException {
        return RawHttp.status(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1));
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Polls of the path check waited without a role and without a seat. */
    @Test
    void path_checks_are_bounded_like_streams() throws IOException {
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < CROWD; i++) {
            sockets.add(open("GET /tidings/api/path-check?wait=60" + HOST + "Accept: application/json\r\n\r\n"));
        }
        assertThat(status(sockets.get(CROWD - 1))).isEqualTo(429);
        closeAll(sockets);
    }

    /** The server read the rest of refused bodies on its own threads. WildFly still does: docs/reference/servers.md. */
    @Test
    @DisabledIfSystemProperty(
            named = "it.server",
            matches = "wildfly",
            disabledReason = "Undertow reads by its threads")
    void refused_requests_with_unfinished_bodies_hold_no_threads() throws IOException {
        String part = "Content-Length: 1000\r\n\r\nx";
        for (String refused : List.of(
                "POST /tidings/api/jobs/nobodys/cancel" + HOST + part,
                "POST /tidings/api/jobs" + HOST + "Origin: https://evil.example\r\n" + part,
                "POST /tidings/api/jobs" + HOST + "Content-Type: text/plain\r\n" + part,
                "POST /tidings/api/jobs" + HOST + "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\nx",
                "POST /tidings/api/types" + HOST + part,
                "POST /tidings/index.html" + HOST + part,
                "GET /tidings/health/live" + HOST + part)) {
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < CROWD; i++) {
                sockets.add(open(refused));
            }
            Calls.get("health/live").is(200);
            assertThat(status(sockets.get(CROWD - 1))).isBetween(200, 499);
            closeAll(sockets);
        }
    }

    /** A page of 200 jobs with large results had 40 MiB. */
    @Test
    void pages_of_large_jobs_are_bounded() {
        String result = "{\"type\": \"succeeded\", \"result\": \"" + "x".repeat(12_000) + "\"}";
        for (int i = 0; i < 40; i++) {
            String job = Calls.submitted("{\"type\": \"external\"}");
            Calls.send("POST", job + "/events", BodyPublishers.ofString(result), "Content-Type", "application/json")
                    .is(200);
        }
        for (int i = 0; i < STORMS * 10; i++) {
            assertThat(Calls.get("api/jobs?limit=200").is(200).text().length()).isLessThanOrEqualTo(256 * 1024);
        }
    }

    /** One request of 15 KB stopped WildFly for 25 s. */
    @Test
    void long_headers_cost_one_pass() throws IOException {
        String job = Calls.submitted(Calls.QUICK);
        String blanks = " ".repeat(6_000);
        for (int i = 0; i < STORMS * 4; i++) {
            for (String header : List.of(
                    "If-None-Match: \"a\"" + blanks + "x",
                    "If-None-Match: " + ",".repeat(3_000) + blanks.substring(3_000) + "x",
                    "Range: bytes=" + blanks + "x",
                    "Prefer: wait" + blanks + "=" + "x")) {
                var head = "GET /tidings/" + job + HOST + header + "\r\nConnection: close\r\n\r\n";
                assertThat(RawHttp.status(RawHttp.exchange(BASE.getPort(), head)))
                        .isBetween(200, 400);
            }
        }
    }
}
