package dev.tidings.jdbc;

import dev.tidings.testing.InstalledPrograms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real PgBouncer in transaction mode before {@link Postgres}, with fewer sessions than clients. */
final class PgBouncer implements AutoCloseable {
    private final Process process;
    private final Path folder;
    private final int port;

    /**
     * @param ignored startup parameters that are ignored; others are refused
     */
    PgBouncer(String ignored) throws Exception {
        Path program = InstalledPrograms.need("pgbouncer");
        folder = Files.createTempDirectory("pgbouncer");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = freePort();
        Path users = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
        Path configuration = Files.writeString(
                folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 3
                ignore_startup_parameters = %s
                """.formatted(Postgres.SERVER.getPort(), port, users, ignored));
        process = new ProcessBuilder(program.toString(), "-u", "nobody", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        awaitConnection();
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitConnection() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try (var connection = DriverManager.getConnection(url("postgres"))) {
                return;
            } catch (SQLException notYet) {
                if (System.nanoTime() > deadline || process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    String log = Files.readString(folder.resolve("log"));
                    close();
                    throw new IllegalStateException("PgBouncer does not answer: " + log, notYet);
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
