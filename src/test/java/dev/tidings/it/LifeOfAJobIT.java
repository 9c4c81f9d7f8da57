package dev.tidings.it;

import static dev.tidings.testing.Api.object;
import static dev.tidings.testing.Api.seqs;
import static dev.tidings.testing.Api.steady;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import dev.tidings.testing.EventStream;
import dev.tidings.testing.SseParser.Block;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** One job from its submission to its end, read by each transport, and by all of them in turn. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LifeOfAJobIT extends InServer {

    private static final String QUICK =
            "\"steps\": 10, \"interval\": \"50ms\", \"logEvery\": 2, \"artifactBytes\": 1000";

    @Test
    void by_server_sent_events() throws Exception {
        String id = API.countdown(QUICK).getString("id");

        var events = new ArrayList<JsonObject>();
        try (EventStream stream = API.stream(id, "0")) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("content-type")).isEqualTo("text/event-stream");
            assertThat(stream.header("content-encoding")).isNull();
            assertThat(stream.next().event()).isEqualTo("hello");
            for (Block block = stream.nextEvent(); block != null; block = stream.nextEvent()) {
                events.add(object(block.data()));
                assertThat(block.id()).isEqualTo(Long.toString(seqs(events).get(events.size() - 1)));
            }
            assertThat(stream.endedBetweenBlocks()).isTrue();
        }

        assertWhole(events, "succeeded");
        assertThat(steady(events)).isEqualTo(steady(API.log(id, "0")));
    }

    @Test
    void by_long_poll() throws Exception {
        String id = API.countdown(QUICK).getString("id");

        List<JsonObject> events = API.log(id, "0");

        assertWhole(events, "succeeded");
        JsonObject after = API.poll(id, Long.toString(last(events)), 20, 10);
        assertThat(after.getBoolean("done")).isTrue();
        assertThat(after.getJsonArray("events")).isEmpty();
    }

    @Test
    void by_conditional_poll() throws Exception {
        String id = API.countdown(QUICK).getString("id");

        JsonObject job = API.finished(id);

        assertThat(job.getString("state")).isEqualTo("succeeded");
        assertThat(job.getInt("attempt")).isEqualTo(1);
        assertThat(job.getJsonObject("progress").getInt("done")).isEqualTo(10);
        assertThat(Api.strings(job.getJsonArray("artifacts"), "name")).containsExactly("countdown.bin");
        HttpResponse<String> answer = API.get("api/jobs/" + id);
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
        String etag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(API.get("api/jobs/" + id, "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void by_one_request_that_waits_for_the_end() throws Exception {
        HttpResponse<String> answer = API.post(
                "api/jobs",
                "{\"type\": \"countdown\", \"params\": {\"steps\": 2, \"interval\": \"20ms\"}}",
                "Prefer",
                "wait=50");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=50");
        assertThat(object(answer).getString("state")).isEqualTo("succeeded");
    }

    @Test
    void by_each_transport_in_turn_from_one_cursor() throws Exception {
        String id = API.countdown("\"steps\": 60, \"interval\": \"50ms\", \"logEvery\": 1")
                .getString("id");

        var events = new ArrayList<JsonObject>();
        boolean done = false;
        for (int turn = 0; !done; turn++) {
            String cursor = events.isEmpty() ? "0" : Long.toString(last(events));
            if (turn % 2 == 0) {
                try (EventStream stream = API.stream(id, cursor)) {
                    Block block = stream.nextEvent();
                    for (int i = 0; i < 7 && block != null; i++, block = stream.nextEvent()) {
                        events.add(object(block.data()));
                    }
                    done = block == null;
                }
            } else {
                JsonObject page = API.poll(id, cursor, 10, 5);
                page.getJsonArray("events").forEach(event -> events.add(event.asJsonObject()));
                done = page.getBoolean("done");
            }
        }

        assertWhole(events, "succeeded");
        assertThat(steady(events)).isEqualTo(steady(API.log(id, "0")));
    }

    @Test
    void an_attempt_that_fails_is_tried_again() throws Exception {
        String id = API.countdown("\"steps\": 3, \"interval\": \"10ms\", \"flaky\": 1")
                .getString("id");

        List<JsonObject> events = API.log(id, "0");

        assertWhole(events, "succeeded");
        assertThat(types(events)).containsSubsequence("queued", "started", "retrying", "started", "succeeded");
        assertThat(API.job(id).getInt("attempt")).isEqualTo(2);
    }

    @Test
    void a_permanent_failure_is_told_once_with_its_problem() throws Exception {
        String id = API.countdown("\"steps\": 3, \"interval\": \"10ms\", \"failAt\": 2")
                .getString("id");

        List<JsonObject> events = API.log(id, "0");

        assertWhole(events, "failed");
        assertThat(types(events)).doesNotContain("retrying");
        assertThat(events.get(events.size() - 1).getJsonObject("error")).containsKeys("type", "title");
    }

    @Test
    void a_finished_job_is_deleted_with_its_log() throws Exception {
        String id = API.countdown("\"steps\": 1, \"interval\": \"1ms\"").getString("id");
        API.finished(id);

        assertThat(API.send("DELETE", "api/jobs/" + id, java.net.http.HttpRequest.BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(204);

        assertThat(API.get("api/jobs/" + id).statusCode()).isEqualTo(404);
        assertThat(API.get("api/jobs/" + id + "/events").statusCode()).isEqualTo(404);
    }

    /** The log of a job, however it was read: from the first number, rising, one end, and that at the end. */
    private static void assertWhole(List<JsonObject> events, String end) {
        assertThat(types(events)).startsWith("queued", "started").endsWith(end);
        assertThat(seqs(events)).startsWith(1L).isSorted().doesNotHaveDuplicates();
        assertThat(types(events).stream().filter(List.of("succeeded", "failed", "cancelled")::contains))
                .hasSize(1);
    }

    private static List<String> types(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("type")).toList();
    }

    private static long last(List<JsonObject> events) {
        return seqs(events).get(events.size() - 1);
    }
}
