package dev.tidings.it.nodes;

import dev.tidings.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A place in the cluster: one port, one relay to PostgreSQL, and one server process after another, each with a name of
 * its own.
 *
 * <p>Threads: its life belongs to the test's thread; requests may come from any.
 */
public final class Node implements AutoCloseable {
    /** How long any request but a stream may take; the contract wants an answer within 5 s when the store is away. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(8);

    /** A setting of nodes that are measured: compiled all the way, no relay before the database, and this heap. */
    static final String MEASURED = "measured";

    /** A setting: the WAR that the nodes run at first. */
    static final String WAR = "war";

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();

    private static final AtomicInteger STARTS = new AtomicInteger();

    private final int index;
    private final int port;
    private final int ajpPort;
    private final Path home;
    private final Map<String, String> settings;
    private final Relay relay;
    private final URI base;
    private final Map<String, String> environment = new TreeMap<>();
    private @Nullable Path war;
    private volatile ServerProcess process;
    private volatile String name = "";

    Node(int index, int port, int databasePort, Path home, Map<String, String> settings) throws IOException {
        this.index = index;
        this.port = port;
        ajpPort = Cluster.freePort();
        this.home = home;
        this.settings = settings;
        relay = new Relay(databasePort);
        base = URI.create("http://127.0.0.1:" + port + "/tidings/");
    }

    /** From the next start on it runs this WAR. */
    void run(Path other) {
        war = other;
    }

    /** From the next start on its environment has this. */
    void environment(String variable, String value) {
        environment.put(variable, value);
    }

    /** Starts the process and waits until it is ready. */
    public void start() {
        name = "n" + index + "-" + STARTS.incrementAndGet();
        ServerProcess.Builder builder = ServerProcess.at(home.resolve("home-" + index))
                .name("node-" + name)
                .base(home.resolve("tomcat-" + index))
                .port(port)
                .with("tidings.node", name)
                .with("tidings.db.url", "jdbc:postgresql://127.0.0.1:" + relay.port() + "/postgres")
                .with("tidings.db.user", "postgres");
        environment.forEach(builder::environment);
        Path other = war;
        if (other != null) {
            builder.war(other).base(home.resolve("tomcat-" + index + "-" + other.getFileName()));
        }
        if (settings.containsKey("ajp.secret")) {
            builder.with("ajp.port", Integer.toString(ajpPort));
        }
        settings.forEach((key, value) -> {
            if (key.equals(WAR)) {
                if (other == null) {
                    builder.war(Path.of(value)).base(home.resolve("tomcat-" + index + "-first"));
                }
            } else if (key.equals(MEASURED)) {
                builder.optimised()
                        .heap(value)
                        .with("tidings.db.url", "jdbc:postgresql://127.0.0.1:" + relay.target() + "/postgres");
            } else {
                builder.with(key, value);
            }
        });
        process = builder.start();
    }

    /** This process's name in events. */
    public String name() {
        return name;
    }

    /** Where it listens by AJP, when {@code ajp.secret} is set. */
    public int ajpPort() {
        return ajpPort;
    }

    Relay relay() {
        return relay;
    }

    public ServerProcess process() {
        return process;
    }

    /** Stops the process as it is, as a long garbage collection would. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " ended with " + status);
        }
    }

    public URI at(String path) {
        return base.resolve(path);
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public HttpResponse<String> post(String path, String... headers) throws IOException, InterruptedException {
        return send("POST", path, BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> submit(String key, String job) throws IOException, InterruptedException {
        return send(
                "POST",
                "api/jobs",
                BodyPublishers.ofString(job),
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                key);
    }

    JsonObject job(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("api/jobs/" + id);
        if (answer.statusCode() != 200) {
            throw new IOException("job " + id + " at " + name + ": " + answer.statusCode() + " " + answer.body());
        }
        return Sightings.json(answer.body());
    }

    public HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(at(path)).timeout(ANSWER_WITHIN).method(method, body);
        return CLIENT.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    /** The status of {@code health/ready}; 0 without an answer. */
    public int ready() throws InterruptedException {
        try {
            return get("health/ready").statusCode();
        } catch (IOException away) {
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.close();
        }
        relay.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
