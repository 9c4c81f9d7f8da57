package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.RawHttp;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each path lets be done, and what {@code HEAD} and {@code OPTIONS} say of it. */
class MethodsIT extends InServer {

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "BREW"})
    void a_page_is_only_fetched(String method) {
        for (String path : new String[] {"", "index.html", "tidings.js"}) {
            assertThat(Calls.send(method, path, BodyPublishers.noBody())
                            .isProblem(405)
                            .header("allow"))
                    .isEqualTo("GET, HEAD, OPTIONS");
        }
        Calls.send(method, "nothing-here", BodyPublishers.noBody()).isProblem(404);
        Calls.get("index.html").is(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api/jobs | GET, HEAD, POST, OPTIONS",
                "api/jobs/x/cancel | POST, OPTIONS",
                "api/jobs/x/artifacts/y | GET, HEAD, PUT, OPTIONS",
                "health/live | GET, HEAD, OPTIONS",
                "index.html | GET, HEAD, OPTIONS"
            })
    void every_refusal_and_options_name_what_is_allowed(String path, String allow) throws IOException {
        for (String method : new String[] {"TRACE", "BREW", "PATCH"}) {
            assertThat(raw(method, path))
                    .startsWith("HTTP/1.1 405")
                    .contains("Content-Type: application/problem+json")
                    .containsIgnoringCase("\r\nAllow: " + allow + "\r\n");
        }
        assertThat(Calls.send("OPTIONS", path, BodyPublishers.noBody()).is(204).header("allow"))
                .isEqualTo(allow);
    }

    /** Also of a job that runs: no stream is opened, and the answer ends. */
    @Test
    void the_head_of_a_stream_is_that_of_get_without_a_length() throws IOException {
        String job = Calls.submitted("{\"type\":\"external\"}");
        for (String path : new String[] {job + "/events", "api/events", "api/path-check"}) {
            var head = Calls.send("HEAD", path, BodyPublishers.noBody(), "Accept", "text/event-stream")
                    .is(200);
            assertThat(head.bytes()).isEmpty();
            assertThat(head.header("content-length")).as(path).isEmpty();
            assertThat(head.header("content-type")).isEqualTo("text/event-stream");
            assertThat(head.header("cache-control")).isEqualTo("no-store, no-transform");
            assertThat(head.header("vary")).isEqualTo("Accept");
            assertThat(head.header("x-accel-buffering")).isEqualTo("no");
        }
        Calls.post(job + "/cancel").is(202);
    }

    @Test
    void the_head_of_anything_else_has_its_length() {
        var job = "api/jobs/" + Calls.finished(Calls.QUICK).getString("id");
        for (String path : new String[] {job, job + "/events?after=0", "api/types", "api/jobs?limit=1", "index.html"}) {
            var head = Calls.send("HEAD", path, BodyPublishers.noBody()).is(200);
            var get = Calls.get(path).is(200);

            assertThat(head.bytes()).isEmpty();
            for (String name : new String[] {"content-type", "content-length", "etag", "cache-control", "vary"}) {
                assertThat(head.header(name)).as(name + " of " + path).isEqualTo(get.header(name));
            }
        }
        assertThat(Calls.send("HEAD", "api/jobs/nope", BodyPublishers.noBody())
                        .is(404)
                        .header("content-type"))
                .isEqualTo("application/problem+json");
    }

    private static String raw(String method, String path) throws IOException {
        return RawHttp.exchange(
                BASE.getPort(),
                method + " /tidings/" + path + " HTTP/1.1\r\nHost: " + BASE.getAuthority()
                        + "\r\nConnection: close\r\n\r\n");
    }
}
