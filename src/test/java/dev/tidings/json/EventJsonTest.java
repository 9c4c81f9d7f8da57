package dev.tidings.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import dev.tidings.log.LogEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventJsonTest {
    private static final Instant AT = Instant.parse("2026-11-22T15:42:14.130Z");

    @Test
    void an_entry_is_one_line_that_begins_with_its_number() {
        var event = new Event.Started(2, "n1");

        var entry = EventJson.entry(42, AT, event, EventJson.body("j1", AT, event));

        assertThat(new String(entry.json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"seq\":42,\"job\":\"j1\",\"type\":\"started\",\"at\":\"2026-11-22T15:42:14.130000Z\","
                        + "\"attempt\":2,\"node\":\"n1\"}");
    }

    @Test
    void a_stored_entry_has_the_type_and_the_time_of_its_line() {
        var event = new Event.Log(LogLevel.INFO, "\"type\":\"failed\",\"at\":\"never\"");

        var entry = EventJson.stored(42, LogEntry.Kind.OTHER, EventJson.body("j1", AT, event));

        assertThat(entry.type()).isEqualTo("log");
        assertThat(entry.at()).isEqualTo(AT);
    }

    @Test
    void a_stored_line_that_nobody_here_wrote_has_no_type_and_no_time() {
        assertThat(EventJson.stored(1, LogEntry.Kind.OTHER, "\"x\":1}").type()).isEmpty();
        assertThat(EventJson.stored(1, LogEntry.Kind.OTHER, "\"at\":\"noon\"}").at())
                .isNull();
    }

    @Test
    void an_instant_without_a_fraction_has_none() {
        assertThat(EventJson.body("j1", Instant.parse("2026-11-22T15:42:14Z"), new Event.Queued()))
                .isEqualTo("\"job\":\"j1\",\"type\":\"queued\",\"at\":\"2026-11-22T15:42:14Z\"}");
    }

    @Test
    void what_is_unknown_of_a_progress_is_absent() {
        assertThat(EventJson.body("j1", AT, Progress.of(3, 8, "rows", null, null, null)))
                .endsWith("\"done\":3,\"total\":8,\"unit\":\"rows\",\"percent\":37.5}");
        assertThat(EventJson.body("j1", AT, Progress.of(-1, 0, null, null, null, null)))
                .endsWith("\"at\":\"2026-11-22T15:42:14.130000Z\"}");
    }

    @Test
    void no_text_breaks_the_line() {
        var body =
                EventJson.body("j1", AT, new Event.Log(LogLevel.WARN, "a\r\n\0\u2028\u2029\"\\\ud800z \ud83d\ude00"));

        assertThat(body).endsWith("\"level\":\"warn\",\"message\":\"a\\r\\n\\u0000\\u2028\\u2029\\\"\\\\\ufffdz 😀\"}");
    }

    @Test
    void a_result_is_taken_as_it_is_but_for_line_separators() {
        assertThat(EventJson.body("j1", AT, new Event.Succeeded(new Json("{\"a\":\"\u2028\"}"))))
                .endsWith("\"result\":{\"a\":\"\\u2028\"}}");
        assertThat(EventJson.body("j1", AT, new Event.Succeeded(null))).endsWith("\"result\":null}");
    }

    @Test
    void an_artifact_links_to_its_version_below_a_base_that_the_reader_fills_in() {
        var artifact = new Artifact("größe & 1.csv", "text/csv", 12, "\"sha256-x\"", "v1");

        assertThat(EventJson.body("j1", AT, artifact))
                .endsWith("\"size\":12,\"etag\":\"\\\"sha256-x\\\"\","
                        + "\"href\":\"{base}/api/jobs/j1/artifacts/gr%C3%B6%C3%9Fe%20%26%201.csv?v=v1\"}");
    }

    @Test
    void the_parts_of_a_row_are_read_back_as_they_were() {
        var progress = new Progress(1L, null, "rows", 37.5, "stage", null, AT);
        var nothing = new Progress(null, null, null, null, null, null, null);
        var problem = new Problem("t", "title", "a \"detail\"\n");
        var more = new Problem("t", "T", "d", new Json("{\"status\":502,\"rows\":[1]}"));
        var artifacts = List.of(new Artifact("a", "text/csv", 1L << 40, "\"e\"", "v"));

        assertThat(RowJson.progress(RowJson.text(progress))).isEqualTo(progress);
        assertThat(RowJson.progress(RowJson.text(nothing))).isEqualTo(nothing);
        assertThat(RowJson.problem(RowJson.text(problem))).isEqualTo(problem);
        assertThat(RowJson.problem(RowJson.text(more))).isEqualTo(more);
        assertThat(RowJson.artifacts(RowJson.text(artifacts))).isEqualTo(artifacts);
    }
}
