package dev.tidings.it.nodes;

import dev.tidings.it.nodes.Sightings.Seen;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Several nodes over one PostgreSQL, readers that hop between them, and what they saw.
 *
 * <p>Threads: the test's; readers have threads of their own, which end with it.
 */
public final class Cluster implements AutoCloseable {
    /** Short, so that takeovers are soon. */
    static final Duration LEASE = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path home;
    private final DatabaseServer database;
    private final List<Node> nodes = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "reader");
        thread.setDaemon(true);
        return thread;
    });
    private final Sightings sightings = new Sightings();
    private final List<Reader> readers = new ArrayList<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final Random random;

    /** Starts PostgreSQL and, all at once, this many nodes on its empty database. */
    public Cluster(int count, long seed, Map<String, String> more) throws IOException {
        random = new Random(seed);
        home = Files.createTempDirectory("tidings-nodes");
        home.toFile().setExecutable(true, false);
        home.toFile().setReadable(true, false);
        database = new DatabaseServer(home.resolve("postgres"), freePort());
        var settings = new HashMap<String, String>();
        settings.put("tidings.lease", LEASE.toSeconds() + "s");
        settings.put("tidings.heartbeat", "1s");
        settings.put("tidings.retry", "200ms");
        settings.put("tidings.drain.spread", "1s");
        settings.put("tidings.drain.grace", "1s");
        settings.put("tidings.limits.streamsPerUser", "10000");
        settings.put("tidings.limits.queuedPerUser", "10000");
        settings.putAll(more);
        try {
            for (int i = 0; i < count; i++) {
                nodes.add(new Node(i + 1, freePort(), database.port(), home, settings));
            }
            inParallel(nodes, Node::start);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Below the range from which the system itself hands out ports. */
    public static int freePort() throws IOException {
        var random = new Random();
        for (int i = 0; i < 100; i++) {
            int port = 20_000 + random.nextInt(12_000);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The next one then.
            }
        }
        throw new IOException("no free port");
    }

    /** Work on a node. */
    interface Work {
        void on(Node node) throws Exception;
    }

    /** Does something to several nodes at the same time. */
    void inParallel(List<Node> which, Work work) {
        CompletableFuture.allOf(which.stream()
                        .map(node -> CompletableFuture.runAsync(
                                () -> {
                                    try {
                                        work.on(node);
                                    } catch (Exception e) {
                                        throw new AssertionError("at " + node, e);
                                    }
                                },
                                threads))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    DatabaseServer database() {
        return database;
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(int index) {
        return nodes.get(index);
    }

    Sightings sightings() {
        return sightings;
    }

    /** The node of that name. */
    Node named(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Any node but these. */
    Node other(Node... not) {
        var left = new ArrayList<>(nodes);
        left.removeAll(List.of(not));
        return left.get(random.nextInt(left.size()));
    }

    /** Submits a countdown at any node and, when that fails, again with the same key at another. */
    String countdown(String params) throws InterruptedException {
        return countdown(null, params);
    }

    /** The same at a node first; null for any. */
    String countdown(Node first, String params) throws InterruptedException {
        String key = "key-" + keys.incrementAndGet();
        String job = "{\"type\": \"countdown\", \"title\": \"" + key + "\", \"params\": {" + params + "}}";
        Node node = first == null ? other() : first;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Object last = "";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> answer = node.submit(key, job);
                if (answer.statusCode() == 202) {
                    String id = Sightings.json(answer.body()).getString("id");
                    sightings.accepted(key, id);
                    return id;
                }
                if (answer.statusCode() != 503
                        || answer.headers().firstValue("Retry-After").isEmpty()) {
                    throw new AssertionError("submit at " + node + ": " + answer.statusCode() + " " + answer.body());
                }
                last = answer.body();
            } catch (IOException away) {
                last = away;
            }
            Waiting.pass(Duration.ofMillis(20 + random.nextInt(100)));
            node = other();
        }
        throw new AssertionError("nobody takes a job: " + last);
    }

    /** Begins to read a job by all transports at all nodes, from its beginning. */
    void follow(String job, int count) {
        for (int i = 0; i < count; i++) {
            var reader = new Reader(job, "reader " + i + " of " + job, nodes, random.nextLong(), sightings);
            readers.add(reader);
            threads.execute(reader);
        }
    }

    /** Waits until some reader has seen such an event of a job. */
    Seen await(String job, Predicate<JsonObject> wanted) throws InterruptedException {
        return sightings.await(job, wanted, PATIENCE);
    }

    /** Waits for the attempt to begin, and tells at which node it runs. */
    Node runner(String job, int attempt) throws InterruptedException {
        Seen started =
                await(job, event -> event.getString("type").equals("started") && event.getInt("attempt") == attempt);
        return named(started.event().getString("node"));
    }

    /** Waits until all readers have seen their job's end. */
    void awaitReaders() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Reader reader : readers) {
            var left = Duration.ofNanos(deadline - System.nanoTime());
            Waiting.until(() -> reader + " has not seen the end", left, reader::ended);
        }
        readers.clear();
    }

    /** Waits for the readers, then holds what all saw to the contract, at every node that runs. */
    void check() throws Exception {
        awaitReaders();
        for (String job : sightings.jobs()) {
            for (Node node : nodes) {
                sightings.check(job, Reader.wholeLog(node, job));
            }
        }
        sightings.checkKeys(titles());
    }

    /** All jobs' titles by id, as the newest of them are listed. */
    private Map<String, String> titles() throws IOException, InterruptedException {
        var titles = new HashMap<String, String>();
        String path = "api/jobs?limit=200";
        while (path != null) {
            HttpResponse<String> answer = nodes.get(0).get(path);
            if (answer.statusCode() != 200) {
                throw new AssertionError(answer.statusCode() + " " + answer.body());
            }
            for (JsonObject job :
                    Sightings.json(answer.body()).getJsonArray("jobs").getValuesAs(JsonObject.class)) {
                titles.put(job.getString("id"), job.getString("title", ""));
            }
            path = answer.headers()
                    .firstValue("Link")
                    .map(link -> link.substring(link.indexOf('<') + 1, link.indexOf('>')))
                    .orElse(null);
        }
        return titles;
    }

    /** Waits until a node answers {@code health/ready} so, and tells how long that took. */
    public Duration awaitReady(Node node, int status, Duration atMost) throws Exception {
        long began = System.nanoTime();
        Waiting.until(() -> "ready at " + node + " is not " + status, atMost, () -> node.ready() == status);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Begins afresh: what was seen is forgotten. */
    void forget() {
        readers.forEach(Reader::stop);
        readers.clear();
        sightings.forget();
    }

    @Override
    public void close() throws IOException {
        readers.forEach(Reader::stop);
        threads.shutdownNow();
        for (Node node : nodes) {
            node.close();
        }
        database.close();
        try {
            new ProcessBuilder("rm", "-rf", home.toString()).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
