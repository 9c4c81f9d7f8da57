package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.SseParser;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TransportsIT extends InServer {
    private static final String STEPS = "{\"type\":\"countdown\",\"title\":\"\u2028 line\\n<b>\",\"params\":"
            + "{\"steps\":20,\"interval\":\"40ms\",\"logEvery\":5,\"artifactBytes\":100}}";

    @Test
    void a_stream_tells_the_whole_life_and_ends_with_the_terminal_event() throws IOException {
        String job = Calls.submitted(STEPS);

        try (var stream = Calls.stream(job + "/events", "Last-Event-ID", "0")) {
            assertThat(stream.status()).isEqualTo(200);
            var blocks = stream.rest();

            assertThat(stream.endedBetweenBlocks()).isTrue();
            assertThat(blocks.get(0).event()).isEqualTo("hello");
            assertThat(blocks.get(0).retryMs()).isPositive();
            assertThat(Calls.json(blocks.get(0).data()).keySet()).contains("job", "seq", "heartbeat", "maxAge", "at");
            var events = events(blocks);
            assertWholeLife(events);
            assertThat(stream.lastEventId())
                    .isEqualTo(Long.toString(events.get(events.size() - 1).getInt("seq")));
        }
    }

    @Test
    void long_polls_tell_the_whole_life() {
        assertWholeLife(Calls.log(Calls.submitted(STEPS), 0));
    }

    @Test
    void polls_of_the_job_see_its_states_in_order_and_a_strong_etag_that_changes_with_seq() {
        String job = Calls.submitted(STEPS);
        var states = new ArrayList<String>();
        long seq = 0;

        for (Calls.Answer answer = Calls.get(job);
                ;
                answer = Calls.get(job, "If-None-Match", "\"none\"", "Prefer", "wait=0")) {
            var seen = answer.is(200).json();
            assertThat(answer.header("etag")).matches("\"[^\"]+\"");
            assertThat(answer.header("cache-control")).isEqualTo("private, no-cache");
            assertThat(seen.getInt("seq")).isGreaterThanOrEqualTo((int) seq);
            seq = seen.getInt("seq");
            states.add(seen.getString("state"));
            boolean terminal = !List.of("queued", "running").contains(seen.getString("state"));
            assertThat(answer.header("retry-after").isEmpty()).isEqualTo(terminal);
            if (terminal) {
                assertThat(Calls.get(job, "If-None-Match", answer.header("etag"))
                                .is(304)
                                .bytes())
                        .isEmpty();
                break;
            }
        }
        assertThat(states.stream().distinct().toList())
                .isSubsetOf("queued", "running", "succeeded")
                .endsWith("succeeded");
    }

    @Test
    void a_conditional_long_poll_is_held_until_the_job_changes() {
        String job = Calls.submitted(Calls.countdown(3, "300ms"));

        var finished = Calls.await(job, "succeeded");

        assertThat(finished.getString("finished")).endsWith("Z");
    }

    @Test
    void a_conditional_long_poll_without_a_change_is_304_when_its_time_is_over() {
        String job = Calls.submitted("{\"type\":\"external\"}");
        String etag = Calls.get(job).header("etag");

        Calls.get(job, "If-None-Match", etag, "Prefer", "wait=1").is(304);

        Calls.post(job + "/cancel").is(202);
    }

    @Test
    void a_submission_that_prefers_to_wait_gets_the_finished_job() {
        var answer = Calls.submit(Calls.QUICK, "Prefer", "wait=500").is(200);

        assertThat(answer.header("preference-applied")).isEqualTo("wait=60");
        assertThat(answer.json().getString("state")).isEqualTo("succeeded");
        assertThat(Calls.path(answer)).isNotEmpty();
    }

    @Test
    void a_submission_whose_wait_is_over_gets_202() {
        var answer = Calls.submit(Calls.LONG, "Prefer", "wait=1").is(202);

        Calls.post(Calls.path(answer) + "/cancel").is(202);
    }

    @Test
    void a_preference_that_cannot_be_read_is_ignored() {
        Calls.submit(Calls.QUICK, "Prefer", "wait=soon").is(202);
    }

    @Test
    void a_reader_that_changes_transport_in_the_middle_loses_nothing_and_gets_nothing_twice() throws IOException {
        String job = Calls.submitted(STEPS);
        var seen = new ArrayList<JsonObject>();
        long cursor = 0;

        try (var stream = Calls.stream(job + "/events?after=" + cursor)) {
            for (int i = 0; i < 4; i++) {
                seen.add(Calls.json(stream.nextEvent().data()));
            }
            cursor = Long.parseLong(stream.lastEventId());
        }
        var page = Calls.get(job + "/events?limit=3&after=" + cursor).is(200).json();
        seen.addAll(page.getJsonArray("events").getValuesAs(JsonObject.class));
        cursor = Long.parseLong(page.getString("next"));
        try (var stream = Calls.stream(job + "/events", "Last-Event-ID", Long.toString(cursor))) {
            seen.addAll(events(stream.rest()));
        }

        assertThat(Calls.seqs(seen)).isSorted().doesNotHaveDuplicates();
        assertWholeLife(seen);
        var again = Calls.log(job, 0);
        assertThat(told(seen)).isEqualTo(told(again));
    }

    @Test
    void a_reader_that_takes_another_transport_each_time_loses_nothing_and_gets_nothing_twice() throws IOException {
        String job = Calls.submitted(
                "{\"type\":\"countdown\",\"params\":" + "{\"steps\":60,\"interval\":\"30ms\",\"logEvery\":1}}");
        var seen = new ArrayList<JsonObject>();
        String cursor = "0";
        boolean done = false;

        for (int turn = 0; !done; turn++) {
            if (turn % 2 == 0) {
                try (var stream = Calls.stream(job + "/events?after=" + cursor)) {
                    SseParser.Block block = stream.nextEvent();
                    for (int i = 0; i < 7 && block != null; i++, block = stream.nextEvent()) {
                        seen.add(Calls.json(block.data()));
                    }
                    done = block == null;
                }
                cursor = Integer.toString(seen.get(seen.size() - 1).getInt("seq"));
            } else {
                var page = Calls.get(job + "/events?wait=10&limit=5&after=" + cursor)
                        .is(200)
                        .json();
                seen.addAll(page.getJsonArray("events").getValuesAs(JsonObject.class));
                cursor = page.getString("next");
                done = page.getBoolean("done");
            }
        }

        assertThat(Calls.seqs(seen)).isSorted().doesNotHaveDuplicates().startsWith(1L);
        assertThat(Calls.types(seen).stream().filter("log"::equals)).hasSize(60);
        assertThat(told(seen)).isEqualTo(told(Calls.log(job, 0)));
    }

    @Test
    void the_finished_job_says_all_that_came_of_it() {
        var job = Calls.finished(STEPS);

        assertThat(job.getInt("attempt")).isEqualTo(1);
        assertThat(job.getString("title")).isEqualTo("\u2028 line\n<b>");
        assertThat(job.getJsonObject("progress").getInt("done")).isEqualTo(20);
        assertThat(job.getJsonObject("result").getInt("steps")).isEqualTo(20);
        assertThat(job.getJsonArray("artifacts").getValuesAs(JsonObject.class))
                .extracting(artifact -> artifact.getString("name"))
                .containsExactly("countdown.bin");
        assertThat(job.keySet())
                .containsExactlyInAnyOrder(
                        "id",
                        "type",
                        "title",
                        "owner",
                        "state",
                        "cancelRequested",
                        "attempt",
                        "created",
                        "started",
                        "finished",
                        "progress",
                        "result",
                        "error",
                        "artifacts",
                        "seq",
                        "links");
        assertThat(List.of("created", "started", "finished"))
                .allSatisfy(name -> assertThat(job.getString(name))
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?Z"));
    }

    @Test
    void a_flaky_job_is_retried_and_says_so() {
        var events = Calls.log(
                Calls.submitted("{\"type\":\"countdown\",\"params\":"
                        + "{\"steps\":2,\"interval\":\"1ms\",\"failAt\":1,\"flaky\":1}}"),
                0);

        assertThat(Calls.types(events)).containsSubsequence("queued", "started", "retrying", "started", "succeeded");
        assertThat(events.stream().filter(event -> event.getString("type").equals("started")))
                .extracting(event -> event.getInt("attempt"))
                .containsExactly(1, 2);
    }

    @Test
    void a_job_that_fails_for_good_ends_with_a_problem() {
        var events = Calls.log(
                Calls.submitted("{\"type\":\"countdown\",\"params\":{\"steps\":2,\"interval\":\"1ms\",\"failAt\":1}}"),
                0);

        var last = events.get(events.size() - 1);
        assertThat(Calls.types(events)).doesNotContain("retrying");
        assertThat(last.getString("type")).isEqualTo("failed");
        assertThat(last.getJsonObject("error").keySet()).contains("type", "title", "detail");
    }

    private static List<JsonObject> events(List<SseParser.Block> blocks) {
        var events = new ArrayList<JsonObject>();
        for (SseParser.Block block : blocks) {
            if (block.event().equals("message")) {
                assertThat(block.lines()).hasSize(2);
                assertThat(block.lines().get(0)).startsWith("data: ");
                assertThat(block.lines().get(1)).isEqualTo("id: " + block.id());
                var event = Calls.json(block.data());
                assertThat(block.id()).isEqualTo(Long.toString(event.getInt("seq")));
                events.add(event);
            } else {
                assertThat(block.id()).isNull();
            }
        }
        return events;
    }

    private static void assertWholeLife(List<JsonObject> events) {
        assertThat(Calls.seqs(events)).isSorted().doesNotHaveDuplicates().startsWith(1L);
        assertThat(Calls.types(events)).startsWith("queued", "started").endsWith("succeeded");
        assertThat(Calls.types(events).stream().filter("log"::equals)).hasSize(4);
        assertThat(Calls.types(events)).containsOnlyOnce("artifact", "succeeded", "queued", "started");
        var progress = events.stream()
                .filter(event -> event.getString("type").equals("progress"))
                .toList();
        assertThat(progress).isNotEmpty();
        assertThat(progress.get(progress.size() - 1).getInt("done")).isEqualTo(20);
        assertThat(events).allSatisfy(event -> assertThat(event.keySet()).contains("seq", "job", "type", "at"));
    }

    /** What every reader gets: all but progress. */
    private static List<JsonObject> told(List<JsonObject> events) {
        return Stream.of(events)
                .flatMap(List::stream)
                .filter(event -> !event.getString("type").equals("progress"))
                .toList();
    }
}
