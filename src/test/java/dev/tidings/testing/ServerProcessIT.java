package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessIT {

    @TempDir
    Path home;

    @Test
    void a_server_told_to_stop_stops_in_order() {
        try (var server = ServerProcess.at(home).tls().startUnready()) {
            assertThat(server.base().getPort()).isPositive();
            assertThat(server.tlsBase().getScheme()).isEqualTo("https");

            assertThat(server.stop()).isEqualTo(143);
            assertThat(server.output()).contains("Tidings has stopped");
        }
    }

    /** The launcher's ProblemValve: Tomcat answers these before any application hears of them. */
    @Test
    void what_the_server_refuses_by_itself_is_a_problem_too() throws IOException {
        String tooLong = "x".repeat(40_000);
        try (var server = ServerProcess.at(home).start()) {
            for (String[] refused : new String[][] {
                {"/tidings/%zz", "X: y", "400"},
                {"/tidings/api/jobs/%00", "X: y", "400"},
                {"/tidings/api%2Fjobs", "X: y", "400"},
                {"/tidings/api/jobs/" + tooLong, "X: y", "400"},
                {"/tidings/api/jobs", "X: " + tooLong, "400"},
                {"/elsewhere", "X: y", "404"},
            }) {
                String answer = RawHttp.exchange(
                        server.base().getPort(),
                        "GET " + refused[0] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + refused[1]
                                + "\r\n\r\n");

                assertThat(answer)
                        .startsWith("HTTP/1.1 " + refused[2])
                        .contains("Content-Type: application/problem+json", "\"status\":" + refused[2], "\"detail\":\"")
                        .doesNotContain("Tomcat", "<html");
            }
        }
    }

    @Test
    void a_server_that_cannot_listen_says_so_and_ends() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var server = ServerProcess.at(home).port(taken.getLocalPort()).launch()) {
            assertThat(server.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(server.output()).contains("Tidings did not start");
        }
    }
}
