package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error, the server's own included, is a problem that says what was wrong, and nothing of how it is built. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProblemsIT extends InServer {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing-here",
                "api/nothing",
                "api/jobs/none",
                "api/jobs/none/events",
                "api/jobs/a/b/c/d",
                "api/jobs/%E4%B8%AD"
            })
    void what_is_not_there(String path) throws Exception {
        assertProblem(API.get(path), 404);
    }

    /** Some servers answer this themselves, so that it never reaches the application. */
    @ParameterizedTest
    @ValueSource(strings = {"WEB-INF/web.xml", "META-INF/MANIFEST.MF"})
    void what_is_nobodys_business(String path) throws Exception {
        HttpResponse<String> answer = API.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("display-name", "Manifest-Version", "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "BREW"})
    void what_cannot_be_done(String method) throws Exception {
        HttpResponse<String> answer = API.send(method, "api/jobs", BodyPublishers.noBody());

        assertThat(answer.statusCode()).isIn(405, 501);
        assertProblem(answer, answer.statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {",
                "400 | ",
                "400 | {\"type\": \"countdown\", \"type\": \"digest\"}",
                "422 | []",
                "422 | {\"type\": \"nothing\"}",
                "422 | {\"type\": 7}",
                "422 | {\"type\": \"countdown\", \"colour\": \"red\"}",
                "422 | {\"type\": \"countdown\", \"params\": {\"steps\": \"many\"}}",
                "422 | {\"type\": \"countdown\", \"title\": \"a\\u0000b\", \"params\": {\"steps\": 1, \"interval\": \"1s\"}}",
                "422 | {\"type\": \"digest\", \"params\": {\"algorithms\": [\"SHA-256\"]}}",
            })
    void what_cannot_be_submitted(int status, String json) throws Exception {
        assertProblem(API.post("api/jobs", json == null ? "" : json), status);
    }

    @Test
    void what_is_no_json() throws Exception {
        assertProblem(API.post("api/jobs", "type=countdown", "Content-Type", "application/x-www-form-urlencoded"), 415);
    }

    @Test
    void what_is_too_large() throws Exception {
        assertProblem(API.post("api/jobs", "{\"type\": \"" + "x".repeat(100_000) + "\"}"), 413);
    }

    @Test
    void what_is_too_deep() throws Exception {
        assertProblem(API.post("api/jobs", "{\"params\": " + "[".repeat(20_000) + "]".repeat(20_000) + "}"), 400);
    }

    private static void assertProblem(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonObject problem = Api.object(answer);
        assertThat(problem).containsKeys("type", "title", "status", "detail");
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("dev.tidings", "org.apache", "io.undertow", "Exception", "java.");
        assertThat(API.get("health/live").statusCode()).isEqualTo(200);
    }
}
