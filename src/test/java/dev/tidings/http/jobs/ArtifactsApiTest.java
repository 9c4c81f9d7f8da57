package dev.tidings.http.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Artifact;
import dev.tidings.log.ArtifactStore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactsApiTest {
    private static final int SIZE = 3 * ArtifactStore.CHUNK_BYTES + 1000;
    private static final String TAG = "\"sha256-a\"";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ApiFixture api = new ApiFixture();
    private final byte[] bytes = new byte[SIZE];
    private String path = "";
    private String id = "";

    @BeforeEach
    void store() throws Exception {
        new Random(1).nextBytes(bytes);
        for (int i = 0; i * ArtifactStore.CHUNK_BYTES < SIZE; i++) {
            int from = i * ArtifactStore.CHUNK_BYTES;
            api.store.put("b1", i, Arrays.copyOfRange(bytes, from, Math.min(SIZE, from + ArtifactStore.CHUNK_BYTES)));
        }
        id = ApiFixture.id(api.submit("{\"type\": \"external\"}"));
        api.write(id, new Artifact("ä;\"1\".bin", "text/html", SIZE, TAG, "b1"));
        path = "/api/jobs/" + id + "/artifacts/%C3%A4;%221%22.bin".replace(";", "%3B");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private HttpResponse<byte[]> fetch(String method, String where, String... headers)
            throws IOException, InterruptedException {
        var request = api.request(where).method(method, java.net.http.HttpRequest.BodyPublishers.noBody());
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void a_whole_artifact_is_a_download_that_no_browser_renders() throws Exception {
        var answer = fetch("GET", path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(bytes);
        var headers = answer.headers();
        assertThat(headers.firstValue("ETag")).hasValue(TAG);
        assertThat(headers.firstValue("Accept-Ranges")).hasValue("bytes");
        assertThat(headers.firstValue("Content-Length")).hasValue("" + SIZE);
        assertThat(headers.firstValue("Cache-Control")).hasValue("private, no-cache");
        assertThat(headers.firstValue("Content-Security-Policy")).hasValue("sandbox; default-src 'none'");
        assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(headers.firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"_;_1_.bin\"; filename*=UTF-8''%C3%A4%3B%221%22.bin");
    }

    @Test
    void a_report_is_shown_on_request_with_its_looks_and_nothing_else() throws Exception {
        var headers = fetch("GET", path + "?view=true").headers();

        assertThat(headers.firstValue("Content-Disposition")).hasValue("inline");
        assertThat(headers.firstValue("Content-Security-Policy"))
                .hasValue(
                        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'");
    }

    @Test
    void what_is_no_report_is_never_shown() throws Exception {
        api.write(id, new Artifact("a.svg", "image/svg+xml", SIZE, TAG, "b1"));

        var headers =
                fetch("GET", "/api/jobs/" + id + "/artifacts/a.svg?view=true").headers();

        assertThat(headers.firstValue("Content-Disposition").orElseThrow()).startsWith("attachment");
        assertThat(headers.firstValue("Content-Security-Policy")).hasValue("sandbox; default-src 'none'");
    }

    @Test
    void many_fetch_at_once() throws Exception {
        var all = java.util.stream.IntStream.range(0, 20)
                .mapToObj(
                        i -> client.sendAsync(api.request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray()))
                .toList();

        for (var each : all) {
            assertThat(each.get().body()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0,1",
        "bytes=5-9,5,10",
        "bytes=262143-262144,262143,262145",
        "bytes=100-,100,787432",
        "bytes=-7,787425,787432",
        "bytes=-99999999999999999999,0,787432",
        "bytes=787431-99999999999999999999,787431,787432"
    })
    void a_range_is_answered_with_just_its_bytes(String range, int from, int to) throws Exception {
        var answer = fetch("GET", path, "Range", range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
        assertThat(answer.headers().firstValue("Content-Range"))
                .hasValue("bytes " + from + "-" + (to - 1) + "/" + SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=787432-", "bytes=99999999999999999999-", "bytes=-0"})
    void a_range_beyond_the_end_is_refused(String range) throws Exception {
        var answer = fetch("GET", path, "Range", range);

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("Content-Range")).hasValue("bytes */" + SIZE);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=9-5", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "bytes 0-1"})
    void what_is_no_single_range_gets_the_whole(String range) throws Exception {
        assertThat(fetch("GET", path, "Range", range).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"script", "style", "worker", "serviceworker", "sharedworker", "object", "Script"})
    void an_artifact_is_no_script_or_style_of_a_page(String use) throws Exception {
        var answer = fetch("GET", path, "Sec-Fetch-Dest", use);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"document", "empty", "image", "iframe"})
    void an_artifact_is_fetched_and_looked_at(String use) throws Exception {
        assertThat(fetch("GET", path, "Sec-Fetch-Dest", use).statusCode()).isEqualTo(200);
    }

    @Test
    void conditions_are_kept() throws Exception {
        assertThat(fetch("GET", path, "If-None-Match", "\"x\", " + TAG).statusCode())
                .isEqualTo(304);
        assertThat(fetch("GET", path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
        assertThat(fetch("GET", path, "If-Match", "\"x\"").statusCode()).isEqualTo(412);
        assertThat(fetch("GET", path, "If-Match", TAG).statusCode()).isEqualTo(200);
        assertThat(fetch("GET", path, "Range", "bytes=0-1", "If-Range", TAG).statusCode())
                .isEqualTo(206);
        assertThat(fetch("GET", path, "Range", "bytes=0-1", "If-Range", "\"old\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(fetch("GET", path, "Range", "bytes=0-1", "If-Range", "W/" + TAG)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_name_cannot_hide_its_extension_by_turning_the_text() throws Exception {
        api.write(id, new Artifact("report\u202efdp.exe", "text/plain", 0, TAG, "b2"));

        assertThat(fetch("GET", "/api/jobs/" + id + "/artifacts/report%E2%80%AEfdp.exe")
                        .headers()
                        .firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"report_fdp.exe\"");
    }

    @Test
    void a_head_request_tells_the_size() throws Exception {
        var answer = fetch("HEAD", path, "Range", "bytes=0-1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).hasValue("" + SIZE);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void a_version_stays_what_it_is_and_goes_when_replaced() throws Exception {
        assertThat(fetch("GET", path + "?v=b1").headers().firstValue("Cache-Control"))
                .hasValue("private, max-age=31536000, immutable");
        assertThat(fetch("GET", path + "?v=b0").statusCode()).isEqualTo(404);

        api.store.put("b2", 0, new byte[0]);
        api.write(id, new Artifact("ä;\"1\".bin", "text/csv", 0, "\"sha256-b\"", "b2"));

        assertThat(fetch("GET", path + "?v=b1").statusCode()).isEqualTo(404);
        var empty = fetch("GET", path);
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
        assertThat(fetch("GET", path, "Range", "bytes=0-").statusCode()).isEqualTo(416);
        assertThat(fetch("GET", path, "X-Who", "bob").statusCode()).isEqualTo(404);
    }
}
