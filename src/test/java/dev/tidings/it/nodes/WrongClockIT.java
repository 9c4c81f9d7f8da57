package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One node's clock jumps while it runs. Needs libfaketime ({@code apt install libfaketime}), which lets
 * the time of day jump and the time that passes alone, as when somebody sets a clock.
 */
@Tag("soak")
@Timeout(900)
class WrongClockIT {
    private static final Path LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    private static final Duration FAR = Duration.ofMinutes(50);

    private static final int JOBS = 6;

    @TempDir
    private Path folder;

    @Test
    void a_node_whose_clock_jumps_runs_retries_and_reads_jobs_as_the_others_do() throws Exception {
        Assumptions.assumeTrue(Files.exists(LIBRARY), LIBRARY + " is there");
        try (var cluster = new Cluster(
                3, 1, Map.of("tidings.attempts", "3", "tidings.retention", "10m", "tidings.lease", "20s"))) {
            Node wrong = cluster.node(0);
            jump(0);
            wrong.environment("LD_PRELOAD", LIBRARY.toString());
            wrong.environment("FAKETIME_TIMESTAMP_FILE", offset().toString());
            wrong.environment("FAKETIME_NO_CACHE", "1"); // with its cache it stops the JVM now and then
            wrong.environment("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            wrong.process().stop();
            wrong.start();
            for (int seconds : new int[] {3600, -3600, -5, 0}) {
                walk(cluster, wrong, seconds);
                cluster.check();
                cluster.forget();
            }
        }
    }

    private void walk(Cluster cluster, Node wrong, int seconds) throws Exception {
        var attempts = new HashMap<String, Integer>();
        for (int i = 0; i < JOBS; i++) {
            boolean flaky = i % 2 == 0;
            String job = cluster.countdown(
                    wrong,
                    "\"steps\": 60, \"interval\": \"50ms\", \"logEvery\": 1"
                            + (flaky ? ", \"failAt\": 20, \"flaky\": 1" : ""));
            attempts.put(job, flaky ? 2 : 1);
            cluster.follow(job, 2);
            if (i == 3) {
                jump(seconds);
            }
        }
        var nodes = new ArrayList<String>();
        long begun = System.nanoTime();
        for (var job : attempts.entrySet()) {
            nodes.add(cluster.runner(job.getKey(), job.getValue()).name());
            cluster.await(job.getKey(), Sightings::terminal);
        }
        Duration needed = Duration.ofNanos(System.nanoTime() - begun);
        for (var job : attempts.entrySet()) {
            assertThat(wrong.job(job.getKey()).getString("state")).isEqualTo("succeeded");
            assertThat(wrong.job(job.getKey()).getInt("attempt")).isEqualTo(job.getValue());
        }
        String last = attempts.keySet().iterator().next();
        Duration off = Duration.between(Instant.now(), greeting(wrong, last));
        if (Math.abs(seconds) > 60) {
            assertThat(off.abs()).isGreaterThan(FAR);
        }
        long asked = System.nanoTime();
        String external = Sightings.json(wrong.submit("clock" + seconds + asked, "{\"type\": \"external\"}")
                        .body())
                .getString("id");
        assertThat(Sightings.json(wrong.get("api/jobs/" + external + "/events?wait=2&after=2")
                                .body())
                        .getJsonArray("events"))
                .isEmpty();
        Duration waited = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(waited).isBetween(Duration.ofMillis(1_700), Duration.ofSeconds(6));
        cluster.node(1).post("api/jobs/" + external + "/cancel");
        Report.line("the clock is off by " + off.toSeconds() + " s: " + JOBS + " jobs ended after " + needed.toMillis()
                + " ms, run by " + nodes + "; a poll of 2 s took " + waited.toMillis() + " ms");
    }

    /** What the node takes for the time. */
    private static Instant greeting(Node node, String job) throws IOException {
        try (var stream = EventStream.open(node.at("api/jobs/" + job + "/events"), "Last-Event-ID", "1")) {
            return Instant.parse(Sightings.json(stream.next().data()).getString("at"));
        }
    }

    private Path offset() {
        return folder.resolve("offset");
    }

    private void jump(int seconds) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), (seconds < 0 ? "" : "+") + seconds + "\n");
        Files.move(next, offset(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
