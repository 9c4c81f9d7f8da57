package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadsIT extends InServer {
    private static final String DIGEST = "{\"type\":\"digest\",\"params\":{\"algorithms\":[\"SHA-256\"]}}";
    private static final String PROFILE = "{\"type\":\"csv-profile\"}";
    private static final int MEGABYTE = 1 << 20;

    /** Browsers and {@code curl -F} tell the length; without one a body comes in chunks. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_file_of_100_MB_is_taken_and_its_checksum_is_right(boolean lengthTold) throws Exception {
        byte[] block = new byte[MEGABYTE];
        new java.util.Random(7).nextBytes(block);
        var digest = MessageDigest.getInstance("SHA-256");
        IntStream.range(0, 100).forEach(i -> digest.update(block));
        String hex = HexFormat.of().formatHex(digest.digest());

        BodyPublisher file = BodyPublishers.ofInputStream(() -> repeated(block));
        BodyPublisher body = BodyPublishers.concat(
                BodyPublishers.ofString(part("job", null, DIGEST) + head("f", "large file.bin")),
                lengthTold ? BodyPublishers.fromPublisher(file, 100L * MEGABYTE) : file,
                BodyPublishers.ofString("\r\n--b--\r\n"));

        var answer = Calls.send("POST", "api/jobs", body, "Content-Type", "multipart/form-data; boundary=b")
                .is(202);

        var job = Calls.await(Calls.path(answer), "succeeded");
        assertThat(job.getJsonObject("result").getJsonObject("large file.bin").getString("SHA-256"))
                .isEqualTo(hex);
        assertThat(Calls.get(artifact(job, "SHA256SUMS").getString("href"))
                        .is(200)
                        .text())
                .isEqualTo(hex + "  large file.bin\n");
        assertThat(job.getJsonObject("progress").getJsonNumber("done").longValueExact())
                .isEqualTo(100L * MEGABYTE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_workers_artifact_of_20_MB_is_taken(boolean lengthTold) {
        String job = Calls.submitted("{\"type\":\"external\"}");
        byte[] bytes = new byte[20 * MEGABYTE];
        BodyPublisher body = lengthTold
                ? BodyPublishers.ofByteArray(bytes)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));

        Calls.send("PUT", job + "/artifacts/large.bin", body, "Content-Type", "application/octet-stream")
                .is(201);

        var head = Calls.send("HEAD", job + "/artifacts/large.bin", BodyPublishers.noBody());
        assertThat(head.is(200).header("content-length")).isEqualTo(Long.toString(bytes.length));
        Calls.post(job + "/cancel").is(202);
    }

    @Test
    void parts_come_in_any_order() {
        upload(part("a", "a.txt", "one") + part("job", null, DIGEST) + part("b", "b.txt", "two"))
                .is(202);
    }

    @Test
    void what_is_wrong_with_the_parts_is_said() {
        upload(part("job", null, DIGEST) + part("a", "a.txt", "1") + part("b", "a.txt", "2"))
                .isProblem(422);
        upload(part("a", "a.txt", "1")).isProblem(422);
        upload(part("job", null, DIGEST)).isProblem(422);
        upload(part("job", null, PROFILE) + part("a", "a", "x") + part("b", "b", "x"))
                .isProblem(422);
        upload(part("job", null, Calls.QUICK) + part("a", "a", "x")).isProblem(422);
        upload(part("job", null, "{\"type\":\"csv-profile\",\"params\":{\"charset\":\"foo\"}}") + part("a", "a", "x"))
                .isProblem(422);
        upload(part("job", null, "{\"type\":") + part("a", "a", "x")).isProblem(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "..", ".", "a/b", "C:\\\\x", "a\tb", "a\u0001b"})
    void a_file_name_that_is_no_plain_name_is_422(String name) {
        upload(part("job", null, DIGEST) + part("f", name, "x")).isProblem(422);
        upload(part("job", null, DIGEST) + part("f", "x".repeat(300), "x")).isProblem(422);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "--b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nabc"})
    void a_broken_multipart_body_is_400(String body) {
        Calls.send("POST", "api/jobs", BodyPublishers.ofString(body), "Content-Type", "multipart/form-data; boundary=b")
                .isProblem(400);
        Calls.send("POST", "api/jobs", BodyPublishers.ofString(body), "Content-Type", "multipart/form-data")
                .isProblem(400);
        Calls.get("api/types").is(200);
    }

    @Test
    void a_csv_is_profiled_into_json_and_a_page() {
        var job = Calls.await(
                Calls.path(upload(part("job", null, PROFILE) + part("f", "t.csv", "n,t\r\n1,a\r\n3,\"b,c\"\r\n"))
                        .is(202)),
                "succeeded");

        assertThat(job.getJsonObject("result").getInt("rows")).isEqualTo(2);
        assertThat(Calls.get(artifact(job, "profile.json").getString("href"))
                        .is(200)
                        .json())
                .isNotEmpty();
        assertThat(Calls.get(artifact(job, "profile.html").getString("href"))
                        .is(200)
                        .text())
                .startsWithIgnoringCase("<!doctype html>");
    }

    @Test
    void an_artifact_is_fetched_whole_or_in_ranges_and_cached_for_ever_under_its_version() {
        var job = Calls.finished(
                "{\"type\":\"countdown\",\"params\":" + "{\"steps\":1,\"interval\":\"1ms\",\"artifactBytes\":1000}}");
        var artifact = artifact(job, "countdown.bin");
        String href = artifact.getString("href");
        String etag = artifact.getString("etag");
        assertThat(href).contains("?v=");

        var whole = Calls.get(href).is(200);
        assertThat(whole.bytes()).hasSize(1000);
        assertThat(whole.header("etag")).isEqualTo(etag).startsWith("\"");
        assertThat(whole.header("accept-ranges")).isEqualTo("bytes");
        assertThat(whole.header("cache-control")).isEqualTo("private, max-age=31536000, immutable");
        assertThat(whole.header("content-disposition")).startsWith("attachment").contains("countdown.bin");
        assertThat(whole.header("x-content-type-options")).isEqualTo("nosniff");

        var part = Calls.get(href, "Range", "bytes=10-19").is(206);
        assertThat(part.header("content-range")).isEqualTo("bytes 10-19/1000");
        assertThat(part.bytes()).isEqualTo(java.util.Arrays.copyOfRange(whole.bytes(), 10, 20));
        assertThat(Calls.get(href, "Range", "BYTES=0-4").is(206).bytes()).hasSize(5);
        assertThat(Calls.get(href, "Range", "bytes=-5").is(206).bytes()).hasSize(5);
        assertThat(Calls.get(href, "Range", "bytes=990-").is(206).bytes()).hasSize(10);
        assertThat(Calls.get(href, "Range", "bytes=10-19", "If-Range", etag)
                        .is(206)
                        .bytes())
                .hasSize(10);
        assertThat(Calls.get(href, "Range", "bytes=10-19", "If-Range", "\"old\"")
                        .is(200)
                        .bytes())
                .hasSize(1000);
        assertThat(Calls.get(href, "Range", "bytes=1000-").isProblem(416).header("content-range"))
                .isEqualTo("bytes */1000");
        assertThat(Calls.get(href, "If-None-Match", etag).is(304).bytes()).isEmpty();

        var head = Calls.send("HEAD", href, BodyPublishers.noBody()).is(200);
        assertThat(head.header("content-length")).isEqualTo("1000");
        String bare = href.substring(0, href.indexOf('?'));
        assertThat(Calls.get(bare).is(200).header("cache-control")).isEqualTo("private, no-cache");
        Calls.get(bare + "?v=old").isProblem(404);
        Calls.get(bare + "x").isProblem(404);
    }

    @Test
    void a_range_may_begin_in_one_chunk_of_the_store_and_end_in_the_next() {
        var job = Calls.finished(
                "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"1ms\",\"artifactBytes\":300000}}");
        String href = artifact(job, "countdown.bin").getString("href");

        byte[] whole = Calls.get(href).is(200).bytes();

        assertThat(whole).hasSize(300_000);
        assertThat(Calls.get(href, "Range", "bytes=262000-262999").is(206).bytes())
                .isEqualTo(java.util.Arrays.copyOfRange(whole, 262_000, 263_000));
    }

    private static JsonObject artifact(JsonObject job, String name) {
        return job.getJsonArray("artifacts").getValuesAs(JsonObject.class).stream()
                .filter(artifact -> artifact.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Calls.Answer upload(String parts) {
        return Calls.send(
                "POST",
                "api/jobs",
                BodyPublishers.ofString(parts + "--b--\r\n"),
                "Content-Type",
                "multipart/form-data; boundary=b");
    }

    private static String part(String name, String file, String body) {
        return head(name, file) + body + "\r\n";
    }

    private static String head(String name, String file) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\""
                + (file == null ? "" : "; filename=\"" + file + "\"") + "\r\n\r\n";
    }

    private static InputStream repeated(byte[] block) {
        return new SequenceInputStream(Collections.enumeration(IntStream.range(0, 100)
                .mapToObj(i -> (InputStream) new ByteArrayInputStream(block))
                .toList()));
    }
}
