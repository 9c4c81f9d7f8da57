package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Figures of several nodes, printed and not asserted: servers, database and readers share the machine, and the load that
 * others put on it is printed with them.
 */
@Tag("soak")
class NodesFiguresIT {
    private static final int JOBS = Integer.getInteger("figures.jobs", 200);
    private static final int STREAMS = Integer.getInteger("figures.streams", 3_000);
    private static final int STEP_MILLIS = Integer.getInteger("figures.step.ms", 200);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURED = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Every report is an event that is stored. */
    private static final Map<String, String> BUSY = Map.of(
            "tidings.jobs.concurrency",
            "100",
            "tidings.progress.interval",
            "60s",
            "tidings.lease",
            "20s",
            Node.MEASURED,
            "384m");

    /**
     * From the append at one node to the bytes at a reader of the other: 1,000 lines/s of 200 jobs, and nearly as many
     * reports of progress.
     */
    @Test
    void latency_from_node_to_node() throws Exception {
        Report.line("before: load " + NodeTimings.load());
        var settings = new HashMap<>(BUSY);
        settings.put("tidings.jobs.concurrency", Integer.toString(JOBS / 2));
        try (var cluster = new Cluster(2, 1, settings)) {
            var delaysMicros = new ArrayList<Long>();
            var measuring = new boolean[1];
            var crowd = new Crowd[1];
            crowd[0] = new Crowd(cluster.nodes(), 1, (member, json) -> {
                String type = Crowd.text(json, "type");
                if (type.equals("started") && Crowd.text(json, "node").equals(member.node.name())) {
                    crowd[0].move(member, cluster.other(member.node));
                } else if (type.equals("log")) {
                    Instant at = Instant.parse(Crowd.text(json, "at"));
                    synchronized (delaysMicros) {
                        if (measuring[0]) {
                            delaysMicros.add(Duration.between(at, Instant.now()).toNanos() / 1000);
                        }
                    }
                }
            });
            try (Crowd readers = crowd[0]) {
                for (int i = 0; i < JOBS; i++) {
                    String job = cluster.countdown(
                            "\"steps\": 100000, \"interval\": \"" + STEP_MILLIS + "ms\", \"logEvery\": 1");
                    readers.join(job, cluster.node(i % 2));
                }
                pause(WARM_UP);
                var stages = new NodeTimings(cluster);
                synchronized (delaysMicros) {
                    measuring[0] = true;
                }
                pause(MEASURED);
                synchronized (delaysMicros) {
                    measuring[0] = false;
                }
                stages.tell();
            }
            List<Long> sorted = delaysMicros.stream().sorted().toList();
            assertThat(sorted).isNotEmpty();
            Report.line(
                    "%d events from node to node: median %.1f ms, p90 %.1f ms, p99 %.1f ms",
                    sorted.size(),
                    sorted.get(sorted.size() / 2) / 1000.0,
                    sorted.get(sorted.size() * 9 / 10) / 1000.0,
                    sorted.get(sorted.size() * 99 / 100) / 1000.0);
            cluster.forget();
        }
    }

    /** As many events as two nodes store, of 200 jobs that say as much as they can, each with a reader at the other. */
    @Test
    void events_stored_in_a_second() throws Exception {
        Report.line("before: load " + NodeTimings.load());
        try (var cluster = new Cluster(2, 1, BUSY);
                var readers = new Crowd(cluster.nodes(), 1, (member, json) -> {})) {
            for (int i = 0; i < 2 * JOBS; i++) {
                String job = cluster.countdown("\"steps\": 100000, \"interval\": \"0ms\", \"logEvery\": 1");
                if (i < 20) {
                    readers.join(job, cluster.node(i % 2));
                }
            }
            pause(WARM_UP);
            var stages = new NodeTimings(cluster);
            pause(MEASURED);
            stages.tell();
            cluster.forget();
        }
    }

