package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputIT extends InServer {
    private static final String PARAMS = "\"params\":{\"steps\":1,\"interval\":\"1ms\"}";

    @AfterEach
    void the_next_request_is_served() {
        Calls.get("api/types").is(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"type\":\"countdown\",}",
                "{'type':'countdown'}",
                "{\"type\":\"countdown\",\"type\":\"digest\"}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"steps\":1,\"interval\":\"1s\"}}",
                "{\"type\":\"countdown\"} x"
            })
    void malformed_json_and_a_field_twice_are_400(String body) {
        Calls.submit(body).isProblem(400);
    }

    @Test
    void json_too_deep_is_400_and_too_big_is_413() {
        Calls.submit("{\"type\":\"countdown\",\"params\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000) + "}")
                .isProblem(400);
        Calls.submit("[".repeat(60_000)).isProblem(400);
        Calls.submit("{\"type\":\"" + "x".repeat(100_000) + "\"}").isProblem(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "1",
                "{}",
                "{\"type\":1}",
                "{\"type\":null}",
                "{\"type\":\"nope\"}",
                "{\"type\":\"countdown\"}",
                "{\"type\":\"countdown\",\"params\":[]}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":\"x\",\"interval\":\"1s\"}}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":0,\"interval\":\"1s\"}}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"soon\"}}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"PT99999999999999999S\"}}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"2d\"}}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"PT-5S\"}}",
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"1s\",\"more\":1}}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"more\":1}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"title\":5}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"title\":\"a\\u0000b\"}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"title\":\"a\\ud800b\"}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"priority\":\"high\"}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"priority\":1e99}",
                "{\"type\":\"countdown\"," + PARAMS + ",\"notBefore\":\"tomorrow\"}",
                "{\"type\":\"digest\",\"params\":{\"algorithms\":[\"SHA-256\"]}}"
            })
    void what_is_json_but_no_job_is_422(String body) {
        var problem = Calls.submit(body).isProblem(422).json();

        assertThat(problem.getString("detail")).doesNotStartWith(":");
        assertThat(problem.getJsonArray("errors")).isNotEmpty();
    }

    @Test
    void each_fault_is_named() {
        var errors = Calls.submit(
                        "{\"type\":\"countdown\",\"title\":5,\"params\":{\"steps\":0,\"more\":1},\"colour\":\"red\"}")
                .isProblem(422)
                .json()
                .getJsonArray("errors");

        assertThat(errors.getValuesAs(JsonObject.class))
                .extracting(error -> error.getString("field"))
                .contains("/title", "/colour", "/params/steps", "/params/more", "/params");
    }

    @Test
    void bytes_that_are_not_utf_8_are_400() {
        byte[] body =
                ("{\"type\":\"countdown\"," + PARAMS + ",\"title\":\"\u00ff\"}").getBytes(StandardCharsets.ISO_8859_1);

        Calls.send("POST", "api/jobs", BodyPublishers.ofByteArray(body), "Content-Type", "application/json")
                .isProblem(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "garbage",
                "application/xml",
                "application/x-www-form-urlencoded",
                "application/json; charset=iso-8859-1"
            })
    void another_media_type_is_415(String type) {
        Calls.send("POST", "api/jobs", BodyPublishers.ofString("{}"), "Content-Type", type)
                .isProblem(415);
        Calls.send("POST", "api/jobs", BodyPublishers.ofString("{}")).isProblem(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=x", "limit=-1", "limit=1.5", "state=foo", "state=%00", "state=%ff"})
    void a_query_that_cannot_be_read_is_400(String query) {
        Calls.get("api/jobs?" + query).isProblem(400);
    }

    @Test
    void a_text_with_nul_is_422_and_names_no_job() {
        Calls.get("api/jobs?type=%00").isProblem(422);
        Calls.get("api/jobs?owner=a%00").isProblem(422);
        Calls.get("api/events?job=%00", "Accept", "text/event-stream").isProblem(404);
    }

    @Test
    void an_empty_filter_is_none() {
        Calls.get("api/jobs?state=&type=&owner=&after=").is(200);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, api/jobs",
        "PUT, api/jobs",
        "POST, api/types",
        "POST, api/jobs/x",
        "GET, api/jobs/x/cancel",
        "GET, api/jobs/x/retry",
        "PUT, api/jobs/x/events",
        "DELETE, api/jobs/x/artifacts/y",
        "POST, api/events",
        "GET, admin/drain",
        "POST, health/live",
        "PUT, metrics"
    })
    void a_method_that_is_not_there_is_405_and_says_which_are(String method, String path) {
        assertThat(Calls.send(method, path, BodyPublishers.noBody())
                        .isProblem(405)
                        .header("allow"))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nope",
                "api",
                "api/",
                "api/nope",
                "api/jobs/",
                "api/jobs/nope",
                "api/jobs/a/b/c",
                "api/jobs/nope/events",
                "api/jobs/%E4%B8%AD",
                "api/jobs/nope/artifacts/x",
                "health",
                "admin"
            })
    void what_is_not_there_is_404_on_every_path(String path) {
        Calls.get(path).isProblem(404);
        Calls.get("api/jobs/" + "x".repeat(2000)).isProblem(404);
    }

    /** WildFly answers these itself, before the application's filters: 404 with a page of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"WEB-INF/web.xml", "META-INF/MANIFEST.MF"})
    void what_the_war_keeps_to_itself_is_404(String path) {
        var answer = Calls.get(path).is(404);
        assertThat(answer.text()).doesNotContain("display-name", "Manifest-Version", "Exception");
        if (!SERVER.equals("wildfly")) {
            answer.isProblem(404);
        }
    }

    @Test
    void a_path_of_10000_characters_is_a_4xx() {
        assertThat(Calls.get("api/jobs/" + "x".repeat(10_000)).status()).isBetween(400, 414);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"})
    void a_host_that_is_not_served_is_421_but_for_health(String host) throws IOException {
        assertThat(raw("GET", "api/types", "Host: " + host))
                .startsWith("HTTP/1.1 421")
                .contains("application/problem+json");
        assertThat(raw("GET", "health/live", "Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: null",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site"
            })
    void a_page_of_another_origin_changes_nothing(String header) throws IOException {
        assertThat(raw("POST", "api/jobs", "Host: " + BASE.getAuthority() + "\r\n" + header))
                .startsWith("HTTP/1.1 403")
                .contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x y", "\"", "k\u007f"})
    void a_key_that_is_none_is_400(String key) throws IOException {
        assertThat(raw(
                        "POST",
                        "api/jobs",
                        "Host: " + BASE.getAuthority() + "\r\nContent-Type: application/json\r\nIdempotency-Key: "
                                + key))
                .startsWith("HTTP/1.1 400");
    }

    private static String raw(String method, String path, String headers) throws IOException {
        try (var socket = new Socket(BASE.getHost(), BASE.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((method + " /tidings/" + path + " HTTP/1.1\r\n" + headers
                                    + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
