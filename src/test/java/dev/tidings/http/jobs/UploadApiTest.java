package dev.tidings.http.jobs;

import static dev.tidings.http.jobs.JobsApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.log.InputFile;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadApiTest {
    private static final String DIGEST = "{\"type\": \"digest\", \"params\": {\"algorithms\": [\"SHA-256\"]}}";
    private static final String JOB = part("name=\"job\"", DIGEST);

    private final ApiFixture api = new ApiFixture();

    @AfterEach
    void close() {
        api.close();
    }

    private static String part(String disposition, String content) {
        return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
    }

    private static String file(String name, String content) {
        return part("name=\"file\"; filename=\"" + name + "\"", content);
    }

    private HttpResponse<String> upload(String body, String... headers) throws Exception {
        return upload(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private HttpResponse<String> upload(byte[] body, String... headers) throws Exception {
        var request = api.request("/api/jobs")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return api.send(headers.length == 0 ? request : request.headers(headers));
    }

    private List<InputFile> inputs(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(202);
        return api.store.inputs(ApiFixture.id(answer));
    }

    @Test
    void files_become_the_jobs_inputs_whatever_the_order_of_parts() throws Exception {
        var inputs = inputs(upload(file("b ä.txt", "two") + JOB + file("a.txt", "") + "--b--\r\n"));

        assertThat(inputs).extracting(InputFile::name).containsExactly("a.txt", "b ä.txt");
        assertThat(inputs).extracting(InputFile::size).containsExactly(0L, 3L);
        assertThat(inputs.get(1).sha256())
                .isEqualTo("3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3");
        assertThat(api.store.chunk(inputs.get(1).blob(), 0).orElseThrow())
                .asString()
                .isEqualTo("two");
    }

    @Test
    void a_large_file_is_cut_into_chunks() throws Exception {
        var body = new ByteArrayOutputStream();
        body.writeBytes((JOB + "--b\r\nContent-Disposition: form-data; name=f; filename=x.bin\r\n"
                        + "Content-Type: Application/X-Thing; a=b\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(new byte[3_000_000]);
        body.writeBytes("\r\n--b--".getBytes(StandardCharsets.UTF_8));

        var input = inputs(upload(body.toByteArray())).get(0);
        assertThat(input.size()).isEqualTo(3_000_000);
        assertThat(input.mediaType()).isEqualTo("application/x-thing; a=b");
        assertThat(api.store.chunk(input.blob(), 11).orElseThrow()).hasSize(3_000_000 % (256 * 1024));
    }

    @ParameterizedTest
    @CsvSource({
        "dotnet.multipart, Grüße.csv",
        "dotnet-slash.multipart, ÿÿÿ.csv",
        "spring.multipart, Grüße.csv",
        "star-only.multipart, Grüße.csv",
        "umlaut.multipart, Grüße.txt",
        "empty-file-input.multipart, a.csv",
        "dash.multipart, -"
    })
    void a_file_has_the_name_that_its_client_means(String example, String name) throws Exception {
        assertThat(inputs(upload(example(example)))).extracting(InputFile::name).containsExactly(name);
    }

    @Test
    void a_percent_that_was_typed_stays_and_browsers_quotes_are_read() throws Exception {
        assertThat(inputs(upload(example("percent.multipart"))))
                .extracting(InputFile::name)
                .containsExactly("rate 100%0A.csv", "say\"hi.csv");
    }

    @Test
    void text_fields_of_a_form_are_passed_over() throws Exception {
        var body = part("name=\"comment\"", "x".repeat(100_000)) + JOB + file("a", "x") + part("name=\"send\"", "Go");

        assertThat(inputs(upload(body + "--b--\r\n"))).hasSize(1);
    }

    @Test
    void as_many_files_as_the_type_says_are_taken_and_one_more_is_refused() throws Exception {
        var files = new StringBuilder(JOB);
        for (int i = 0; i < 1000; i++) {
            files.append(file("f" + i, "x"));
        }
        assertThat(inputs(upload(files + "--b--\r\n"))).hasSize(1000);
        assertProblem(upload(files + file("more", "x") + "--b--\r\n"), 422);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?utf-8?B?!?=",
                "=?utf-8?X?abc?=",
                "=?nonsense?Q?abc?=",
                "=?utf-8?Q?=C3?=",
                "=?utf-8?Q?a?= b",
                "=?utf-8?Q",
                "=?"
            })
    void what_is_no_encoded_word_is_a_name(String name) throws Exception {
        assertThat(inputs(upload(JOB + file(name, "x") + "--b--\r\n")))
                .extracting(InputFile::name)
                .containsExactly(name);
    }

    private static byte[] example(String name) throws Exception {
        try (var in = UploadApiTest.class.getResourceAsStream("/multipart/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../x", "a/b", "C:\\\\x", "..", ".", "", " ", "a\u0000b", "a\u0001b", "LONG", "a\r\nb", "\u2028"
            })
    void a_name_that_is_none_is_refused_by_its_field(String name) throws Exception {
        var answer = upload(JOB + file(name.equals("LONG") ? "x".repeat(300) : name, "x") + "--b--\r\n");

        assertProblem(answer, 422);
        assertThat(answer.body()).contains("\"field\":\"file\"");
        assertThat(inputs(upload(JOB + file("ok", "x") + "--b--"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "--b",
                "--b\r\n",
                "--b--",
                "--b\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n{}",
                "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nabc\r\n--c--",
                "--b\r\n\r\nx\r\n--b--",
                "--b\r\nContent-Disposition: attachment; name=\"job\"\r\n\r\nx\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"job\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--"
            })
    void a_broken_body_is_refused(String body) throws Exception {
        var answer = upload(body);

        assertThat(answer.statusCode()).describedAs(answer.body()).isIn(400, 422);
        assertProblem(answer, answer.statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "job twice|422|job",
                "two of one name|422|file",
                "no job|422|job",
                "no file|422|files",
                "bad json|400|",
                "bad params|422|/params/algorithms/0"
            })
    void what_is_wrong_is_named(String what, int status, String field) throws Exception {
        String body = switch (what) {
            case "job twice" -> JOB + JOB + file("a", "x");
            case "two of one name" -> JOB + file("a", "x") + file("a", "y");
            case "no job" -> file("a", "x");
            case "no file" -> JOB;
            case "bad json" -> part("name=\"job\"", "{") + file("a", "x");
            default ->
                part("name=\"job\"", "{\"type\": \"digest\", \"params\": {\"algorithms\": [\"ROT13\"]}}")
                        + file("a", "x");
        };
        var answer = upload(body + "--b--\r\n");

        assertProblem(answer, status);
        if (field != null) {
            assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
        }
    }

    @Test
    void too_much_is_refused_early_and_the_next_request_is_served() throws Exception {
        var large = new byte[5 << 20];
        assertProblem(upload(large), 413);
        var chunked = api.request("/api/jobs")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.SequenceInputStream(
                        new java.io.ByteArrayInputStream(
                                (JOB + "--b\r\nContent-Disposition: form-data; name=f;" + " filename=x\r\n\r\n")
                                        .getBytes(StandardCharsets.UTF_8)),
                        new java.io.ByteArrayInputStream(large))));
        assertProblem(api.send(chunked), 413);
        assertProblem(upload(part("name=\"job\"", "x".repeat(70_000)) + "--b--"), 413);
        assertThat(inputs(upload(JOB + file("ok", "x") + "--b--"))).hasSize(1);
    }

    @Test
    void no_boundary_is_refused() throws Exception {
        var request = api.request("/api/jobs")
                .header("Content-Type", "multipart/form-data")
                .POST(HttpRequest.BodyPublishers.ofString("x"));
        assertProblem(api.send(request), 400);
    }

    @Test
    void the_same_upload_with_a_key_makes_one_job() throws Exception {
        var body = JOB + file("a", "x") + file("b", "y") + "--b--";
        var first = upload(body, "Idempotency-Key", "u");

        assertThat(ApiFixture.id(upload(file("b", "y") + file("a", "x") + JOB + "--b--", "Idempotency-Key", "u")))
                .isEqualTo(ApiFixture.id(first));
        assertProblem(upload(JOB + file("a", "x") + file("b", "z") + "--b--", "Idempotency-Key", "u"), 422);
        assertProblem(upload(JOB + file("a", "x") + "--b--", "Idempotency-Key", "u"), 422);
    }
}
