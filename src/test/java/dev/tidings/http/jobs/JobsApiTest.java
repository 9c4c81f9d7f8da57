package dev.tidings.http.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.Problem;
import dev.tidings.log.JobSubmission;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsApiTest {
    private static final String COUNTDOWN =
            "{\"type\": \"countdown\", \"title\": \"T\", \"params\": {\"steps\": 3, \"interval\": \"1s\"}}";

    private final ApiFixture api = new ApiFixture();

    @AfterEach
    void close() {
        api.close();
    }

    static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body())
                .contains("\"status\":" + status, "\"title\":", "\"type\":", "\"detail\":")
                .doesNotContain("Exception", "dev.tidings", "java.");
        if (status == 503 || status == 429) {
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void a_job_is_accepted_and_can_be_looked_at() throws Exception {
        var accepted = api.submit(COUNTDOWN);

        assertThat(accepted.statusCode()).isEqualTo(202);
        var location = accepted.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith("/tidings/api/jobs/");
        assertThat(accepted.body())
                .contains("\"state\":\"queued\"", "\"owner\":\"alice\"", "\"seq\":1", "\"self\":\"" + location + "\"");
        var job = api.get("/api/jobs/" + ApiFixture.id(accepted));
        assertThat(job.statusCode()).isEqualTo(200);
        assertThat(job.body().replaceFirst("\"params\":\\{[^}]*},", "")).isEqualTo(accepted.body());
        assertThat(job.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(job.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
        assertThat(job.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void a_known_state_is_not_sent_again() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));

        assertThat(api.get("/api/jobs/" + id, "If-None-Match", "\"0\", W/\"1\"").statusCode())
                .isEqualTo(304);
        api.write(id, new Event.Succeeded(new Json("7")));
        var job = api.get("/api/jobs/" + id, "If-None-Match", "\"1\"");
        assertThat(job.statusCode()).isEqualTo(200);
        assertThat(job.body()).contains("\"result\":7");
        assertThat(job.headers().firstValue("Retry-After")).isEmpty();
    }

    @Test
    void a_conditional_long_poll_is_held_until_the_job_changes() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));

        var nothing = api.get("/api/jobs/" + id, "If-None-Match", "\"1\"", "Prefer", "wait=1");
        assertThat(nothing.statusCode()).isEqualTo(304);
        assertThat(nothing.headers().firstValue("Preference-Applied")).hasValue("wait=1");

        var held = CompletableFuture.supplyAsync(() -> {
            try {
                return api.get("/api/jobs/" + id, "If-None-Match", "\"1\"", "Prefer", "wait=100");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        api.write(id, new Event.Started(1, "n"));
        assertThat(held.get().statusCode()).isEqualTo(200);
        assertThat(held.get().body()).contains("running");
    }

    @Test
    void a_submission_over_the_limit_of_readers_does_not_wait_and_does_not_say_so() throws Exception {
        while (api.readers.tryAcquire("alice").isPresent()) {
            // until all of alice's places are taken
        }

        var accepted = api.submit(COUNTDOWN, "Prefer", "wait=3");

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void a_submission_can_wait_for_the_end() throws Exception {
        var late = api.submit(COUNTDOWN, "Prefer", "respond-async, wait=1");
        assertThat(late.statusCode()).isEqualTo(202);
        assertThat(late.headers().firstValue("Preference-Applied")).hasValue("wait=1");

        var waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return api.submit(COUNTDOWN, "Prefer", "wait=3");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!waiting.isDone()) {
            for (var job : api.store.list(
                    new dev.tidings.log.JobQuery(null, java.util.Set.of(JobState.QUEUED), null, null, 10))) {
                api.write(job.id(), new Event.Succeeded(null));
            }
            Thread.onSpinWait();
        }
        assertThat(waiting.get().statusCode()).isEqualTo(200);
        assertThat(waiting.get().body()).contains("succeeded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "", "1.5"})
    void a_wait_in_the_query_that_is_no_number_is_refused(String wait) throws Exception {
        assertProblem(api.get("/api/jobs/x?wait=" + wait), 400);
        assertThat(api.submit(COUNTDOWN, "Prefer", "wait=" + wait).statusCode()).isEqualTo(202);
    }

    @Test
    void the_same_request_with_a_key_makes_one_job() throws Exception {
        var first = api.submit(COUNTDOWN, "Idempotency-Key", "k1");
        api.write(ApiFixture.id(first), new Event.Started(1, "n"));
        var second = api.submit(COUNTDOWN, "Idempotency-Key", "\"k1\"");

        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(ApiFixture.id(second)).isEqualTo(ApiFixture.id(first));
        assertThat(second.body()).contains("running");
        assertProblem(api.submit(COUNTDOWN + " ", "Idempotency-Key", "k1"), 422);
        assertThat(api.submit(COUNTDOWN, "Idempotency-Key", "k1", "X-Who", "bob")
                        .statusCode())
                .isEqualTo(202);
        api.write(ApiFixture.id(first), new Event.Succeeded(null));
        assertThat(api.send(api.request("/api/jobs/" + ApiFixture.id(first)).DELETE())
                        .statusCode())
                .isEqualTo(204);
        assertProblem(api.submit(COUNTDOWN, "Idempotency-Key", "k1"), 410);
    }

    @Test
    void a_refused_request_is_not_remembered() throws Exception {
        assertProblem(api.submit("{\"type\": \"nope\"}", "Idempotency-Key", "k"), 422);
        assertThat(api.submit(COUNTDOWN, "Idempotency-Key", "k").statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\"open", "\"a\"b", "\"\"", "\"a\\b\"", "long"})
    void a_key_that_is_none_is_refused(String key) throws Exception {
        assertProblem(api.submit(COUNTDOWN, "Idempotency-Key", key.equals("long") ? "x".repeat(256) : key), 400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|400|",
                "nonsense|400|",
                "{\"type\": \"countdown\", \"type\": \"digest\"}|400|",
                "[]|422|",
                "{}|422|/type",
                "{\"type\": 7}|422|/type",
                "{\"type\": \"\"}|422|/type",
                "{\"type\": \"nope\"}|422|/type",
                "{\"type\": \"countdown\", \"owner\": \"eve\"}|422|/owner",
                "{\"type\": \"countdown\", \"title\": 1}|422|/title",
                "{\"type\": \"countdown\", \"title\": \"\\u0000\"}|422|/title",
                "{\"type\": \"countdown\", \"title\": \"\\ud800\"}|422|/title",
                "{\"type\": \"countdown\", \"params\": {\"steps\": -1, \"interval\": \"1s\"}}|422|/params/steps",
                "{\"type\": \"countdown\", \"params\": {\"steps\": 1, \"interval\": \"fast\"}}|422|/params/interval",
                "{\"type\": \"countdown\", \"params\": {\"steps\": 1, \"interval\": \"1s\", \"x\": 1}}|422|/params/x",
                "{\"type\": \"countdown\", \"params\": {\"steps\": 1, \"interval\": \"1s\"}, \"priority\": 1000}|422|/priority",
                "{\"type\": \"countdown\", \"params\": {\"steps\": 1, \"interval\": \"1s\"}, \"notBefore\": \"x\"}|422|/notBefore",
                "{\"type\": \"digest\", \"params\": {\"algorithms\": [\"SHA-256\"]}}|422|files",
            })
    void what_is_wrong_is_named(String json, int status, String field) throws Exception {
        var answer = api.submit(json);

        assertProblem(answer, status);
        if (field != null) {
            assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
        }
        assertThat(api.submit(COUNTDOWN).statusCode()).isEqualTo(202);
    }

    @Test
    void a_problem_is_short_however_long_the_names_in_the_request_are() throws Exception {
        var fields = new StringBuilder("{\"type\": \"countdown\"");
        for (int i = 0; i < 500; i++) {
            fields.append(", \"").append(i).append("x".repeat(100)).append("\": 1");
        }
        var long_ = "n".repeat(60_000);
        for (String json : new String[] {
            fields + "}",
            "{\"type\": \"countdown\", \"" + long_ + "\": 1}",
            "{\"type\": \"" + long_ + "\"}",
            "{\"type\": \"countdown\", \"params\": {\"" + long_ + "\": {\"a\": 1, \"a\": 2}}}",
            "{\"type\": \"countdown\", \"params\": " + fields + "}}",
            "{\"type\": \"countdown\", \"params\": {\"" + long_ + "\": 1}}",
            "{\"type\": \"digest\", \"params\": {\"algorithms\": [\"" + long_ + "\"]}}"
        }) {
            var answer = api.submit(json);

            assertThat(answer.statusCode()).isIn(400, 422);
            assertThat(answer.body()).hasSizeLessThan(32 * 1024);
        }
    }

    @Test
    void other_media_types_and_charsets_are_refused() throws Exception {
        for (String type :
                new String[] {"text/plain", "application/xml", "application/json; charset=iso-8859-1", "x", "*/*"}) {
            assertProblem(api.submit(COUNTDOWN, "Content-Type", type), 415);
        }
        assertThat(api.submit(COUNTDOWN, "Content-Type", "Application/JSON; charset=\"UTF-8\"")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void a_body_over_the_limit_is_refused() throws Exception {
        var large = "{\"type\": \"" + "x".repeat(70_000) + "\"}";

        assertProblem(api.submit(large), 413);
        var chunked = api.request("/api/jobs")
                .header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofInputStream(() ->
                        new java.io.ByteArrayInputStream(large.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        assertProblem(api.send(chunked), 413);
    }

    @Test
    void unstarted_jobs_of_one_owner_are_bounded() throws Exception {
        for (int i = 0; i < ApiFixture.LIMITS.queuedPerUser(); i++) {
            assertThat(api.submit(COUNTDOWN).statusCode()).isEqualTo(202);
        }
        assertProblem(api.submit(COUNTDOWN), 429);
        assertThat(api.submit(COUNTDOWN, "X-Who", "bob").statusCode()).isEqualTo(202);
    }

    @Test
    void a_draining_node_takes_no_jobs_and_answers_reads() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));
        api.draining = true;

        assertProblem(api.submit(COUNTDOWN), 503);
        assertThat(api.get("/api/jobs/" + id).statusCode()).isEqualTo(200);
    }

    @Test
    void a_job_of_another_owner_does_not_exist() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));
        var missing = api.get("/api/jobs/00000000-0000-4000-8000-000000000000");

        assertProblem(missing, 404);
        for (String path : new String[] {"", "/cancel", "/retry"}) {
            var foreign = path.isEmpty()
                    ? api.get("/api/jobs/" + id, "X-Who", "bob")
                    : api.post("/api/jobs/" + id + path, "X-Who", "bob");
            assertThat(foreign.statusCode()).isEqualTo(404);
            assertThat(foreign.body()).isEqualTo(missing.body());
        }
        assertThat(api.get("/api/jobs/" + id, "X-Who", "root").statusCode()).isEqualTo(200);
        assertThat(api.get("/api/jobs/" + id, "X-Who", "worker").statusCode()).isEqualTo(404);
    }

    @Test
    void a_list_is_paged_by_its_links() throws Exception {
        for (int i = 0; i < 5; i++) {
            api.write(ApiFixture.id(api.submit(COUNTDOWN)), new Event.Started(1, "n"));
        }

        int count = 0;
        String path = "/api/jobs?limit=2&state=running&type=countdown";
        for (int page = 0; page < 3; page++) {
            var answer = api.get(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            count += answer.body().split("\"created\"", -1).length - 1;
            var link = answer.headers().firstValue("Link");
            assertThat(link.isPresent()).isEqualTo(page < 2);
            path = link.map(text -> text.substring(text.indexOf('<') + 1, text.indexOf('>'))
                            .replaceFirst("^/tidings", ""))
                    .orElse("");
        }
        assertThat(count).isEqualTo(5);
    }

    @Test
    void who_deletes_a_page_gets_the_next_one() throws Exception {
        for (int i = 0; i < 5; i++) {
            api.write(ApiFixture.id(api.submit(COUNTDOWN)), new Event.Cancelled("alice"));
        }

        String path = "/api/jobs?limit=2";
        while (!path.isEmpty()) {
            var page = api.get(path);
            path = page.headers()
                    .firstValue("Link")
                    .map(text -> text.substring("</tidings".length(), text.indexOf('>')))
                    .orElse("");
            Matcher id = Pattern.compile("\"id\":\"([^\"]+)").matcher(page.body());
            while (id.find()) {
                api.send(api.request("/api/jobs/" + id.group(1)).DELETE());
            }
        }

        assertThat(api.get("/api/jobs").body()).startsWith("{\"jobs\":[],");
    }

    @Test
    void a_list_tells_the_tag_of_its_reader_and_takes_a_parameter_that_makes_its_url_its_own() throws Exception {
        String alice = tag(api.get("/api/jobs?limit=100&n=4f.1"));

        assertThat(alice).matches("[0-9a-f]{32}").isEqualTo(tag(api.get("/api/jobs?n=4f.2")));
        assertThat(tag(api.get("/api/jobs", "X-Who", "root"))).isNotEqualTo(alice);
    }

    private static String tag(HttpResponse<String> list) {
        assertThat(list.statusCode()).isEqualTo(200);
        Matcher tag = Pattern.compile("\"user\":\"([^\"]+)").matcher(list.body());
        assertThat(tag.find()).isTrue();
        return tag.group(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=x",
                "limit=-1",
                "state=lost",
                "after=../x",
                "after=x~",
                "after=x~1~2",
                "after=x~-1",
                "after=~1"
            })
    void a_list_query_that_makes_no_sense_is_refused(String query) throws Exception {
        assertProblem(api.get("/api/jobs?" + query), 400);
    }

    @Test
    void a_page_is_bounded_by_bytes_and_its_links_lead_to_all_jobs() throws Exception {
        for (int i = 0; i < 120; i++) {
            String id = ApiFixture.id(api.submit("{\"type\": \"external\", \"title\": \"" + i + "\"}"));
            api.write(id, new Event.Succeeded(new Json("\"" + "\u00e4".repeat(2000) + "\"")));
        }
        var seen = new HashSet<String>();
        String path = "/api/jobs?limit=200";
        int pages = 0;
        while (path != null) {
            var answer = api.get(path);
            assertThat(answer.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(256 * 1024);
            Matcher titles = Pattern.compile("\"title\":\"(\\d+)\"").matcher(answer.body());
            while (titles.find()) {
                assertThat(seen.add(titles.group(1))).isTrue();
            }
            path = answer.headers()
                    .firstValue("Link")
                    .map(link -> link.substring(link.indexOf("/api/"), link.indexOf('>')))
                    .orElse(null);
            pages++;
        }
        assertThat(seen).hasSize(120);
        assertThat(pages).isGreaterThan(1);
    }

    @Test
    void an_unknown_parameter_of_a_list_is_refused_with_those_there_are() throws Exception {
        var answer = api.get("/api/jobs?status=running");

        assertProblem(answer, 400);
        assertThat(answer.body()).contains("status", "state", "limit", "after", "owner", "type");
    }

    @Test
    void a_cursor_of_a_foreign_job_is_like_one_that_is_gone() throws Exception {
        String mine = ApiFixture.id(api.submit(COUNTDOWN));
        String foreign = ApiFixture.id(api.submit(COUNTDOWN, "X-Who", "bob"));

        assertThat(api.get("/api/jobs?after=" + foreign).body())
                .isEqualTo(api.get("/api/jobs?after=nobodys").body())
                .doesNotContain(mine);
    }

    @Test
    void parameters_are_shown_to_the_owner_where_the_job_is_looked_at() throws Exception {
        var submitted = api.submit(COUNTDOWN);
        String id = ApiFixture.id(submitted);

        assertThat(api.get("/api/jobs/" + id).body()).contains("\"params\":{");
        assertThat(api.get("/api/jobs/" + id, "X-Who", "root").body()).contains("\"params\":{");
        assertThat(submitted.body()).doesNotContain("\"params\"");
        assertThat(api.get("/api/jobs").body()).doesNotContain("\"params\"");
        String external = ApiFixture.id(api.submit("{\"type\": \"external\"}"));
        assertThat(api.get("/api/jobs/" + external, "X-Who", "worker").body()).doesNotContain("\"params\"");
    }

    @Test
    void jobs_of_others_are_listed_for_admins_only() throws Exception {
        assertThat(api.submit(COUNTDOWN).statusCode()).isEqualTo(202);

        assertThat(api.get("/api/jobs?owner=*", "X-Who", "root").body()).contains("alice");
        assertThat(api.get("/api/jobs", "X-Who", "root").body()).doesNotContain("alice");
        assertProblem(api.get("/api/jobs?owner=*"), 403);
        assertProblem(api.get("/api/jobs?owner=bob"), 403);
        assertThat(api.get("/api/jobs?limit=9999").statusCode()).isEqualTo(200);
    }

    @Test
    void a_job_is_cancelled_once() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));

        assertThat(api.post("/api/jobs/" + id + "/cancel").statusCode()).isEqualTo(200);
        assertThat(api.post("/api/jobs/" + id + "/cancel").statusCode()).isEqualTo(200);
        var done = ApiFixture.id(api.submit(COUNTDOWN));
        api.write(done, new Event.Succeeded(null));
        assertProblem(api.post("/api/jobs/" + done + "/cancel"), 409);
    }

    @Test
    void a_failed_job_is_retried_as_a_new_one() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));
        assertProblem(api.post("/api/jobs/" + id + "/retry"), 409);
        api.write(id, new Event.Failed(new Problem("x", "X", "x")));

        var retried = api.post("/api/jobs/" + id + "/retry", "Idempotency-Key", "r");
        assertThat(retried.statusCode()).isEqualTo(202);
        assertThat(ApiFixture.id(retried)).isNotEqualTo(id);
        assertThat(api.store.find(ApiFixture.id(retried)).orElseThrow().params())
                .isEqualTo(api.store.find(id).orElseThrow().params());
        assertThat(ApiFixture.id(api.post("/api/jobs/" + id + "/retry", "Idempotency-Key", "r")))
                .isEqualTo(ApiFixture.id(retried));
    }

    @Test
    void a_job_of_a_type_that_is_not_here_any_more_is_not_retried() throws Exception {
        api.store.submit(new JobSubmission(
                "old", "gone", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));
        api.write("old", new Event.Cancelled("alice"));

        var refused = api.post("/api/jobs/old/retry");

        assertProblem(refused, 422);
        assertThat(refused.body()).contains("/type").contains("This job type is unknown. Known types: ");
    }

    @Test
    void only_a_finished_job_is_deleted() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));

        assertProblem(api.send(api.request("/api/jobs/" + id).DELETE()), 409);
        api.write(id, new Event.Succeeded(null));
        assertThat(api.send(api.request("/api/jobs/" + id).DELETE()).statusCode())
                .isEqualTo(204);
        assertProblem(api.get("/api/jobs/" + id), 404);
        assertProblem(api.send(api.request("/api/jobs/" + id).DELETE()), 404);
    }

    @Test
    void an_external_job_is_started_by_its_submission() throws Exception {
        var answer = api.submit("{\"type\": \"external\"}");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).contains("\"state\":\"running\"");
        assertThat(api.get("/api/jobs/" + ApiFixture.id(answer), "X-Who", "worker")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void links_are_safe_and_complete() throws Exception {
        var id = ApiFixture.id(api.submit(COUNTDOWN));
        api.store.put("v1", 0, new byte[1]);
        api.write(id, new Artifact("ä \"b\".csv", "text/csv", 1, "\"sha256-x\"", "v1"));

        assertThat(api.get("/api/jobs/" + id).body())
                .contains("\"href\":\"/tidings/api/jobs/" + id + "/artifacts/%C3%A4%20%22b%22.csv?v=v1\"");
    }

    @Test
    void types_come_with_their_schemas() throws Exception {
        assertThat(api.get("/api/types").body())
                .contains("\"name\":\"digest\"", "\"inputs\":{\"min\":1", "\"schema\":{\"$schema\"");
    }
}
