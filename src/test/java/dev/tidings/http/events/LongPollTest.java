package dev.tidings.http.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LongPollTest {
    private final EventsFixture node = new EventsFixture(Duration.ofMinutes(10), 50);

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void what_is_there_is_answered_at_once() throws Exception {
        node.submit("j");
        node.append("j", new Event.Log(LogLevel.INFO, "second"));

        var answer = node.get("/api/jobs/j/events?after=0");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("content-length")).isPresent();
        assertThat(answer.headers().allValues("vary")).contains("Accept");
        assertThat(answer.body())
                .startsWith("{\"events\":[{\"seq\":1,")
                .contains("{\"seq\":2,")
                .endsWith("],\"next\":\"2\",\"done\":false}");
    }

    @Test
    void a_poll_that_waits_is_answered_by_the_next_event() throws Exception {
        node.submit("j");
        var waiting = ask("/api/jobs/j/events?after=1&wait=20");
        while (node.readers.count() == 0) {
            Thread.onSpinWait();
        }
        node.append("j", new Event.Log(LogLevel.INFO, "come"));

        assertThat(waiting.get().body()).contains("come").endsWith("\"next\":\"2\",\"done\":false}");
    }

    @Test
    void without_an_event_the_cursor_stays() throws Exception {
        node.submit("j");

        assertThat(node.get("/api/jobs/j/events?after=1&wait=0").body())
                .isEqualTo("{\"events\":[],\"next\":\"1\",\"done\":false}");
        assertThat(node.get("/api/jobs/j/events?after=1", "Prefer", "wait=1").body())
                .isEqualTo("{\"events\":[],\"next\":\"1\",\"done\":false}");
    }

    @Test
    void a_preference_that_was_followed_is_acknowledged_and_a_query_is_not() throws Exception {
        node.submit("j");

        assertThat(applied("after=1", "wait=1")).hasValue("wait=1");
        assertThat(applied("after=0", "wait=99999")).hasValue("wait=60");
        assertThat(applied("after=1&wait=0", "wait=1")).isEmpty();
        assertThat(applied("after=0", "wait=soon")).isEmpty();
    }

    private Optional<String> applied(String query, String preference) throws Exception {
        return node.get("/api/jobs/j/events?" + query, "Prefer", preference)
                .headers()
                .firstValue("Preference-Applied");
    }

    @Test
    void the_limit_cuts_the_answer_and_the_next_goes_on_to_the_end() throws Exception {
        node.submit("j");
        node.append("j", new Event.Log(LogLevel.INFO, "second"), new Event.Cancelled("anonymous"));

        assertThat(node.get("/api/jobs/j/events?after=0&limit=2").body()).endsWith("\"next\":\"2\",\"done\":false}");
        assertThat(node.get("/api/jobs/j/events?after=2&limit=2").body()).endsWith("\"next\":\"3\",\"done\":true}");
        assertThat(node.get("/api/jobs/j/events?after=3").body())
                .isEqualTo("{\"events\":[],\"next\":\"3\",\"done\":true}");
    }

    /** So that a poll costs no more than a stream when its client takes its time. */
    @Test
    void the_event_that_fills_an_answer_is_its_last_and_the_next_goes_on() throws Exception {
        node.submit("j");
        var lines = new Event[11];
        Arrays.fill(lines, new Event.Log(LogLevel.INFO, "x".repeat(15_000)));
        lines[10] = new Event.Cancelled("anonymous");
        node.append("j", lines);

        assertThat(node.get("/api/jobs/j/events?after=0&limit=1000").body())
                .hasSizeLessThan(65_000)
                .endsWith("\"next\":\"5\",\"done\":false}");
        assertThat(node.get("/api/jobs/j/events?after=5").body()).endsWith("\"next\":\"9\",\"done\":false}");
        assertThat(node.get("/api/jobs/j/events?after=9").body()).endsWith("\"next\":\"12\",\"done\":true}");
    }

    @Test
    void a_poll_without_a_cursor_gets_the_state() throws Exception {
        node.submit("j");

        assertThat(node.get("/api/jobs/j/events").body())
                .contains("\"type\":\"snapshot\"")
                .endsWith("\"next\":\"1\",\"done\":false}");
    }

    @Test
    void numbers_that_are_none_are_400() throws Exception {
        node.submit("j");
        for (String query : new String[] {"wait=x", "wait=-1", "wait=1.5", "limit=0", "limit=x", "limit=-3"}) {
            assertThat(node.get("/api/jobs/j/events?after=0&" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(node.get("/api/jobs/j/events?after=0&wait=99999999999999999999&limit=99999999")
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.get("/api/jobs/j/events?after=0", "Prefer", "wait=soon").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_drain_answers_polls_that_wait() throws Exception {
        node.submit("j");
        var waiting = ask("/api/jobs/j/events?after=1&wait=50");
        while (node.readers.count() == 0) {
            Thread.onSpinWait();
        }
        node.readers.drain(Duration.ofSeconds(5));

        assertThat(waiting.get().body()).isEqualTo("{\"events\":[],\"next\":\"1\",\"done\":false}");
        assertThat(node.get("/api/jobs/j/events?after=1&wait=50").statusCode()).isEqualTo(200);
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return node.get(path);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
