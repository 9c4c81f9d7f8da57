package dev.tidings.client;

import static dev.tidings.client.MisbehavingServer.answer;
import static dev.tidings.client.MisbehavingServer.broken;
import static dev.tidings.client.MisbehavingServer.mute;
import static dev.tidings.client.MisbehavingServer.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.client.MisbehavingServer.Answer;
import dev.tidings.client.MisbehavingServer.Asked;
import jakarta.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client over real connections to a server that misbehaves. */
@Timeout(60)
class TidingsClientTest {
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";
    private static final String JOB = "{\"id\":\"j1\",\"state\":\"queued\",\"seq\":1}";
    private static final String HELLO = "retry: 10\nevent: hello\ndata: {\"heartbeat\":400}\n\n";
    /** Pauses are at their floor. */
    private static final RandomGenerator NO_JITTER = () -> 0;

    @TempDir
    Path folder;

    private MisbehavingServer server;
    private TidingsClient client;

    private void serve(Answer... answers) throws IOException {
        server = new MisbehavingServer(answers);
        client = new TidingsClient(
                server.base(),
                new JdkConnections(HttpClient.newHttpClient()),
                new Requests(() -> Map.of("X-Token", "t" + server.asked.size())),
                SystemTime::new,
                NO_JITTER);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void a_submission_is_repeated_by_one_key_until_tidings_itself_answers() throws Exception {
        serve(
                answer(502, "text/html", "<html>Bad gateway</html>"),
                (out, its) -> {},
                answer(200, "text/html", "<html>Please sign in</html>"),
                broken(202, JSON, JOB.substring(0, 10), JOB.length()),
                answer(202, JSON, JOB));

        RemoteJob job = client.submit(Submission.of("digest")
                .title("März")
                .params(Json.createObjectBuilder().add("n", 1).build()));

        assertThat(job.id()).isEqualTo("j1");
        assertThat(server.asked.stream().map(Asked::line))
                .containsOnly("POST /tidings/api/jobs")
                .hasSize(5);
        assertThat(server.asked.stream()
                        .map(each -> header(each, "idempotency-key"))
                        .distinct())
                .hasSize(1);
        assertThat(server.asked.stream().map(each -> header(each, "x-token")))
                .containsExactly("t0", "t1", "t2", "t3", "t4");
        assertThat(server.asked.stream().map(Asked::body).distinct())
                .containsExactly("{\"type\":\"digest\",\"title\":\"März\",\"params\":{\"n\":1}}");
    }

    @Test
    void files_go_as_parts_and_their_way_is_told() throws Exception {
        serve(answer(503, PROBLEM, "{\"status\":503}", "Retry-After", "1"), answer(202, JSON, JOB));
        Path file = Files.writeString(folder.resolve("a \"b\".txt"), "content");
        var gone = new ArrayList<Long>();

        client.submit(Submission.of("digest").file(file).onUploaded(gone::add));

        assertThat(server.asked.get(1).atMs() - server.asked.get(0).atMs()).isGreaterThanOrEqualTo(1_000);
        String body = server.asked.get(1).body();
        assertThat(body).isEqualTo(server.asked.get(0).body());
        assertThat(body)
                .contains("name=\"job\"\r\nContent-Type: application/json\r\n\r\n{\"type\":\"digest\"}\r\n")
                .contains("name=\"file\"; filename=\"a %22b%22.txt\"\r\n")
                .contains("\r\n\r\ncontent\r\n");
        assertThat(gone.get(gone.size() - 1)).isEqualTo(body.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void files_from_streams_are_opened_anew_for_each_try() throws Exception {
        serve(answer(502, "text/html", "down"), answer(202, JSON, JOB), answer(202, JSON, JOB));
        var opened = new AtomicInteger();
        Supplier<InputStream> content = () -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream("content".getBytes(StandardCharsets.UTF_8));
        };

        client.submit(Submission.of("digest").file("a.txt", "text/plain", content));
        client.submit(
                Submission.of("digest").file("b.txt", "text/plain", 7, content).file("c", "text/plain", 0, content));

        assertThat(opened).hasValue(3);
        assertThat(server.asked.get(0).body()).isEqualTo(server.asked.get(1).body());
        assertThat(server.asked.get(1).body())
                .contains("filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n");
        assertThat(header(server.asked.get(1), "transfer-encoding")).isEqualTo("chunked");
        assertThat(header(server.asked.get(2), "content-length"))
                .isEqualTo(Integer.toString(server.asked.get(2).body().length()));
    }

    @Test
    void a_list_follows_its_links_to_the_last_page() throws Exception {
        serve(
                answer(
                        200,
                        JSON,
                        "{\"jobs\":[" + JOB + "]}",
                        "Link",
                        "</tidings/>; rel=\"up\", </tidings/api/jobs?after=x>; rel=\"next\""),
                answer(200, JSON, "{\"jobs\":[" + JOB.replace("j1", "j2") + "]}"));

        List<RemoteJob> jobs =
                client.jobs(JobFilter.all().state("queued").state("running").type("a b"));

        assertThat(jobs.stream().map(RemoteJob::id)).containsExactly("j1", "j2");
        assertThat(server.asked.stream().map(Asked::line))
                .containsExactly(
                        "GET /tidings/api/jobs?limit=200&state=queued&state=running&type=a+b",
                        "GET /tidings/api/jobs?after=x");
    }

    @Test
    void a_list_ends_at_the_newest_that_were_asked_for_and_leaves_no_origin() throws Exception {
        Answer page = answer(200, JSON, "{\"jobs\":[" + JOB + "]}", "Link", "<http://elsewhere.test/>; rel=next");
        serve(page, page);

        assertThat(client.jobs(JobFilter.all().newest(1))).hasSize(1);
        assertThatThrownBy(() -> client.jobs(JobFilter.all())).hasMessageContaining("http://elsewhere.test/");
    }

    @Test
    void a_byte_order_mark_before_json_is_passed_over() throws Exception {
        serve(answer(200, JSON, "\uFEFF" + JOB));

        assertThat(client.job("j1").id()).isEqualTo("j1");
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void a_watch_whose_link_is_404_at_a_proxy_ends_with_an_error() throws Exception {
        Answer absent = answer(404, "text/html", "<html>Not Found</html>");
        serve(absent, absent, absent, absent, absent, absent);

        try (JobWatch watch = client.watch("j1")) {
            assertThatThrownBy(watch::next)
                    .isInstanceOf(TidingsException.class)
                    .hasMessageContaining("/tidings/api/jobs/j1");
        }
        assertThat(server.asked).hasSize(6);
    }

    @Test
    void what_tidings_refuses_is_told_in_its_words_and_not_repeated() throws Exception {
        serve(answer(422, PROBLEM, "{\"status\":422,\"detail\":\"steps must be a number\"}"));

        assertThatThrownBy(() -> client.submit(Submission.of("countdown")))
                .isInstanceOf(TidingsException.class)
                .hasMessage("steps must be a number");
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void a_redirect_to_a_login_page_is_not_followed_and_no_answer() throws Exception {
        Answer login = answer(302, "text/html", "", "Location", "https://login.example.com/");
        serve(login, login, answer(202, JSON, JOB));

        assertThat(client.cancel("j1").id()).isEqualTo("j1");
        assertThat(server.asked.get(2).line()).isEqualTo("POST /tidings/api/jobs/j1/cancel");
    }

    @Test
    void a_stream_that_is_cut_in_the_middle_of_an_event_goes_on_from_the_cursor() throws Exception {
        String second = "data: " + event(2, "log") + "\nid: 2\n\n";
        serve(
                stream(HELLO + "data: " + event(1, "queued") + "\nid: 1\n\n" + second.substring(0, 30)),
                stream(HELLO + second + "data: " + event(2, "log") + "\n\ndata: " + event(3, "succeeded") + "\n\n"));

        assertThat(watchAll(0)).containsExactly(1L, 2L, 3L);
        assertThat(server.asked.stream().map(TidingsClientTest::after)).containsExactly("0", "1");
    }

    @Test
    void a_mute_stream_gives_way_to_a_long_poll_whose_cut_answer_is_asked_for_again() throws Exception {
        String page =
                "{\"events\":[" + event(1, "queued") + "," + event(2, "failed") + "],\"next\":\"2\",\"done\":true}";
        serve(
                mute(MisbehavingServer.streamHead()),
                broken(200, JSON, page.substring(0, 50), page.length()),
                answer(200, JSON, page));

        assertThat(watchAll(0)).containsExactly(1L, 2L);
        assertThat(server.asked.get(0).line()).contains("client=");
        assertThat(server.asked.get(1).line()).contains("wait=25");
        assertThat(server.asked.get(1).atMs() - server.asked.get(0).atMs()).isGreaterThan(4_900);
        assertThat(server.asked.stream().map(TidingsClientTest::after)).containsExactly("0", "0", "0");
    }

    @Test
    void a_stream_that_falls_silent_after_hello_is_left_after_two_and_a_half_heartbeats() throws Exception {
        serve(
                mute(MisbehavingServer.streamHead() + HELLO + "data: " + event(1, "queued") + "\n\n"),
                answer(200, JSON, "{\"events\":[" + event(2, "cancelled") + "],\"next\":\"2\",\"done\":true}"));

        assertThat(watchAll(0)).containsExactly(1L, 2L);
        assertThat(server.asked.get(1).atMs() - server.asked.get(0).atMs()).isGreaterThanOrEqualTo(950);
    }

    @Test
    void a_job_that_is_not_there_ends_the_watch() throws Exception {
        serve(answer(
                404,
                PROBLEM,
                "{\"status\":404,\"detail\":\"This job does not exist, or it belongs to somebody else.\"}"));

        try (JobWatch watch = client.watch("j1")) {
            assertThatThrownBy(watch::next)
                    .isInstanceOf(TidingsException.class)
                    .hasMessage("This job does not exist, or it belongs to somebody else.");
        }
    }

    @Test
    void a_watch_that_is_closed_ends_at_once_and_leaves_the_server() throws Exception {
        var asked = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        serve((out, its) -> {
            out.write(
                    (MisbehavingServer.streamHead() + HELLO.replace("400", "60000")).getBytes(StandardCharsets.UTF_8));
            out.flush();
            asked.countDown();
            mute("").to(out, its);
            left.countDown();
        });
        JobWatch watch = client.watch("j1");
        var reading = CompletableFuture.supplyAsync(() -> {
            try {
                return watch.next();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        watch.close();

        assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS))
                .isInstanceOfAny(ExecutionException.class, CancellationException.class)
                .hasRootCauseInstanceOf(CancellationException.class);
        assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_download_goes_on_where_it_was_cut_and_is_whole() throws Exception {
        String all = "0123456789";
        RemoteArtifact artifact = artifact(all);
        String tag = artifact.etag();
        serve(
                broken(200, "text/plain", "0123", 10, "ETag", tag),
                answer(200, "text/html", "<html>Please sign in</html>"),
                answer(206, "text/plain", "456789", "ETag", tag, "Content-Range", "bytes 4-9/10"));

        client.fetch(artifact, folder.resolve("it"));

        assertThat(folder.resolve("it")).hasContent(all);
        assertThat(header(server.asked.get(2), "range")).isEqualTo("bytes=4-");
        assertThat(header(server.asked.get(2), "if-range")).isEqualTo(tag);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void a_download_with_other_bytes_than_its_tag_names_gets_no_name() throws Exception {
        RemoteArtifact artifact = artifact("0123456789");
        serve(answer(200, "text/plain", "0123456780", "ETag", artifact.etag()));

        assertThatThrownBy(() -> client.fetch(artifact, folder.resolve("it"))).isInstanceOf(TidingsException.class);
        assertThat(folder.resolve("it")).doesNotExist();
    }

    @Test
    void what_is_added_to_requests_goes_to_tidings_only() throws Exception {
        serve();

        assertThatThrownBy(() -> client.watch("https://elsewhere.example.com/tidings/api/jobs/j1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(server.asked).isEmpty();
    }

    private List<Long> watchAll(long cursor) throws Exception {
        var numbers = new ArrayList<Long>();
        try (JobWatch watch = client.watch("j1", cursor)) {
            for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
                numbers.add(event.get().seq());
            }
        }
        return numbers;
    }

    private static String event(long seq, String type) {
        return "{\"seq\":" + seq + ",\"job\":\"j1\",\"type\":\"" + type + "\"}";
    }

    private static RemoteArtifact artifact(String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String digest = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        return new RemoteArtifact(
                "it", "text/plain", bytes.length, "\"sha256-" + digest + "\"", "/tidings/api/jobs/j1/artifacts/it");
    }

    private static String after(Asked asked) {
        return asked.line().replaceAll(".*after=(\\d+).*", "$1");
    }

    private static String header(Asked asked, String name) {
        return asked.head()
                .lines()
                .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
