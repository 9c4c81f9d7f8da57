package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import dev.tidings.testing.Form;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Files in, results out. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FilesIT extends InServer {

    private static final int PIECE = 1 << 20;

    @Test
    void a_hundred_megabytes_are_digested_and_the_sums_are_right() throws Exception {
        byte[] piece = new byte[PIECE];
        new Random(7).nextBytes(piece);
        var sha256 = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 100; i++) {
            sha256.update(piece);
        }
        String sum = HexFormat.of().formatHex(sha256.digest());

        HttpResponse<String> answer = API.send(
                "POST",
                "api/jobs",
                Form.of(
                        "{\"type\": \"digest\", \"params\": {\"algorithms\": [\"SHA-256\", \"MD5\"]}}",
                        "large file.bin",
                        Collections.nCopies(100, piece)),
                "Content-Type",
                Form.TYPE);
        JsonObject job = API.finished(Api.accepted(answer).getString("id"));

        assertThat(job.getString("state")).as(job.toString()).isEqualTo("succeeded");
        assertThat(job.getJsonObject("result").getJsonObject("large file.bin").getString("SHA-256"))
                .isEqualTo(sum);
        assertThat(job.getJsonObject("progress").getJsonNumber("done").longValueExact())
                .isEqualTo(100L * PIECE);
        assertThat(API.get(href(job, "SHA256SUMS")).body()).isEqualTo(sum + "  large file.bin\n");
    }

    @Test
    void an_artifact_is_fetched_whole_in_parts_and_not_again() throws Exception {
        JsonObject job = API.finished(API.countdown("\"steps\": 1, \"interval\": \"1ms\", \"artifactBytes\": 300000")
                .getString("id"));
        String href = href(job, "countdown.bin");

        HttpResponse<byte[]> whole = API.bytes(href);
        String etag = whole.headers().firstValue("ETag").orElseThrow();

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).hasSize(300_000);
        assertThat(whole.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        assertThat(whole.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(whole.headers().firstValue("Content-Disposition").orElse("")).startsWith("attachment");
        HttpResponse<byte[]> part = API.bytes(href, "Range", "bytes=100000-100099", "If-Range", etag);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 100_000, 100_100));
        assertThat(API.bytes(href, "Range", "bytes=300000-").statusCode()).isEqualTo(416);
        assertThat(API.bytes(href, "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    private static String href(JsonObject job, String artifact) {
        return job.getJsonArray("artifacts").stream()
                .map(each -> each.asJsonObject())
                .filter(each -> each.getString("name").equals(artifact))
                .map(each -> each.getString("href"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + artifact + " in " + job));
    }
}
