package dev.tidings.http.jobs;

import static dev.tidings.http.jobs.JobsApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.JobState;
import dev.tidings.log.Replay;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerApiTest {
    private final ApiFixture api = new ApiFixture();
    private String id = "";

    @BeforeEach
    void submit() throws Exception {
        id = ApiFixture.id(api.submit("{\"type\": \"external\"}"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private HttpResponse<String> report(String json) throws Exception {
        return api.send(api.request("/api/jobs/" + id + "/events")
                .header("X-Who", "worker")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> put(String name, String content) throws Exception {
        return api.send(api.request("/api/jobs/" + id + "/artifacts/" + name)
                .header("X-Who", "worker")
                .header("Content-Type", "text/plain")
                .PUT(HttpRequest.BodyPublishers.ofString(content)));
    }

    @Test
    void a_worker_reports_to_the_end() throws Exception {
        var some = report("""
                [{"type": "progress", "done": 1, "total": 4, "unit": "rows"}, {"type": "log", "message": "hi"}]""");
        assertThat(some.statusCode()).describedAs(some.body()).isEqualTo(200);
        assertThat(some.body()).isEqualTo("{\"seq\":4}");
        assertThat(api.get("/api/jobs/" + id).body()).contains("\"percent\":25");

        api.write(id, new Event.Cancelling("alice"));
        assertThat(report("{\"type\": \"log\", \"level\": \"warn\", \"message\": \"x\"}")
                        .body())
                .contains("\"cancelRequested\":true");
        assertThat(report("{\"type\": \"succeeded\", \"result\": {\"n\": 1}}").statusCode())
                .isEqualTo(200);
        assertThat(api.state(id)).isEqualTo(JobState.SUCCEEDED);
        assertProblem(report("{\"type\": \"log\", \"message\": \"late\"}"), 409);
    }

    @Test
    void what_a_worker_says_of_its_failure_is_kept_whole() throws Exception {
        var failed = report("""
                {"type": "failed", "error": {"status": 502, "type": "https://etl.example/e", "title": "Gone",
                 "rows": [1, {"line": "a\u2028b"}]}}""");
        assertThat(failed.statusCode()).describedAs(failed.body()).isEqualTo(200);

        String error = "\"error\":{\"type\":\"https://etl.example/e\",\"title\":\"Gone\","
                + "\"detail\":\"The worker gave no detail.\","
                + "\"status\":502,\"rows\":[1,{\"line\":\"a\\u2028b\"}]}";
        assertThat(api.get("/api/jobs/" + id).body()).contains(error);
        var replay = api.store.read(Map.of(id, 2L), 10, 10_000).get(id);
        assertThat(((Replay.Continuous) replay).entries())
                .singleElement()
                .satisfies(entry -> assertThat(new String(entry.json(), StandardCharsets.UTF_8))
                        .contains(error));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "{\"type\": \"queued\"}",
                "{\"type\": \"log\"}",
                "{\"type\": \"log\", \"message\": 1}",
                "{\"type\": \"log\", \"message\": \"x\", \"level\": \"loud\"}",
                "{\"type\": \"progress\", \"done\": -1}",
                "{\"type\": \"progress\", \"percent\": 101}",
                "{\"type\": \"progress\", \"eta\": \"soon\"}",
                "{\"type\": \"progress\", \"x\": 1}",
                "{\"type\": \"log\", \"message\": \"\\u0000\"}",
                "[{\"type\": \"succeeded\"}, {\"type\": \"log\", \"message\": \"x\"}]"
            })
    void a_report_that_is_none_is_refused_whole(String json) throws Exception {
        assertProblem(report(json), 422);
        assertThat(api.store.find(id).orElseThrow().seq()).isEqualTo(2);
    }

    @Test
    void only_workers_report_and_only_on_what_is_theirs() throws Exception {
        assertProblem(
                api.send(api.request("/api/jobs/" + id + "/events")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                403);
        assertProblem(report("{\"type\": \"cancelled\"}"), 409);
    }

    @Test
    void an_artifact_is_stored_once() throws Exception {
        var first = put("out.txt", "hello");
        assertThat(first.statusCode()).describedAs(first.body()).isEqualTo(201);
        assertThat(put("out.txt", "hello").statusCode()).isEqualTo(200);
        assertProblem(put("out.txt", "other"), 409);
        assertProblem(put("x".repeat(201), "x"), 422);

        var fetched =
                api.get(first.headers().firstValue("Location").orElseThrow().substring("/tidings".length()));
        assertThat(fetched.body()).isEqualTo("hello");
        assertThat(fetched.headers().firstValue("Content-Type")).hasValue("text/plain");
    }
}
