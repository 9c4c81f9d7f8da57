package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import dev.tidings.testing.EventStream;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract, section 5: what each cursor brings. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CursorIT extends InServer {

    @Test
    void none_brings_the_state_and_of_a_finished_job_nothing_more() throws Exception {
        String id = finished();
        try (EventStream stream = API.stream(id, "")) {
            assertThat(stream.next().event()).isEqualTo("hello");
            JsonObject snapshot = Api.object(stream.nextEvent().data());
            assertThat(snapshot.getString("type")).isEqualTo("snapshot");
            assertThat(snapshot.getJsonObject("state").getString("state")).isEqualTo("succeeded");
            assertThat(snapshot.getBoolean("reset", false)).isFalse();
            assertThat(stream.next()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000000", "9223372036854775807", "9223372036854775808", "99999999999999999999999"})
    void one_newer_than_the_log_brings_a_reset(String cursor) throws Exception {
        String id = finished();

        JsonObject page = API.poll(id, cursor, 0, 10);

        JsonObject first = page.getJsonArray("events").getJsonObject(0);
        assertThat(first.getString("type")).isEqualTo("snapshot");
        assertThat(first.getBoolean("reset")).isTrue();
        assertThat(page.getBoolean("done")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1.5", "0x10", "1e3", "%20", "1%001"})
    void what_is_no_whole_number_is_refused(String cursor) throws Exception {
        String id = finished();

        var answer = API.get("api/jobs/" + id + "/events?after=" + cursor);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
    }

    @Test
    void the_end_itself_stops_an_event_source() throws Exception {
        String id = finished();
        String end = API.job(id).getJsonNumber("seq").toString();
        try (EventStream stream = API.stream(id, end)) {
            assertThat(stream.status()).isEqualTo(204);
        }
    }

    @Test
    void the_header_wins_over_the_query() throws Exception {
        String id = finished();

        JsonObject page = Api.object(API.get("api/jobs/" + id + "/events?after=0&wait=0", "Last-Event-ID", "1"));

        assertThat(page.getJsonArray("events").getJsonObject(0).getInt("seq")).isEqualTo(2);
    }

    private static String finished() throws Exception {
        String id = API.countdown("\"steps\": 1, \"interval\": \"1ms\"").getString("id");
        API.finished(id);
        return id;
    }
}
