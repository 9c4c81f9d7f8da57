package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.Report;
import dev.tidings.testing.SseParser.Block;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes whose database is there but of no use: it stands still, is locked, is full, is
 * slow. Every request has its answer in time, streams stay open, nothing that was acknowledged is lost, and all recover
 * by themselves. And a worker that falls silent when its node is dead.
 */
@Timeout(180)
class TwoNodesIT {
    private static final long SEED = Long.getLong("tidings.seed", System.nanoTime());

    /** Within this a request is answered; a loaded machine may add the rest up to {@link Node#ANSWER_WITHIN}. */
    private static final Duration PROMISED = Duration.ofSeconds(5);

    private static final int CLIENTS_OF_A_NODE = 12;

    /** Longer than a lease, and than any statement may take. */
    private static final Duration HELD = Duration.ofSeconds(6);

    /** What a node may log of one trouble, however many events and requests wait meanwhile. */
    private static final int LINES = 40;

    private static final Pattern MESSAGE = Pattern.compile("^[0-9:.]+ [A-Z]+ +dev\\.tidings\\.");

    private static Cluster cluster;

    private final AtomicInteger keys = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> refusedKeys = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> answeredMillis = new ConcurrentLinkedQueue<>();
    private final List<EventStream> streams = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();
    private String streamed = "";

    @BeforeAll
    static void start() throws IOException {
        Report.line("-Dtidings.seed=" + SEED);
        cluster = new Cluster(2, SEED, Map.of("tidings.attempts", "10", "tidings.worker.timeout", "4s"));
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
    }

    @AfterEach
    void forget() throws IOException {
        for (EventStream stream : streams) {
            stream.close();
        }
        for (Node node : cluster.nodes()) {
            node.relay().heal();
            if (!node.process().alive()) {
                node.start();
            }
        }
        cluster.forget();
    }

    @Test
    void a_database_that_stands_still_for_ten_seconds_loses_nothing() throws Exception {
        begin();
        cluster.database().freeze();
        try {
            allRefuse("still");
            Waiting.pass(Duration.ofSeconds(4));
        } finally {
            cluster.database().thaw();
        }
        recover("still");
    }

    @Test
    void a_database_that_lets_nobody_at_its_tables_loses_nothing() throws Exception {
        begin();
        try (Connection foreign = cluster.database().connect();
                Statement statement = foreign.createStatement()) {
            foreign.setAutoCommit(false);
            statement.execute("lock table jobs in access exclusive mode");
            allRefuse("locked");
            foreign.rollback();
        }
        recover("locked");
    }

    @Test
    void a_database_whose_disk_is_full_loses_nothing() throws Exception {
        Assumptions.assumeTrue(SmallDisk.possible(), "a small file system can be mounted");
        try (SmallDisk disk = SmallDisk.under(cluster.database())) {
            begin();
            disk.fill();
            allRefuse("full");
            disk.clear();
            recover("full");
        }
    }

    @Test
    void a_slow_database_gets_no_pile_of_requests() throws Exception {
        begin();
        int threads = threads();
        cluster.nodes().forEach(node -> node.relay().delay(Duration.ofMillis(300)));
        hammer("slow", 2);
        int more = threads() - threads;
        cluster.nodes().forEach(node -> node.relay().heal());
        recover("slow");
        Report.line("slow: " + more + " more threads");
        assertThat(more).isLessThan(60);
    }

    @Test
    void a_worker_that_falls_silent_after_its_node_has_died_is_found_out_by_another() throws Exception {
        Node accepts = cluster.node(0);
        String id = Sightings.json(accepts.submit("silent-" + SEED, "{\"type\": \"external\"}")
                        .body())
                .getString("id");
        cluster.follow(id, 2);
        accepts.process().kill9();
        long killed = System.nanoTime();

        JsonObject end = cluster.await(id, Sightings::terminal).event();
        Report.line("silent worker: found out after " + (System.nanoTime() - killed) / 1_000_000 + " ms of 4 s");

        assertThat(end.getString("type")).isEqualTo("failed");
        assertThat(end.getJsonObject("error").getString("type")).contains("worker-lost");
        accepts.start();
        cluster.check();
    }

