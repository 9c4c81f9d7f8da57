package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.it.nodes.Sightings.Seen;
import dev.tidings.testing.Report;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three nodes over one PostgreSQL, each test with one fault, and
 * afterwards everything that every reader saw held to the contract.
 *
 * <p>{@code -Dtidings.seed=} repeats a run's random choices.
 */
@Timeout(180)
class NodesIT {
    private static final long SEED = Long.getLong("tidings.seed", System.nanoTime());
    private static final Duration TWO_LEASES = Cluster.LEASE.multipliedBy(2);

    /** What a loaded machine may add to a promise in seconds. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static Cluster cluster;

    /** Three nodes start at once on an empty database: one makes the schema, the others find it. */
    @BeforeAll
    static void start() throws IOException {
        Report.line("-Dtidings.seed=" + SEED);
        long began = System.nanoTime();
        cluster = new Cluster(3, SEED, Map.of("tidings.attempts", "2"));
        say("three nodes on an empty database", began);
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
    }

    @AfterEach
    void checkAll() throws Exception {
        try {
            cluster.database().startIfStopped();
            for (Node node : cluster.nodes()) {
                node.relay().heal();
                if (!node.process().alive()) {
                    node.start();
                }
            }
            for (Node node : cluster.nodes()) {
                cluster.awaitReady(node, 200, Duration.ofSeconds(20));
            }
            cluster.check();
            Report.line("  " + cluster.sightings().count() + " events seen, others after the first: "
                    + cluster.sightings().spread());
        } finally {
            cluster.forget();
        }
    }

    @Test
    void readers_at_any_node_see_every_event_once_and_in_order() throws Exception {
        for (int i = 0; i < 10; i++) {
            String job =
                    cluster.countdown("\"steps\": 40, \"interval\": \"30ms\", \"logEvery\": 2, \"artifactBytes\": 9");
            cluster.follow(job, 4);
        }
        cluster.awaitReaders();
    }

    @Test
    void a_killed_nodes_job_goes_on_elsewhere_within_two_leases_and_is_lost_after_the_last_attempt() throws Exception {
        String job = cluster.countdown("\"steps\": 600, \"interval\": \"100ms\", \"logEvery\": 1");
        cluster.follow(job, 4);
        Node first = cluster.runner(job, 1);
        cluster.await(job, event -> event.getString("type").equals("log"));

        long killed = System.nanoTime();
        first.process().kill9();
        Node second = cluster.runner(job, 2);
        Duration takeover = since(killed);

        assertThat(second).isNotSameAs(first);
        assertThat(takeover).isLessThan(TWO_LEASES.plus(SLACK));
        Report.line("kill -9: the next attempt began after " + takeover.toMillis() + " ms");

        long killedAgain = System.nanoTime();
        second.process().kill9();
        JsonObject end = cluster.await(job, Sightings::terminal).event();

        assertThat(end.getString("type")).isEqualTo("failed");
        assertThat(end.getJsonObject("error").getString("type")).contains("worker-lost");
        Report.line("kill -9: worker-lost after " + since(killedAgain).toMillis() + " ms");
        transcript(job);
    }

