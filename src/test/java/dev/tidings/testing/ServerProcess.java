package dev.tidings.testing;

import jakarta.annotation.Resource;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/**
 * The built WAR in a Tomcat in a process of its own, to be killed, stopped and started again.
 *
 * <p>What it says goes to {@code target/it-logs/}. It listens on a free loopback port. It dies with the test's JVM at the latest.
 *
 * <pre>{@code
 * try (var server = ServerProcess.at(home).with("tidings.lease", "2s").heap("192m").start()) {
 *     ... server.base() ...
 *     server.kill9();
 * }
 * }</pre>
 *
 * <p>Threads: one test thread uses it; a daemon thread of its own reads the output.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Path BUILD = Path.of(System.getProperty("tidings.build", "target"));
    private static final Duration START_AT_MOST = Duration.ofSeconds(90);
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(40);
    /** What Tomcat's own start script opens, so that it can tell leaks when it stops. */
    private static final List<String> FOR_LEAK_DETECTION = List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED");

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Process process;
    private final Path log;
    private final Thread stopAtExit;
    private final Thread reader;
    private final CompletableFuture<String> readyLine = new CompletableFuture<>();
    private URI base = URI.create("http://unknown.invalid/");
    private @Nullable URI tlsBase;

    /** How a server is started; each method returns the same builder. */
    public static final class Builder {
        private final Path home;
        private final Map<String, String> properties = new TreeMap<>();
        private final Map<String, String> environment = new TreeMap<>();
        private final List<String> jvmOptions = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        private String heap = "256m";
        private int port;
        private boolean tls;
        private String name = "server";
        private Path base;
        private @Nullable Path war;
        private Path java = Path.of(System.getProperty("java.home"));

        private Builder(Path home) {
            this.home = home;
        }

        /** Sets a system property of the server, such as {@code tidings.lease}. */
        public Builder with(String property, String value) {
            properties.put(property, value);
            return this;
        }

        /** Sets an environment variable of the server. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Adds a JVM option. */
        public Builder jvm(String option) {
            jvmOptions.add(option);
            return this;
        }

        /** Lets the server's JVM compile all the way, for measurements; the default is quick to start. */
        public Builder optimised() {
            jvmOptions.clear();
            return this;
        }

        /** Runs on the JDK of this folder instead of the test's own. */
        public Builder java(Path home) {
            this.java = home;
            return this;
        }

        /** Bounds the heap, as in {@code -Xmx}. */
        public Builder heap(String most) {
            this.heap = most;
            return this;
        }

        /** Listens on this port, so that a restarted server is where the first was; 0 for a free one. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Runs another WAR than the one under test: an older version, or one with more in it. */
        public Builder war(Path war) {
            this.war = war;
            return this;
        }

        /** Listens by HTTPS too. */
        public Builder tls() {
            this.tls = true;
            return this;
        }

        /** Begins the name of the log file. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Tomcat's own folder: kept from start to start it spares the unpacking of the WAR; else each has a new one. */
        public Builder base(Path folder) {
            this.base = folder;
            return this;
        }

        /** Starts the server and waits until it is ready. */
        public ServerProcess start() {
            ServerProcess server = launch();
            try {
                server.awaitListening();
                server.awaitReady();
                return server;
            } catch (RuntimeException | Error e) {
                server.close();
                throw e;
            }
        }

        /** Starts the server and returns when it listens, ready or not. */
        public ServerProcess startUnready() {
            ServerProcess server = launch();
            try {
                server.awaitListening();
                return server;
            } catch (RuntimeException | Error e) {
                server.close();
                throw e;
            }
        }

        /** Starts the process without waiting for anything: for a start that must fail. */
        public ServerProcess launch() {
            try {
                return new ServerProcess(this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot start a server process", e);
            }
        }

        private List<String> command(Path work) {
            var command = new ArrayList<String>();
            command.add(java.resolve("bin/java").toString());
            command.addAll(jvmOptions);
            command.addAll(FOR_LEAK_DETECTION);
            command.add("-Xmx" + heap);
            command.add("-Dtidings.home=" + home.toAbsolutePath());
            properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.addAll(List.of("-cp", classPath(), "dev.tidings.launch.RunTomcat"));
            command.addAll(
                    List.of("--war", (war == null ? ServerProcess.war() : war).toString(), "--base", work.toString()));
            command.addAll(List.of("--port", Integer.toString(port), "--tls-port", tls ? "0" : "-1"));
            return command;
        }
    }

    /** A server with its embedded store in a folder. */
    public static Builder at(Path home) {
        return new Builder(home);
    }

    /** The WAR under test. */
    public static Path war() {
        Path war = BUILD.resolve("tidings.war").toAbsolutePath();
        if (!Files.exists(war)) {
            throw new IllegalStateException("there is no " + war + ": run `mvn package` first");
        }
        return war;
    }

    private ServerProcess(Builder how) throws IOException {
        String name = how.name + "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        this.log = Files.createDirectories(BUILD.resolve("it-logs")).resolve(name + ".log");
        Path work = (how.base == null ? BUILD.resolve("it-work").resolve(name) : how.base).toAbsolutePath();
        var builder = new ProcessBuilder(how.command(work)).redirectErrorStream(true);
        builder.environment().putAll(how.environment);
        this.process = builder.start();
        this.stopAtExit = new Thread(process.toHandle()::destroyForcibly, "kill-" + name);
        Runtime.getRuntime().addShutdownHook(stopAtExit);
        this.reader = new Thread(this::readOutput, "output-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Where the application is; ends with a slash, so that {@code base().resolve("api/jobs")} works. */
    public URI base() {
        return base;
    }

    /** The same by HTTPS with a self-signed certificate; only when {@link Builder#tls} was asked for. */
    public URI tlsBase() {
        if (tlsBase == null) {
            throw new IllegalStateException("started without tls()");
        }
        return tlsBase;
    }

    /** The sum of the lines of {@code /metrics} that begin so. */
    public double metric(String beginning) throws IOException {
        String all = RawHttp.exchange(
                port(), "GET /tidings/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        return all.lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Posts JSON and answers the whole response. */
    public String post(String path, String json) throws IOException {
        return RawHttp.exchange(
                port(),
                "POST " + path
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                        + json.length() + "\r\n\r\n" + json);
    }

    /** The port of {@link #base}. */
    public int port() {
        return base.getPort();
    }

    /** The process id of the server, for {@code /proc}. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** What the server has said so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process at once, as the machine's failure would; returns when it is gone. */
    public void kill9() {
        process.toHandle().destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
        close();
    }

    /** Asks the process to stop and returns at once. */
    public void sigterm() {
        process.toHandle().destroy();
    }

    /** Asks the process to stop, waits for it, and gives its exit status: 143 after an orderly stop. */
    public int stop() {
        process.toHandle().destroy();
        int status = awaitExit(STOP_AT_MOST);
        close();
        return status;
    }

    /**
     * Waits for the process to end by itself.
     *
     * @throws AssertionError when it still runs after the time
     */
    public int awaitExit(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server still runs after " + atMost + tail());
            }
            reader.join(STOP_AT_MOST.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a server was ending", e);
        }
        return process.exitValue();
    }

    /** Kills what is left of it. */
    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook is at it.
        }
    }

    /**
     * Waits until {@code GET health/ready} answers 200.
     *
     * @throws AssertionError when it does not in time
     */
    public void awaitReady() {
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var request = HttpRequest.newBuilder(base.resolve("health/ready"))
                .timeout(Duration.ofSeconds(10))
                .build();
        long deadline = System.nanoTime() + START_AT_MOST.toNanos();
        int status = 0;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    return;
                }
                process.waitFor(50, TimeUnit.MILLISECONDS);
            } catch (IOException e) {
                status = -1;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while a server was starting", e);
            }
        }
        throw new AssertionError("the server did not become ready; health/ready: " + status + stuck());
    }

    private void awaitListening() {
        try {
            String[] words = readyLine
                    .get(START_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)
                    .split(" ", -1);
            base = URI.create(words[1]);
            tlsBase = words[2].equals("-") ? null : URI.create(words[2]);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the server did not start" + stuck(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a server was starting", e);
        }
    }

    private void readOutput() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                var writer = Files.newBufferedWriter(log)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                writer.write(line);
                writer.newLine();
                writer.flush();
                if (line.startsWith("READY ")) {
                    readyLine.complete(line);
                }
            }
        } catch (IOException e) {
            // The process was killed in the middle of a line.
        }
        readyLine.completeExceptionally(new IOException("the process ended"));
    }

    /** What a server that is late says, and, in a file beside its log, what its threads are at. */
    private String stuck() {
        Path dump = log.resolveSibling(log.getFileName().toString().replace(".log", ".threads"));
        try {
            var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            new ProcessBuilder(jcmd, Long.toString(process.pid()), "Thread.print", "-l")
                    .redirectErrorStream(true)
                    .redirectOutput(dump.toFile())
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            return "; no thread dump: " + e + tail();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "; threads in " + dump + tail();
    }

    private String tail() {
        String output = output();
        return "; " + log + " ends:\n" + output.substring(Math.max(0, output.length() - 4_000));
    }

    private static String classPath() {
        return String.join(
                File.pathSeparator,
                BUILD.resolve("launcher-classes").toAbsolutePath().toString(),
                jarOf(Tomcat.class).toString(),
                jarOf(Resource.class).toString());
    }

    private static Path jarOf(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