    /**
     * Faults F11 and F12: a session of others holds a job's row for longer than a lease and than a statement may take, and
     * one that listens keeps its transaction open, so that PostgreSQL cannot forget what was notified.
     */
    @Test
    void a_row_that_others_hold_delays_its_job_only() throws Exception {
        awaitAllReady();
        String held = cluster.countdown("\"steps\": 100, \"interval\": \"50ms\", \"logEvery\": 1");
        cluster.follow(held, 2);
        Node runner = cluster.runner(held, 1);
        var others = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            String job = cluster.countdown("\"steps\": 160, \"interval\": \"50ms\", \"logEvery\": 1");
            others.add(job);
            cluster.follow(job, 1);
        }
        var latest = new ArrayList<Long>();
        try (Connection listener = cluster.database().connect();
                Connection foreign = cluster.database().connect();
                Statement listening = listener.createStatement();
                Statement locking = foreign.createStatement()) {
            listening.execute("listen tidings");
            listener.setAutoCommit(false);
            listening.execute("select 1");
            foreign.setAutoCommit(false);
            locking.execute("select id from jobs where id = '" + held + "' for update");
            long began = System.nanoTime();
            for (String job : others) {
                Node far = cluster.other(cluster.runner(job, 1));
                try (var watch = new Watch(far, job)) {
                    watch.until(10 + 20 * latest.size());
                    latest.add(watch.until(20 + 20 * latest.size()));
                }
            }
            String large = external("large-" + SEED);
            assertThat(runner.send(
                                    "POST",
                                    "api/jobs/" + large + "/events",
                                    BodyPublishers.ofString(
                                            "{\"type\": \"log\", \"message\": \"" + "x".repeat(15_000) + "\"}"),
                                    "Content-Type",
                                    "application/json")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(cluster.other(runner)
                            .get("api/jobs/" + large + "/events?after=2&wait=5")
                            .body())
                    .contains("xxxxx");
            Waiting.pass(HELD.minusNanos(System.nanoTime() - began));
            foreign.rollback();
            listener.rollback();
        }
        cluster.check();

        Report.line("a row held for " + HELD.toSeconds() + " s: the latest events of others came " + latest
                + " ms late; the job itself needed attempt "
                + cluster.node(0).job(held).getInt("attempt"));
        assertThat(latest).allMatch(late -> late < 2_000);
        for (String job : others) {
            assertThat(cluster.node(0).job(job).getInt("attempt")).isEqualTo(1);
        }
    }

    /** Fault F36. */
    @Test
    void a_database_that_serializes_and_sessions_that_lock_in_reverse_are_seen_by_nobody() throws Exception {
        awaitAllReady();
        try (Connection admin = cluster.database().connect();
                Statement statement = admin.createStatement()) {
            statement.execute("alter database postgres set default_transaction_isolation = 'serializable'");
            statement.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidings'");
            awaitAllReady();
            var jobs = new ArrayList<String>();
            for (int i = 0; i < 8; i++) {
                String job = cluster.countdown("\"steps\": 100, \"interval\": \"30ms\", \"logEvery\": 1");
                jobs.add(job);
                cluster.follow(job, 1);
            }
            for (int round = 0; round < 40; round++) {
                var upwards = new ArrayList<>(jobs);
                Collections.sort(upwards);
                var downwards = new ArrayList<>(upwards);
                Collections.reverse(downwards);
                cluster.inParallel(cluster.nodes(), node -> lock(node == cluster.node(0) ? upwards : downwards));
            }
            cluster.check();
            for (String job : jobs) {
                assertThat(cluster.node(0).job(job).getString("state")).isEqualTo("succeeded");
                assertThat(cluster.node(0).job(job).getInt("attempt")).isEqualTo(1);
            }
            statement.execute("alter database postgres reset default_transaction_isolation");
        }
    }