    @Test
    void a_node_that_wakes_up_after_its_lease_adds_nothing_to_what_another_has_taken_over() throws Exception {
        String job = cluster.countdown("\"steps\": 80, \"interval\": \"100ms\", \"logEvery\": 1,"
                + " \"ignoreInterrupt\": true, \"artifactBytes\": 100");
        String willing = cluster.countdown("\"steps\": 80, \"interval\": \"100ms\", \"logEvery\": 1");
        cluster.follow(job, 4);
        cluster.follow(willing, 2);
        Node first = cluster.runner(job, 1);
        cluster.await(job, log("step 3 "));

        long frozen = System.nanoTime();
        first.freeze();
        try {
            Node second = cluster.runner(job, 2);
            Report.line("SIGSTOP: the next attempt began after " + since(frozen).toMillis() + " ms");
            // A node that froze in the middle of a write once kept its row locked for a minute.
            assertThat(since(frozen)).isLessThan(TWO_LEASES.plus(SLACK).plus(SLACK));
            assertThat(second).isNotSameAs(first);
            cluster.await(job, event -> log("step 1 ").test(event) && Sightings.seq(event) > started(job, 2));
        } finally {
            first.thaw();
        }

        cluster.awaitReaders();
        List<String> texts = Reader.wholeLog(cluster.other(), job).stream()
                .filter(event -> event.getString("type").equals("log") && Sightings.seq(event) > started(job, 2))
                .map(event -> event.getString("message"))
                .toList();
        assertThat(texts).hasSize(80).doesNotHaveDuplicates();
        transcript(job);
        first.process()
                .output()
                .lines()
                .filter(line -> line.contains(job))
                .forEach(line -> Report.line("  " + first + " said: " + line));
        assertThat(first.process().output()).contains("of job " + job + " is stopped and stores nothing more");
    }

    @Test
    void a_node_that_pauses_for_less_than_its_lease_goes_on() throws Exception {
        String job = cluster.countdown("\"steps\": 50, \"interval\": \"50ms\", \"logEvery\": 1");
        cluster.follow(job, 4);
        Node first = cluster.runner(job, 1);

        first.freeze();
        try {
            Waiting.pass(Cluster.LEASE.dividedBy(3));
        } finally {
            first.thaw();
        }

        assertThat(cluster.await(job, Sightings::terminal).event().getString("type"))
                .isEqualTo("succeeded");
        assertThat(cluster.node(0).job(job).getInt("attempt")).isEqualTo(1);
    }

