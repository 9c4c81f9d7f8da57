package dev.tidings.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that listens on a port, with its output in a file of {@code target/bench}; it dies with this JVM. */
final class Child implements AutoCloseable {
    static final Path FOLDER =
            Path.of(System.getProperty("tidings.build", "target"), "bench").toAbsolutePath();

    private static final Duration START_AT_MOST = Duration.ofSeconds(90);
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(10);

    private final Process process;
    private final InetSocketAddress address;
    private final Thread stopAtExit;

    /** Starts it and waits until the port answers. */
    Child(String name, int port, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createDirectories(FOLDER).resolve(name + ".log");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        stopAtExit = new Thread(() -> tree().forEach(ProcessHandle::destroyForcibly), "kill-" + name);
        Runtime.getRuntime().addShutdownHook(stopAtExit);
        address = new InetSocketAddress("127.0.0.1", port);
        long deadline = System.nanoTime() + START_AT_MOST.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException(name + " did not start; see " + log);
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(address, 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** The process and what it has started. */
    List<Long> pids() {
        return tree().map(ProcessHandle::pid).toList();
    }

    private Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The start of a command that runs Java as all servers here do. */
    static List<String> java(String heap) {
        var command = new ArrayList<String>();
        command.add(javaHome().resolve("bin/java").toString());
        command.add("-Xmx" + heap);
        return command;
    }

    /** Of the JVM that the servers run on: {@code -Dbench.java=}, else this one. */
    static Path javaHome() {
        return Path.of(System.getProperty("bench.java", System.getProperty("java.home")));
    }

    @Override
    public void close() {
        List<ProcessHandle> all = tree().toList();
        process.toHandle().destroy();
        try {
            if (!process.waitFor(STOP_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().removeShutdownHook(stopAtExit);
    }
}
