package dev.tidings.http.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.feed.CloseReason;
import dev.tidings.http.Caller;
import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import dev.tidings.testing.SseParser.Block;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventStreamTest {
    private final EventsFixture node = new EventsFixture(Duration.ofMinutes(10), 3);

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_stream_begins_with_hello_before_any_event_and_follows_the_log_to_its_end() throws Exception {
        node.submit("j");
        try (var stream = node.stream("/api/jobs/j/events?after=0")) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("content-type")).isEqualTo("text/event-stream");
            assertThat(stream.header("cache-control")).isEqualTo("no-store, no-transform");
            assertThat(stream.header("x-accel-buffering")).isEqualTo("no");
            assertThat(stream.header("vary")).contains("Accept");
            assertThat(stream.header("content-length")).isNull();

            Block hello = stream.next();
            assertThat(hello.event()).isEqualTo("hello");
            assertThat(hello.id()).isNull();
            assertThat(hello.retryMs()).isBetween(1000L, 3000L);
            assertThat(hello.data()).contains("\"job\":\"j\"", "\"seq\":1", "\"heartbeat\":300", "\"maxAge\":600000");

            Block queued = stream.next();
            assertThat(queued.lines()).hasSize(2);
            assertThat(queued.lines().get(0)).startsWith("data: {\"seq\":1,");
            assertThat(queued.lines().get(1)).isEqualTo("id: 1");

            node.append("j", new Event.Log(LogLevel.INFO, "two\r\nlines \u2028 \u0000"));
            assertThat(stream.nextEvent().data()).contains("two\\r\\nlines \\u2028 \\u0000");

            node.append("j", new Event.Succeeded(null));
            assertThat(stream.nextEvent().data()).contains("\"type\":\"succeeded\"");
            assertThat(stream.next()).isNull();
            assertThat(stream.endedBetweenBlocks()).isTrue();
            assertThat(stream.lastEventId()).isEqualTo("3");
        }
    }

    @Test
    void without_a_cursor_the_state_comes_first() throws Exception {
        node.submit("j");
        node.append("j", new Event.Started(1, "n"), Progress.of(1, 4, "steps", null, null, null));
        try (var stream = node.stream("/api/jobs/j/events")) {
            Block snapshot = stream.nextEvent();
            assertThat(snapshot.id()).isEqualTo("3");
            assertThat(snapshot.data())
                    .contains("\"type\":\"snapshot\"", "\"percent\":25", "\"links\"")
                    .doesNotContain("\"reset\"");
            node.append("j", new Event.Cancelled("anonymous"));
            assertThat(stream.nextEvent().id()).isEqualTo("4");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void the_header_wins_over_the_query_and_a_future_cursor_is_reset() throws Exception {
        node.submit("j");
        node.append("j", new Event.Log(LogLevel.INFO, "second"));
        try (var stream = node.stream("/api/jobs/j/events?after=0", "Last-Event-ID", "1")) {
            assertThat(stream.nextEvent().id()).isEqualTo("2");
        }
        for (String future : new String[] {"99", "99999999999999999999999"}) {
            try (var stream = node.stream("/api/jobs/j/events?after=" + future)) {
                Block reset = stream.nextEvent();
                assertThat(reset.data()).contains("\"type\":\"snapshot\"", "\"reset\":true");
                assertThat(reset.id()).isEqualTo("2");
            }
        }
    }

    @Test
    void a_cursor_that_is_none_is_400_and_an_unknown_job_404() throws Exception {
        node.submit("j");
        for (String garbage : new String[] {"-1", "1.5", "x", "1%20", "0x1", "%2b1"}) {
            var answer = node.get("/api/jobs/j/events?after=" + garbage, "Accept", "text/event-stream");
            assertThat(answer.statusCode()).as(garbage).isEqualTo(400);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        }
        assertThat(node.get("/api/jobs/none/events?after=x").statusCode()).isEqualTo(400);
        assertThat(node.get("/api/jobs/none/events").statusCode()).isEqualTo(404);
        assertThat(node.get("/api/jobs/j/events", "Accept", "text/html").statusCode())
                .isEqualTo(406);
    }

    @Test
    void a_stream_of_many_jobs_tells_the_tag_of_its_reader_also_when_it_is_refused() throws Exception {
        String told = "\"user\":\"" + Caller.ANONYMOUS.tag() + "\"";
        try (var stream = node.stream("/api/events")) {
            assertThat(stream.next().data()).contains(told);
        }
        node.readers.drain(Duration.ofMillis(1));
        try (var stream = node.stream("/api/events")) {
            assertThat(stream.next().data()).contains(told);
            assertThat(stream.next().data()).contains("drain");
        }
    }

    @Test
    void without_the_store_a_stream_says_whose_it_is_and_ends_by_bye() throws Exception {
        node.store.takeDown();

        try (var stream = node.stream("/api/jobs/j/events?after=3")) {
            assertThat(stream.status()).isEqualTo(200);
            Block hello = stream.next();
            assertThat(hello.event()).isEqualTo("hello");
            assertThat(hello.data()).contains("\"job\":\"j\"").doesNotContain("\"seq\"");
            assertThat(stream.next().data()).isEqualTo("{\"reason\":\"unavailable\"}");
            assertThat(stream.next()).isNull();
        }
        assertThat(node.get("/api/jobs/no%20id/events", "Accept", "text/event-stream")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void who_has_the_end_is_told_so_by_204() throws Exception {
        node.submit("j");
        node.append("j", new Event.Cancelled("anonymous"));
        try (var stream = node.stream("/api/jobs/j/events", "Last-Event-ID", "2")) {
            assertThat(stream.status()).isEqualTo(204);
        }
        try (var stream = node.stream("/api/jobs/j/events")) {
            assertThat(stream.nextEvent().data()).contains("\"state\":\"cancelled\"");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void silence_is_broken_by_named_heartbeats() throws Exception {
        node.submit("j");
        try (var stream = node.stream("/api/jobs/j/events?after=1")) {
            stream.until(block -> block.event().equals("heartbeat"));
            var again = stream.until(block -> block.event().equals("heartbeat"));
            assertThat(again.get(0).data()).contains("\"at\":\"");
            assertThat(again.get(0).id()).isNull();
        }
    }

    @Test
    void a_link_begins_with_the_context_path_of_the_request() throws Exception {
        node.submit("j");
        node.store.put("v1", 0, new byte[3]);
        node.append("j", new Artifact("a \"{base}/\".txt", "text/plain", 3, "\"sha256-x\"", "v1"));
        try (var stream = node.stream("/api/jobs/j/events?after=1")) {
            assertThat(stream.nextEvent().data())
                    .contains("\"href\":\"/tidings/api/jobs/j/artifacts/a%20%22%7Bbase%7D%2F%22.txt?v=v1\"");
        }
    }

    @Test
    void too_many_streams_are_told_to_come_later_and_polls_get_429() throws Exception {
        node.submit("j");
        try (var a = node.stream("/api/jobs/j/events");
                var b = node.stream("/api/jobs/j/events");
                var c = node.stream("/api/jobs/j/events");
                var d = node.stream("/api/jobs/j/events")) {
            assertThat(a.next().event()).isEqualTo("hello");
            assertThat(b.next().event()).isEqualTo("hello");
            assertThat(c.next().event()).isEqualTo("hello");
            assertThat(d.status()).isEqualTo(200);
            assertThat(d.next().event()).isEqualTo("hello");
            Block bye = d.next();
            assertThat(bye.event()).isEqualTo("bye");
            assertThat(bye.data()).isEqualTo("{\"reason\":\"limit\"}");
            assertThat(bye.retryMs()).isGreaterThan(2000);
            assertThat(d.next()).isNull();

            var poll = node.get("/api/jobs/j/events?after=1&wait=5");
            assertThat(poll.statusCode()).isEqualTo(429);
            assertThat(poll.headers().firstValue("retry-after")).isPresent();
        }
    }

    @Test
    void a_newer_stream_of_the_same_page_ends_the_older_one() throws Exception {
        node.submit("j");
        try (var older = node.stream("/api/jobs/j/events?client=page-1")) {
            older.next();
            try (var other = node.stream("/api/jobs/j/events?client=page-2");
                    var newer = node.stream("/api/jobs/j/events?client=page-1")) {
                assertThat(newer.next().event()).isEqualTo("hello");
                var end = older.rest();
                assertThat(end.get(end.size() - 1).data()).isEqualTo("{\"reason\":\"superseded\"}");
                other.next();
                node.append("j", new Event.Cancelled("anonymous"));
                assertThat(newer.until(block -> block.data().contains("cancelled")))
                        .isNotEmpty();
                assertThat(other.until(block -> block.data().contains("cancelled")))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void a_drain_ends_streams_between_blocks_and_refuses_new_ones_politely() throws Exception {
        node.submit("j");
        try (var stream = node.stream("/api/jobs/j/events")) {
            stream.next();
            var empty = node.readers.drain(Duration.ofMillis(100));
            var blocks = stream.rest();
            assertThat(blocks.get(blocks.size() - 1).data()).isEqualTo("{\"reason\":\"drain\"}");
            assertThat(stream.endedBetweenBlocks()).isTrue();
            empty.get();
        }
        try (var late = node.stream("/api/jobs/j/events")) {
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.next().event()).isEqualTo("hello");
            assertThat(late.next().data()).isEqualTo("{\"reason\":\"drain\"}");
            assertThat(late.next()).isNull();
        }
    }

    @Test
    void a_client_that_leaves_frees_its_place() throws Exception {
        node.submit("j");
        try (var stream = node.stream("/api/jobs/j/events")) {
            stream.next();
            assertThat(node.readers.count()).isEqualTo(1);
        }
        while (node.readers.count() > 0) {
            node.append("j", new Event.Log(LogLevel.INFO, "is anybody there?"));
            Thread.onSpinWait();
        }
        assertThat(CloseReason.GONE.word()).isEqualTo("gone");
    }
}