    @Test
    void takeover_with_a_lease_of_five_seconds() throws Exception {
        Report.line("before: load " + NodeTimings.load());
        try (var cluster = new Cluster(3, 1, Map.of("tidings.lease", "5s", "tidings.attempts", "20"))) {
            String job = cluster.countdown("\"steps\": 6000, \"interval\": \"100ms\"");
            cluster.follow(job, 2);
            for (int attempt = 1; attempt <= 8; attempt++) {
                Node runner = cluster.runner(job, attempt);
                pause(Duration.ofMillis(1500 + 331L * attempt));
                long killed = System.nanoTime();
                runner.process().kill9();
                cluster.runner(job, attempt + 1);
                Report.line("lease 5 s: taken over after " + (System.nanoTime() - killed) / 1_000_000 + " ms");
                runner.start();
            }
            cluster.forget();
        }
    }

    /**
     * Three nodes are restarted one after the other, each drained first, under thousands of streams. As a balancer that
     * looks each second, the readers' side learns within a second that a node is not ready.
     */
    @Test
    void a_rolling_restart_under_thousands_of_streams() throws Exception {
        Report.line("before: load " + NodeTimings.load());
        var settings = Map.of(
                "tidings.drain.spread",
                "5s",
                "tidings.drain.grace",
                "2s",
                "tidings.attempts",
                "3",
                Node.MEASURED,
                "768m");
        try (var cluster = new Cluster(3, 1, settings);
                var readers = new Crowd(cluster.nodes(), 1, (member, json) -> {})) {
            var members = new ArrayList<Crowd.Member>();
            for (int i = 0; i < 20; i++) {
                String job = cluster.countdown("\"steps\": 400, \"interval\": \"200ms\", \"logEvery\": 4");
                for (int each = 0; each < STREAMS / 20; each++) {
                    members.add(readers.join(job, cluster.node(members.size() % 3)));
                }
            }
            await(() -> readers.greeted() >= STREAMS, "streams to open");
            for (Node node : cluster.nodes()) {
                long told = System.nanoTime();
                node.post("admin/drain");
                pause(Duration.ofSeconds(1));
                readers.avoid(node);
                pause(Duration.ofSeconds(5));
                node.process().stop();
                node.start();
                readers.use(node);
                Report.line("  drained, stopped and started in " + (System.nanoTime() - told) / 1_000_000 + " ms");
            }
            await(() -> readers.unfinished() == 0, "all readers to see the end");
            long lost = 0;
            long doubled = 0;
            var whole = new HashMap<String, long[]>();
            for (Crowd.Member member : members) {
                long[] log = whole.computeIfAbsent(member.job, job -> others(cluster.node(0), job));
                doubled += member.wrong;
                lost += Math.abs(log[0] - member.others);
                if (log[1] != member.othersSum) {
                    lost = Math.max(1, lost);
                }
            }
            List<Long> returns = readers.returnsMillis();
            Report.line(
                    "rolling restart of 3 nodes, %d streams, %d events seen that are not progress: lost %d, twice %d;"
                            + " %d came back, median %d ms, p99 %d ms, pause of 100 to 300 ms included; load %s",
                    members.size(),
                    members.stream().mapToLong(member -> member.others).sum(),
                    lost,
                    doubled,
                    returns.size(),
                    returns.get(returns.size() / 2),
                    returns.get(returns.size() * 99 / 100),
                    NodeTimings.load());
            Report.line("  " + readers.parts());
            assertThat(lost + doubled).isZero();
            cluster.forget();
        }
    }

    /** How many events of a log are not progress, and the sum of their numbers. */
    private static long[] others(Node node, String job) {
        try {
            var all = new long[2];
            for (JsonObject event : Reader.wholeLog(node, job)) {
                if (!event.getString("type").equals("progress")) {
                    all[0]++;
                    all[1] += Sightings.seq(event);
                }
            }
            return all;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(Waiting.Condition condition, String what) throws Exception {
        Waiting.until(() -> "waited too long for " + what, PATIENCE, condition);
    }

    private static void pause(Duration pause) throws InterruptedException {
        Waiting.pass(pause);
    }
}
