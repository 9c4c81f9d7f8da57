package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsIT extends InServer {
    private String job;
    private long end;

    @BeforeEach
    void finishOne() {
        var answer = Calls.submit(Calls.QUICK, "Prefer", "wait=50").is(200);
        job = Calls.path(answer);
        end = answer.json().getInt("seq");
    }

    @Test
    void without_a_cursor_a_finished_job_is_one_snapshot_and_the_end() throws IOException {
        try (var stream = Calls.stream(job + "/events", "Last-Event-ID", "")) {
            assertThat(stream.next().event()).isEqualTo("hello");
            var snapshot = stream.next();
            assertThat(Calls.json(snapshot.data()).getBoolean("reset", false)).isFalse();
            assertThat(snapshot.id()).isEqualTo(Long.toString(end));
            assertThat(Calls.json(snapshot.data()).getString("type")).isEqualTo("snapshot");
            assertThat(Calls.json(snapshot.data()).getJsonObject("state").getString("state"))
                    .isEqualTo("succeeded");
            assertThat(stream.next()).isNull();
        }
        var page = Calls.get(job + "/events?after=").is(200).json();
        assertThat(page.getBoolean("done")).isTrue();
        assertThat(page.getJsonArray("events")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000", "9223372036854775807", "9223372036854775808", "99999999999999999999999999"})
    void a_cursor_newer_than_the_log_is_answered_by_a_snapshot_that_resets(String cursor) throws IOException {
        try (var stream = Calls.stream(job + "/events", "Last-Event-ID", cursor)) {
            assertThat(stream.status()).isEqualTo(200);
            var event = Calls.json(stream.nextEvent().data());
            assertThat(event.getBoolean("reset")).isTrue();
            assertThat(event.getInt("seq")).isEqualTo((int) end);
        }
        var page = Calls.get(job + "/events?after=" + cursor).is(200).json();
        assertThat(page.getJsonArray("events").getJsonObject(0).getBoolean("reset"))
                .isTrue();
        assertThat(page.getString("next")).isEqualTo(Long.toString(end));
        assertThat(page.getBoolean("done")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1.5", "0x1", "1e1", "+1"})
    void a_cursor_that_is_no_whole_number_is_400(String cursor) throws IOException {
        try (var stream = Calls.stream(job + "/events", "Last-Event-ID", cursor)) {
            assertThat(stream.status()).isEqualTo(400);
        }
        Calls.get(job + "/events", "Last-Event-ID", cursor, "Accept", "application/json")
                .isProblem(400);
        Calls.get(job + "/events?after=" + cursor.replace("+", "%2B")).isProblem(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20", "1%001", "1%0a", "%D9%A1"})
    void so_is_one_of_other_characters(String cursor) {
        Calls.get(job + "/events?after=" + cursor).isProblem(400);
    }

    @Test
    void the_header_wins_over_the_query() {
        var page = Calls.get(job + "/events?after=x&wait=0", "Last-Event-ID", Long.toString(end));

        assertThat(page.status()).isIn(200, 400);
        page = Calls.get(job + "/events?after=0&wait=0", "Last-Event-ID", Long.toString(end))
                .is(200);
        assertThat(page.json().getJsonArray("events")).isEmpty();
        page = Calls.get(job + "/events?after=0&wait=0", "Last-Event-ID", "1").is(200);
        assertThat(page.json().getJsonArray("events").getJsonObject(0).getInt("seq"))
                .isEqualTo(2);
    }

    @Test
    void after_the_end_a_stream_is_204_and_a_poll_answers_at_once_that_it_is_done() throws IOException {
        try (var stream = Calls.stream(job + "/events", "Last-Event-ID", Long.toString(end))) {
            assertThat(stream.status()).isEqualTo(204);
        }
        var page = Calls.get(job + "/events?wait=50&after=" + end).is(200);
        assertThat(page.json().getJsonArray("events")).isEmpty();
        assertThat(page.json().getBoolean("done")).isTrue();
        assertThat(page.json().getString("next")).isEqualTo(Long.toString(end));
        assertThat(page.header("cache-control")).isEqualTo("no-store");
        assertThat(page.header("vary")).contains("Accept");
        assertThat(page.header("content-length")).isNotEmpty();
    }

    @Test
    void a_stream_has_the_headers_that_let_it_through_and_is_never_compressed() throws IOException {
        try (var stream = Calls.stream(job + "/events?after=0", "Accept-Encoding", "gzip, br, deflate")) {
            assertThat(stream.header("content-type")).isEqualTo("text/event-stream");
            assertThat(stream.header("cache-control")).isEqualTo("no-store, no-transform");
            assertThat(stream.header("vary")).contains("Accept");
            assertThat(stream.header("x-accel-buffering")).isEqualTo("no");
            assertThat(stream.header("content-encoding")).isNull();
            assertThat(stream.header("content-length")).isNull();
            assertThat(stream.rest()).isNotEmpty();
        }
    }

    @Test
    void limit_cuts_a_page_and_the_next_goes_on_from_it() {
        var page = Calls.get(job + "/events?after=0&limit=1").is(200).json();

        assertThat(page.getJsonArray("events")).hasSize(1);
        assertThat(page.getString("next")).isEqualTo("1");
        assertThat(page.getBoolean("done")).isFalse();
        var rest = Calls.get(job + "/events?after=1&limit=99999999999").is(200).json();
        assertThat(rest.getBoolean("done")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=x", "wait=-1", "wait=1.5", "wait=", "limit=0", "limit=-1", "limit=x", "limit=1.5"})
    void wait_and_limit_that_are_no_such_numbers_are_400(String query) {
        Calls.get(job + "/events?after=0&" + query).isProblem(400);
    }

    @Test
    void an_accept_that_neither_form_satisfies_is_406_and_none_is_json() {
        Calls.get(job + "/events", "Accept", "text/html").isProblem(406);
        assertThat(Calls.get(job + "/events", "Accept", "*/*").is(200).header("content-type"))
                .isEqualTo("application/json");
        assertThat(Calls.get(job + "/events").is(200).header("content-type")).isEqualTo("application/json");
    }

    @Test
    void a_silent_stream_has_heartbeats_and_ends_by_bye_when_a_newer_one_of_its_page_comes() throws IOException {
        String silent = Calls.submitted("{\"type\":\"external\"}");
        try (var older = Calls.stream(silent + "/events?client=page-1")) {
            older.until(block -> block.event().equals("heartbeat"));
            try (var newer = Calls.stream(silent + "/events?client=page-1")) {
                var bye = older.until(block -> block.event().equals("bye"));
                assertThat(bye.get(bye.size() - 1).data()).contains("\"superseded\"");
                assertThat(older.next()).isNull();
                Calls.post(silent + "/cancel").is(202);
                newer.until(block -> block.data().contains("\"cancelling\""));
            }
        }
    }

    @Test
    void a_poll_without_news_answers_with_its_cursor_unchanged() {
        String silent = Calls.submitted("{\"type\":\"external\"}");

        var page = Calls.get(silent + "/events?wait=1&after=2").is(200).json();

        assertThat(page.getJsonArray("events")).isEmpty();
        assertThat(page.getString("next")).isEqualTo("2");
        assertThat(page.getBoolean("done")).isFalse();
        Calls.post(silent + "/cancel").is(202);
    }
}