    /** Locks rows one after the other; of two who do so in reverse the database gives one up. */
    private static void lock(List<String> jobs) throws SQLException {
        try (Connection connection = cluster.database().connect();
                var statement = connection.prepareStatement("update jobs set priority = priority where id = ?")) {
            connection.setAutoCommit(false);
            for (String job : jobs) {
                statement.setString(1, job);
                statement.executeUpdate();
                Waiting.pass(Duration.ofMillis(5));
            }
            connection.commit();
        } catch (SQLException gaveUp) {
            assertThat(gaveUp.getSQLState()).isIn("40001", "40P01");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String external(String key) throws Exception {
        HttpResponse<String> answer = cluster.other().submit(key, "{\"type\": \"external\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return Sightings.json(answer.body()).getString("id");
    }

    private static void awaitAllReady() throws Exception {
        for (Node node : cluster.nodes()) {
            cluster.awaitReady(node, 200, Duration.ofSeconds(20));
        }
    }

    /** Jobs run, readers hop, and one stream at each node is never opened again. */
    private void begin() throws Exception {
        awaitAllReady();
        streamed = cluster.countdown("\"steps\": 60, \"interval\": \"50ms\", \"logEvery\": 1");
        for (Node node : cluster.nodes()) {
            streams.add(EventStream.openWithin(
                    Duration.ofSeconds(30), node.at("api/jobs/" + streamed + "/events"), "Last-Event-ID", "0"));
        }
        cluster.follow(streamed, 2);
        for (int i = 0; i < 4; i++) {
            cluster.follow(cluster.countdown("\"steps\": 100, \"interval\": \"20ms\", \"logEvery\": 1"), 1);
        }
        cluster.await(streamed, event -> event.getString("type").equals("log"));
        cluster.nodes().forEach(node -> lines.add(lines(node)));
    }

    private static int lines(Node node) {
        return (int) node.process()
                .output()
                .lines()
                .filter(line -> MESSAGE.matcher(line).find())
                .count();
    }

    private void allRefuse(String trouble) throws Exception {
        hammer(trouble, 1);
        cluster.inParallel(cluster.nodes(), node -> {
            Duration unready = cluster.awaitReady(node, 503, Duration.ofSeconds(10));
            Report.line(trouble + ": " + node + " not ready after " + unready.toMillis() + " ms");
        });
    }

    /** Submits and reads at all nodes at once, again and again. */
    private void hammer(String trouble, int rounds) {
        var clients = new ArrayList<Node>();
        Collections.nCopies(CLIENTS_OF_A_NODE, cluster.nodes()).forEach(clients::addAll);
        for (int round = 0; round < rounds; round++) {
            cluster.inParallel(clients, node -> {
                int number = keys.incrementAndGet();
                if (number % 3 == 0) {
                    read(node);
                } else {
                    submit(node, trouble + "-" + SEED + "-" + number);
                }
            });
        }
    }

    private void submit(Node node, String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = timed(() -> node.submit(key, job(key)));
        if (answer.statusCode() == 202) {
            accepted(key, answer);
        } else {
            refused(answer);
            refusedKeys.add(key);
        }
    }

    private void read(Node node) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                timed(() -> node.get("api/jobs/" + streamed + "/events?wait=1&after=0&limit=1000"));
        if (answer.statusCode() != 200) {
            refused(answer);
        }
    }

    private static String job(String key) {
        return "{\"type\": \"countdown\", \"title\": \"" + key
                + "\", \"params\": {\"steps\": 1, \"interval\": \"0s\"}}";
    }

    private static void accepted(String key, HttpResponse<String> answer) {
        String id = Sightings.json(answer.body()).getString("id");
        cluster.sightings().accepted(key, id);
    }

    private static void refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    private interface Request {
        HttpResponse<String> send() throws IOException, InterruptedException;
    }

    private HttpResponse<String> timed(Request request) throws IOException, InterruptedException {
        long began = System.nanoTime();
        HttpResponse<String> answer = request.send();
        answeredMillis.add((System.nanoTime() - began) / 1_000_000);
        return answer;
    }

    /** Everything goes on, and nothing was doubled. */
    private void recover(String trouble) throws Exception {
        long healed = System.nanoTime();
        for (Node node : cluster.nodes()) {
            cluster.awaitReady(node, 200, Duration.ofSeconds(15));
        }
        Report.line(trouble + ": ready again after " + (System.nanoTime() - healed) / 1_000_000 + " ms; "
                + answeredMillis.size() + " answers, the slowest after " + Collections.max(answeredMillis) + " ms, "
                + refusedKeys.size() + " submits refused");
        for (String key : refusedKeys) {
            HttpResponse<String> again = cluster.other().submit(key, job(key));
            assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
            accepted(key, again);
        }
        for (EventStream stream : streams) {
            readToTheEnd(stream);
        }
        cluster.check();
        for (int i = 0; i < lines.size(); i++) {
            int said = lines(cluster.node(i)) - lines.get(i);
            Report.line(trouble + ": " + cluster.node(i) + " logged " + said + " messages");
            assertThat(said).isLessThan(LINES);
        }
        assertThat(Collections.max(answeredMillis))
                .isLessThan(PROMISED.plusSeconds(2).toMillis());
    }

    private static void readToTheEnd(EventStream stream) throws IOException {
        JsonObject last = null;
        for (Block block = stream.nextEvent(); block != null; block = stream.nextEvent()) {
            JsonObject event = Sightings.json(block.data());
            assertThat(last == null || Sightings.seq(event) > Sightings.seq(last))
                    .isTrue();
            last = event;
        }
        assertThat(last).isNotNull();
        assertThat(Sightings.terminal(last))
                .as("the stream's last event: " + last)
                .isTrue();
    }

    private static int threads() throws IOException {
        int threads = 0;
        for (Node node : cluster.nodes()) {
            try (var tasks = Files.list(Path.of("/proc/" + node.process().pid() + "/task"))) {
                threads += (int) tasks.count();
            }
        }
        return threads;
    }
}
