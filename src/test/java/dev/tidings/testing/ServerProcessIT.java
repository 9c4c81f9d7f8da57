package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
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

    @Test
    void a_server_that_cannot_listen_says_so_and_ends() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var server = ServerProcess.at(home).port(taken.getLocalPort()).launch()) {
            assertThat(server.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(server.output()).contains("Tidings did not start");
        }
    }
}