    @Test
    void one_key_at_three_nodes_in_the_same_moment_makes_one_job() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "moment-" + round;
            String body = "{\"type\": \"countdown\", \"title\": \"" + key
                    + "\", \"params\": {\"steps\": 1, \"interval\": \"0s\"}}";
            var barrier = new CyclicBarrier(3);
            var ids = new ConcurrentLinkedQueue<String>();
            cluster.inParallel(cluster.nodes(), node -> {
                barrier.await();
                HttpResponse<String> answer = node.submit(key, body);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                ids.add(Sightings.json(answer.body()).getString("id"));
            });
            assertThat(ids).hasSize(3);
            assertThat(ids.stream().distinct()).as(key).hasSize(1);
            cluster.sightings().accepted(key, ids.element());
            cluster.follow(ids.element(), 1);
            assertThat(cluster.other().submit(key, body.replace("1", "2")).statusCode())
                    .isEqualTo(422);
        }
    }

    @Test
    void a_drained_node_hands_its_attempts_over_at_once_and_at_no_cost() throws Exception {
        String job = cluster.countdown("\"steps\": 80, \"interval\": \"100ms\", \"logEvery\": 1");
        cluster.follow(job, 4);
        Node first = cluster.runner(job, 1);
        cluster.await(job, log("step 3 "));

        long asked = System.nanoTime();
        assertThat(first.post("admin/drain").statusCode()).isEqualTo(202);
        assertThat(first.ready()).isEqualTo(503);
        HttpResponse<String> refused = first.submit("drained", "{\"type\": \"external\"}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        Seen again = cluster.await(
                job,
                event -> event.getString("type").equals("started")
                        && !event.getString("node").equals(first.name()));

        assertThat(again.event().getInt("attempt")).isEqualTo(1);
        assertThat(since(asked)).isLessThan(Duration.ofSeconds(1).plus(SLACK));
        Report.line("drain: begun elsewhere after " + since(asked).toMillis() + " ms, grace 1 s");

        first.process().stop();
        assertThat(cluster.await(job, Sightings::terminal).event().getString("type"))
                .isEqualTo("succeeded");
    }

    @Test
    void a_rolling_restart_under_load_loses_and_doubles_nothing_and_costs_no_attempt() throws Exception {
        var jobs = new ArrayList<String>();
        for (Node node : cluster.nodes()) {
            for (int i = 0; i < 4; i++) {
                String job = cluster.countdown("\"steps\": 60, \"interval\": \"50ms\", \"logEvery\": 1");
                jobs.add(job);
                cluster.follow(job, 2);
            }
            long told = System.nanoTime();
            assertThat(node.process().stop()).isEqualTo(143);
            Report.line("SIGTERM: gone after " + since(told).toMillis() + " ms");
            node.start();
        }
        cluster.awaitReaders();
        for (String job : jobs) {
            assertThat(cluster.node(0).job(job).getString("state")).isEqualTo("succeeded");
            assertThat(cluster.node(0).job(job).getInt("attempt")).isEqualTo(1);
        }
    }

    @Test
    void a_database_that_is_restarted_or_killed_loses_nothing_and_all_recover_by_themselves() throws Exception {
        for (boolean kill : new boolean[] {false, true}) {
            String job = "";
            for (int i = 0; i < 6; i++) {
                job = cluster.countdown("\"steps\": 100, \"interval\": \"50ms\", \"logEvery\": 2");
                cluster.follow(job, 2);
            }
            if (kill) {
                cluster.database().kill9();
            } else {
                cluster.database().stop();
            }
            for (Node node : cluster.nodes()) {
                long asked = System.nanoTime();
                HttpResponse<String> refused = node.submit("away", "{\"type\": \"external\"}");
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(since(asked)).isLessThan(Duration.ofSeconds(5).plus(SLACK));
                assertThat(node.ready()).isEqualTo(503);
            }
            cluster.database().start();
            long back = System.nanoTime();
            for (Node node : cluster.nodes()) {
                cluster.awaitReady(node, 200, Duration.ofSeconds(10));
            }
            cluster.follow(cluster.countdown("\"steps\": 3, \"interval\": \"10ms\""), 3);
            Report.line((kill ? "database killed" : "database restarted") + ": all take jobs again "
                    + since(back).toMillis() + " ms after its start");
            transcript(job);
        }
    }

    @Test
    void a_node_that_is_cut_off_from_the_database_loses_its_jobs_and_the_others_go_on() throws Exception {
        for (boolean stall : new boolean[] {false, true}) {
            String job = cluster.countdown("\"steps\": 100, \"interval\": \"50ms\", \"logEvery\": 1");
            cluster.follow(job, 4);
            Node first = cluster.runner(job, 1);
            cluster.await(job, log("step 3 "));

            long cut = System.nanoTime();
            if (stall) {
                first.relay().stall();
            } else {
                first.relay().cut();
            }
            Duration unready = cluster.awaitReady(first, 503, Duration.ofSeconds(10));
            Node second = cluster.runner(job, 2);

            Report.line((stall ? "stalled: " : "cut: ") + "not ready after " + unready.toMillis()
                    + " ms, taken over after " + since(cut).toMillis() + " ms");
            assertThat(second).isNotSameAs(first);
            assertThat(since(cut)).isLessThan(TWO_LEASES.plus(SLACK).plus(SLACK));
            first.relay().heal();
            Report.line("  ready "
                    + cluster.awaitReady(first, 200, Duration.ofSeconds(15)).toMillis() + " ms after healing");
            assertThat(cluster.await(job, Sightings::terminal).event().getString("type"))
                    .isEqualTo("succeeded");
        }
    }

    @Test
    void a_listener_that_hears_nothing_any_more_delays_events_by_two_seconds_at_most() throws Exception {
        String job = cluster.countdown("\"steps\": 250, \"interval\": \"50ms\", \"logEvery\": 4");
        cluster.follow(job, 1);
        Node first = cluster.runner(job, 1);
        Node deaf = cluster.other(first);
        var watch = new Watch(deaf, job);

        watch.until(20);
        double missed = missed(deaf);
        deaf.relay().stallListeners();
        long worst = watch.until(40);
        deaf.relay().heal();
        deaf.relay().cutListeners();
        long worstOfCut = watch.until(50);

        Report.line("listener: events came " + worst + " ms late when stalled, " + worstOfCut + " ms when cut");
        assertThat(missed(deaf)).isGreaterThan(missed);
        assertThat(worst).isLessThan(2000 + SLACK.toMillis());
        assertThat(worstOfCut).isLessThan(2000 + SLACK.toMillis());
    }

    private static double missed(Node node) throws Exception {
        return node.get("metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_hints_missed"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void a_commit_whose_answer_is_lost_happens_once() throws Exception {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 3; i++) {
                cluster.follow(cluster.countdown("\"steps\": 60, \"interval\": \"20ms\", \"logEvery\": 1"), 1);
            }
            for (Node node : cluster.nodes()) {
                node.relay().swallowCommits(4);
            }
        }
        cluster.awaitReaders();
        int swallowed = cluster.nodes().stream()
                .mapToInt(node -> node.relay().swallowed())
                .sum();
        Report.line(swallowed + " commits without an answer");
        assertThat(swallowed).isPositive();
    }

    @Test
    void after_a_restore_from_a_backup_cursors_of_the_lost_future_are_reset_at_every_node() throws Exception {
        String job = cluster.nodes()
                .get(0)
                .send(
                        "POST",
                        "api/jobs",
                        BodyPublishers.ofString("{\"type\": \"external\"}"),
                        "Content-Type",
                        "application/json")
                .body();
        String id = Sightings.json(job).getString("id");
        report(id, "before");
        Path backup = cluster.database().folder().resolveSibling("backup");
        cluster.database().stop();
        DatabaseServer.copy(cluster.database().folder(), backup);
        cluster.database().start();
        for (Node node : cluster.nodes()) {
            cluster.awaitReady(node, 200, Duration.ofSeconds(10));
        }
        report(id, "lost 1");
        report(id, "lost 2");
        for (Node node : cluster.nodes()) {
            assertThat(next(node, id, 3)).hasSize(2);
        }
        cluster.database().stop();
        DatabaseServer.copy(backup, cluster.database().folder());
        cluster.database().start();
        for (Node node : cluster.nodes()) {
            cluster.awaitReady(node, 200, Duration.ofSeconds(10));
        }

        for (Node node : cluster.nodes()) {
            awaitNothingOfTheLostFuture(node, id);
        }
        HttpResponse<String> restored = cluster.node(0).post("admin/restored");

        assertThat(restored.statusCode()).isLessThan(300);
        for (Node node : cluster.nodes()) {
            List<JsonObject> events = next(node, id, 5);
            assertThat(events).as("at " + node).hasSize(1);
            assertThat(events.get(0).getString("type")).isEqualTo("snapshot");
            assertThat(events.get(0).getBoolean("reset")).isTrue();
            assertThat(Sightings.seq(events.get(0))).isEqualTo(1_000_003);
        }
        report(id, "after");
        for (Node node : cluster.nodes()) {
            assertThat(next(node, id, 1_000_003)).hasSize(1);
            assertThat(next(node, id, 4).get(0).getString("type")).isEqualTo("snapshot");
        }
        cluster.node(1).post("api/jobs/" + id + "/cancel");
    }

    /** Memory of logs that have changed under it is given up as soon as the node is back at the database. */
    private static void awaitNothingOfTheLostFuture(Node node, String job) throws Exception {
        Waiting.until(() -> node + " still tells of the lost future of " + job, Duration.ofSeconds(4), () -> {
            HttpResponse<String> answer = node.get("api/jobs/" + job + "/events?wait=1&after=3");
            return answer.statusCode() == 200
                    && Sightings.json(answer.body()).getJsonArray("events").isEmpty();
        });
    }

    @Test
    void the_workers_of_the_guide_report_through_another_node() throws Exception {
        String guide = Files.readString(Path.of("docs/guide/external-worker.md"));
        for (String language : List.of("sh", "python")) {
            String[] command = {language.equals("sh") ? "sh" : "python3", "-c", block(guide, language)};
            Assumptions.assumeTrue(
                    new ProcessBuilder("sh", "-c", "command -v curl && command -v python3")
                                    .start()
                                    .waitFor()
                            == 0,
                    "curl and python3 are there");
            String id = Sightings.json(cluster.node(0)
                            .submit(
                                    "worker-" + language,
                                    "{\"type\": \"external\", \"title\": \"worker-" + language + "\"}")
                            .body())
                    .getString("id");
            cluster.sightings().accepted("worker-" + language, id);
            cluster.follow(id, 2);
            var arguments = new ArrayList<>(List.of(command));
            if (language.equals("sh")) {
                arguments.add("worker.sh");
            }
            arguments.add(cluster.node(1).at("").toString().replaceFirst("/$", ""));
            arguments.add(id);

            Process worker =
                    new ProcessBuilder(arguments).redirectErrorStream(true).start();
            String said = new String(worker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(worker.waitFor()).as(said).isZero();
            JsonObject end = cluster.await(id, Sightings::terminal).event();
            assertThat(end.getString("type")).isEqualTo("succeeded");
            assertThat(cluster.node(2).job(id).getJsonArray("artifacts")).hasSize(1);
        }
    }

    /** Prints a job's log as it is at its end, for docs/measurements/nodes.md. */
    private static void transcript(String job) throws Exception {
        cluster.await(job, Sightings::terminal);
        Instant begin = null;
        int lines = 0;
        for (JsonObject event : Reader.wholeLog(
                cluster.nodes().stream()
                        .filter(node -> node.process().alive())
                        .findFirst()
                        .orElseThrow(),
                job)) {
            String type = event.getString("type");
            Instant at = Instant.parse(event.getString("at"));
            begin = begin == null ? at : begin;
            if (type.equals("log") || type.equals("progress")) {
                lines++;
                continue;
            }
            Report.line(
                    "  %7.3f s  seq %-4d %s%s%s%s",
                    Duration.between(begin, at).toMillis() / 1000.0,
                    Sightings.seq(event),
                    lines == 0 ? "" : lines + " lines and reports, then ",
                    type,
                    type.equals("started")
                            ? ", attempt " + event.getInt("attempt") + " at " + event.getString("node")
                            : "",
                    type.equals("failed") ? ", " + event.getJsonObject("error").getString("type") : "");
            lines = 0;
        }
    }

    private static String block(String guide, String language) {
        int begin = guide.indexOf("```" + language + "\n") + language.length() + 4;
        return guide.substring(begin, guide.indexOf("```", begin));
    }

    private static void report(String job, String message) throws Exception {
        HttpResponse<String> answer = cluster.other()
                .send(
                        "POST",
                        "api/jobs/" + job + "/events",
                        BodyPublishers.ofString("{\"type\": \"log\", \"message\": \"" + message + "\"}"),
                        "Content-Type",
                        "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static List<JsonObject> next(Node node, String job, long after) throws Exception {
        HttpResponse<String> answer = node.get("api/jobs/" + job + "/events?wait=5&after=" + after);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Sightings.json(answer.body()).getJsonArray("events").getValuesAs(JsonObject.class);
    }

    private static Predicate<JsonObject> log(String begin) {
        return event -> event.getString("type").equals("log")
                && event.getString("message").startsWith(begin);
    }

    private static long started(String job, int attempt) {
        try {
            return Sightings.seq(cluster.await(
                            job,
                            event -> event.getString("type").equals("started") && event.getInt("attempt") == attempt)
                    .event());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void say(String what, long began) {
        Report.line(what + ": " + since(began).toMillis() + " ms");
    }
}
