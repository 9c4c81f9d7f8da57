package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.SseParser.Block;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Figures of several nodes, printed and not asserted: servers, database and readers share the machine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Tag("soak")
class NodesFiguresIT {
    private static final int JOBS = 200;
    private static final int STEPS = 100;
    private static final int WARM_UP = 30;

    /** From the append at one node to the bytes at a reader of the other: 1,000 events/s of 200 jobs. */
    @Test
    void latency_from_node_to_node() throws Exception {
        var settings = Map.of("tidings.jobs.concurrency", "100", "tidings.progress.interval", "60s");
        try (var cluster = new Cluster(2, 1, settings)) {
            Queue<Long> delaysMicros = new ConcurrentLinkedQueue<>();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < JOBS; i++) {
                String job = cluster.countdown("\"steps\": " + STEPS + ", \"interval\": \"200ms\", \"logEvery\": 1");
                int at = i % 2;
                var thread = new Thread(() -> read(cluster, at, job, delaysMicros));
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            List<Long> sorted = delaysMicros.stream().sorted().toList();
            assertThat(sorted).isNotEmpty();
            System.out.println(sorted.size() + " events from node to node: median "
                    + sorted.get(sorted.size() / 2) / 1000.0 + " ms, p99 "
                    + sorted.get(sorted.size() * 99 / 100) / 1000.0
                    + " ms");
            cluster.forget();
        }
    }

    private static void read(Cluster cluster, int first, String job, Queue<Long> delaysMicros) {
        try {
            Node node = cluster.node(first);
            String cursor = "0";
            while (node != null) {
                try (EventStream stream = EventStream.openWithin(
                        Duration.ofSeconds(20), node.at("api/jobs/" + job + "/events"), "Last-Event-ID", cursor)) {
                    Node next = null;
                    int lines = 0;
                    for (Block block = stream.nextEvent(); block != null; block = stream.nextEvent()) {
                        JsonObject event = Sightings.json(block.data());
                        cursor = block.id();
                        if (event.getString("type").equals("started")
                                && event.getString("node").equals(node.name())) {
                            next = cluster.other(node);
                            break;
                        }
                        if (event.getString("type").equals("log") && ++lines > WARM_UP) {
                            delaysMicros.add(Duration.between(Instant.parse(event.getString("at")), Instant.now())
                                            .toNanos()
                                    / 1000);
                        }
                    }
                    node = next;
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takeover_with_a_lease_of_five_seconds() throws Exception {
        try (var cluster = new Cluster(3, 1, Map.of("tidings.lease", "5s"))) {
            String job = cluster.countdown("\"steps\": 600, \"interval\": \"100ms\"");
            cluster.follow(job, 2);
            for (int attempt = 1; attempt <= 2; attempt++) {
                Node runner = cluster.runner(job, attempt);
                Thread.sleep(2000);
                long killed = System.nanoTime();
                runner.process().kill9();
                cluster.runner(job, attempt + 1);
                System.out.println("lease 5 s: taken over after " + (System.nanoTime() - killed) / 1_000_000 + " ms");
            }
            cluster.forget();
        }
    }
}
