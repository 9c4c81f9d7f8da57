package dev.tidings.it.nodes;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL in processes of its own, on a loopback port that it keeps, to be stopped, killed and started again.
 *
 * <p>Commits are as durable as in production: what it has acknowledged outlives its death.
 *
 * <p>Threads: one test thread.
 */
final class DatabaseServer implements AutoCloseable {
    private static final Duration GONE_WITHIN = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private EmbeddedPostgres server;
    private boolean running = true;

    /** Starts it with an empty database in a folder, whose parent must let anybody through. */
    DatabaseServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        server = begin();
    }

    private EmbeddedPostgres begin() {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
        } catch (IOException e) {
            throw new AssertionError("PostgreSQL does not start", e);
        }
    }

    int port() {
        return port;
    }

    /** A connection for the test itself. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=3", "postgres", "");
    }

    /** Stops in order: sessions are ended, what was committed is kept. */
    void stop() throws IOException {
        running = false;
        server.close();
    }

    /** Kills the postmaster, and waits until its children have noticed. */
    void kill9() throws IOException {
        running = false;
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        postmaster.destroyForcibly();
        for (ProcessHandle each : all) {
            try {
                each.onExit().get(GONE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (Exception e) {
                throw new AssertionError("a process of PostgreSQL is still there: " + each.pid(), e);
            }
        }
        server.close();
    }

    /** Lets all its processes stand still. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets them go on. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        ProcessHandle postmaster = postmaster();
        var command = new ArrayList<>(List.of("kill", "-" + signal, Long.toString(postmaster.pid())));
        postmaster.descendants().map(each -> Long.toString(each.pid())).forEach(command::add);
        // One that ended meanwhile is no reason to fail.
        new ProcessBuilder(command).start().waitFor();
    }

    /** Its processes. */
    List<Long> processes() throws IOException {
        ProcessHandle postmaster = postmaster();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private ProcessHandle postmaster() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(folder.resolve("postmaster.pid")).get(0).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** Starts again on what is in the folder. */
    void start() {
        server = begin();
        running = true;
    }

    /** Starts it again after a test that broke off. */
    void startIfStopped() {
        if (!running) {
            start();
        }
    }

    /** Copies the data of a stopped server, or copies it back. */
    static void copy(Path from, Path to) throws IOException, InterruptedException {
        run("rm", "-rf", to.toString());
        run("cp", "-a", from.toString(), to.toString());
    }

    Path folder() {
        return folder;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
