package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Health, figures and, last, the drain, which lasts until this class's deployment is gone. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperationsIT extends InServer {

    @Test
    @Order(1)
    void a_node_that_serves_is_live_and_ready_and_has_figures() {
        Calls.get("health/live").is(200);
        Calls.get("health/ready").is(200);
        Calls.finished(Calls.QUICK);
        var metrics = Calls.get("metrics").is(200);
        assertThat(metrics.header("content-type")).matches("text/plain; ?version=0\\.0\\.4; ?charset=utf-8");
        assertThat(metrics.header("cache-control")).isEqualTo("no-store");
        assertThat(metrics.text())
                .contains("# HELP tidings_", "# TYPE tidings_")
                .endsWith("\n");
        assertThat(metrics.text().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.matches("[a-z][a-z0-9_]*(\\{([a-z]+=\"[^\"]*\",?)+})? [-+0-9.eE]+|.* NaN"))
                .anyMatch(line -> line.startsWith("tidings_"));
    }

    @Test
    @Order(2)
    void the_path_check_is_a_stream_of_ten_events_and_a_poll() throws IOException {
        try (var stream = Calls.stream("api/path-check")) {
            var blocks = stream.rest();
            assertThat(blocks.get(0).event()).isEqualTo("hello");
            assertThat(blocks.stream().filter(block -> block.event().equals("message")))
                    .hasSize(10);
        }
        Calls.get("api/path-check?wait=1", "Accept", "application/json").is(200);
        Calls.get("api/path-check?wait=x", "Accept", "application/json").isProblem(400);
    }

    @Test
    @Order(3)
    void a_draining_node_ends_its_streams_answers_its_readers_and_takes_no_jobs() throws IOException {
        InServer.LogMark begun = InServer.log();
        String job = Calls.submitted("{\"type\":\"external\"}");
        try (var stream = Calls.stream(job + "/events")) {
            stream.nextEvent();

            Calls.post("admin/drain").is(202);

            Calls.post("admin/drain").is(202);
            assertThat(Calls.get("health/ready").status()).isEqualTo(503);
            Calls.get("health/live").is(200);
            assertThat(Calls.submit(Calls.QUICK).isProblem(503).header("retry-after"))
                    .isNotEmpty();
            Calls.get(job).is(200);
            var last = stream.rest();
            assertThat(last.get(last.size() - 1).event()).isEqualTo("bye");
            assertThat(last.get(last.size() - 1).data()).contains("\"drain\"");
        }
        try (var late = Calls.stream(job + "/events")) {
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.header("content-length")).isNull();
            assertThat(late.header("x-accel-buffering")).isEqualTo("no");
            var blocks = late.rest();
            assertThat(blocks).extracting(block -> block.event()).containsExactly("hello", "bye");
            // Longer than any stream of this server (tidings.retry=200ms) is told, whatever the jitter.
            assertThat(blocks).allSatisfy(block -> assertThat(block.retryMs()).isGreaterThanOrEqualTo(300));
        }
        var poll = Calls.get(job + "/events?after=2&wait=30").is(200);
        assertThat(poll.json().getJsonArray("events")).isEmpty();
        assertThat(poll.header("retry-after")).matches("[1-9]");
        Calls.post(job + "/cancel").is(202);
        assertThat(begun.since()).contains("anonymous drains this node");
    }
}
