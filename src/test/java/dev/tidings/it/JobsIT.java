package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class JobsIT extends InServer {
    /** A job that is not due while the test runs. */
    private static String later() {
        return "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"1ms\"},\"notBefore\":\""
                + Instant.now().plus(Duration.ofDays(300)) + "\"}";
    }

    @Test
    void a_queued_job_is_cancelled_at_once_and_twice_is_the_same() {
        String job = Calls.submitted(later());

        assertThat(Calls.post(job + "/cancel").is(200).json().getString("state"))
                .isEqualTo("cancelled");

        assertThat(Calls.post(job + "/cancel").is(200).json().getString("state"))
                .isEqualTo("cancelled");
        assertThat(Calls.types(Calls.log(job, 0))).containsExactly("queued", "cancelled");
    }

    @Test
    void a_running_job_is_interrupted() {
        String job = Calls.submitted(Calls.LONG);
        Calls.await(job, "running");

        assertThat(Calls.post(job + "/cancel").is(202).json().getBoolean("cancelRequested"))
                .isTrue();

        assertThat(Calls.await(job, "cancelled").getBoolean("cancelRequested")).isTrue();
        Calls.post(job + "/cancel").is(200);
        assertThat(Calls.types(Calls.log(job, 0))).containsSubsequence("started", "cancelling", "cancelled");
    }

    @Test
    void a_finished_job_cannot_be_cancelled_or_retried() {
        String job = "api/jobs/" + Calls.finished(Calls.QUICK).getString("id");

        Calls.post(job + "/cancel").isProblem(409);
        Calls.post(job + "/retry").isProblem(409);
    }

    @Test
    void a_cancelled_job_is_retried_as_a_new_job_that_is_due_at_once() {
        String job = Calls.submitted(later());
        Calls.post(job + "/retry").isProblem(409);
        Calls.post(job + "/cancel").is(200);
        String key = UUID.randomUUID().toString();

        String again =
                Calls.path(Calls.post(job + "/retry", "Idempotency-Key", key).is(202));

        assertThat(again).isNotEqualTo(job);
        Calls.await(again, "succeeded");
        assertThat(Calls.path(Calls.post(job + "/retry", "Idempotency-Key", '"' + key + '"')
                        .is(202)))
                .isEqualTo(again);
    }

    @Test
    void only_a_finished_job_is_deleted_and_then_it_is_gone() {
        String job = Calls.submitted(Calls.LONG);
        delete(job).isProblem(409);
        Calls.post(job + "/cancel");
        Calls.await(job, "cancelled");

        delete(job).is(204);

        delete(job).isProblem(404);
        Calls.get(job).isProblem(404);
        Calls.get(job + "/events?after=0").isProblem(404);
        Calls.get(job + "/events", "Accept", "text/event-stream").isProblem(404);
        Calls.post(job + "/cancel").isProblem(404);
        Calls.post(job + "/retry").isProblem(404);
    }

    @Test
    void the_stream_of_all_jobs_tells_of_states_and_of_a_deletion_without_ids() throws IOException {
        String job = Calls.submitted(later());
        String id = job.substring("api/jobs/".length());
        try (var stream = Calls.stream("api/events?job=" + id + "&job=" + id)) {
            var hello = stream.next();
            assertThat(hello.event()).isEqualTo("hello");
            assertThat(Calls.json(hello.data()).keySet()).doesNotContain("job", "seq");
            var snapshot = stream.nextEvent();
            assertThat(snapshot.id()).isNull();
            assertThat(Calls.json(snapshot.data()).getString("type")).isEqualTo("snapshot");

            Calls.post(job + "/cancel").is(200);
            assertThat(Calls.json(stream.nextEvent().data()).getString("type")).isEqualTo("cancelled");

            delete(job).is(204);
            var last = stream.until(block -> block.event().equals("deleted"));
            assertThat(Calls.json(last.get(last.size() - 1).data()).getString("job"))
                    .isEqualTo(id);
        }
    }

    @Test
    void the_stream_of_all_own_jobs_tells_of_those_submitted_later() throws IOException {
        try (var stream = Calls.stream("api/events")) {
            assertThat(stream.next().event()).isEqualTo("hello");
            String job = Calls.submitted(Calls.QUICK);
            String id = job.substring("api/jobs/".length());

            stream.until(block -> block.data().contains(id) && block.data().contains("succeeded"));
        }
    }

    @Test
    void the_stream_of_many_jobs_refuses_what_it_cannot_give() {
        Calls.get("api/events", "Accept", "application/json").isProblem(406);
        Calls.get("api/events?job=nope", "Accept", "text/event-stream").isProblem(404);
        var query = new StringBuilder("job=0");
        for (int i = 1; i <= 100; i++) {
            query.append("&job=").append(i);
        }
        Calls.get("api/events?" + query, "Accept", "text/event-stream").isProblem(400);
    }

    @Test
    void the_list_is_newest_first_in_pages_that_are_linked() {
        var made = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            made.add(0, Calls.submitted(later()).substring("api/jobs/".length()));
        }
        var listed = new ArrayList<String>();
        String next = "api/jobs?state=queued&type=countdown&limit=2";
        while (listed.size() < 5) {
            var page = Calls.get(next).is(200);
            var jobs = page.json().getJsonArray("jobs").getValuesAs(JsonObject.class);
            assertThat(jobs).hasSizeBetween(1, 2);
            jobs.forEach(job -> listed.add(job.getString("id")));
            String link = page.header("link");
            assertThat(link.isEmpty() || link.matches("<[^>]+>; rel=\"next\""))
                    .as(link)
                    .isTrue();
            next = link.isEmpty() ? next : link.substring(1, link.indexOf('>'));
        }

        assertThat(listed.subList(0, 5)).isEqualTo(made);
        made.forEach(id -> Calls.post("api/jobs/" + id + "/cancel").is(200));
        assertThat(Calls.get("api/jobs?type=nope").is(200).json().getJsonArray("jobs"))
                .isEmpty();
        Calls.get("api/jobs?limit=9999999999999999999999").is(200);
    }

    @Test
    void the_types_come_with_the_schema_of_their_params() {
        var types = Calls.get("api/types").is(200).json().getJsonArray("types").getValuesAs(JsonObject.class);

        assertThat(types)
                .extracting(type -> type.getString("name"))
                .contains("digest", "csv-profile", "countdown", "external");
        assertThat(types).allSatisfy(type -> {
            assertThat(type.getJsonObject("schema").getString("type")).isEqualTo("object");
            assertThat(type.getJsonObject("inputs").keySet()).contains("min", "max");
        });
    }

    @Test
    void fifty_at_once_with_one_key_make_one_job() throws Exception {
        String key = UUID.randomUUID().toString();
        var threads = Executors.newFixedThreadPool(50);
        try {
            Callable<Calls.Answer> call = () -> Calls.submit(Calls.QUICK, "Idempotency-Key", key);
            var jobs = new HashSet<String>();
            for (var answer : threads.invokeAll(java.util.Collections.nCopies(50, call))) {
                jobs.add(Calls.path(answer.get().is(202)));
            }
            assertThat(jobs).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_key_is_the_same_with_quotes_and_without_and_serves_one_request_only() {
        String key = UUID.randomUUID().toString();
        Calls.submit("{\"type\":\"nope\"}", "Idempotency-Key", key).isProblem(422);
        String job =
                Calls.path(Calls.submit(Calls.QUICK, "Idempotency-Key", key).is(202));

        assertThat(Calls.path(Calls.submit(Calls.QUICK, "Idempotency-Key", '"' + key + '"')
                        .is(202)))
                .isEqualTo(job);
        Calls.submit(Calls.LONG, "Idempotency-Key", key).isProblem(422);
        Calls.await(job, "succeeded");
        delete(job).is(204);
        Calls.submit(Calls.QUICK, "Idempotency-Key", key).isProblem(410);
    }

    @Test
    void a_worker_elsewhere_reports_to_the_end() {
        String job = Calls.submitted("{\"type\":\"external\"}");
        var wrong = report(job, "[{\"type\":\"log\",\"message\":\"a\"},{\"type\":\"nope\"}]");
        assertThat(wrong.status()).isIn(400, 422);
        wrong.isProblem(wrong.status());

        var first =
                report(job, "[{\"type\":\"progress\",\"done\":1,\"total\":2},{\"type\":\"log\",\"message\":\"hi\"}]");
        assertThat(first.is(200).json().getInt("seq")).isEqualTo(4);
        put(job + "/artifacts/a.txt", "abc").is(201);
        put(job + "/artifacts/a.txt", "abc").is(200);
        put(job + "/artifacts/a.txt", "xyz").isProblem(409);
        report(job, "{\"type\":\"succeeded\",\"result\":{\"n\":1}}").is(200);
        report(job, "{\"type\":\"log\",\"message\":\"late\"}").isProblem(409);

        assertThat(Calls.types(Calls.log(job, 0)))
                .isEqualTo(List.of("queued", "started", "progress", "log", "artifact", "succeeded"));
        assertThat(Calls.get(job + "/artifacts/a.txt").is(200).text()).isEqualTo("abc");
        String other = "api/jobs/" + Calls.finished(Calls.QUICK).getString("id");
        report(other, "{\"type\":\"log\",\"message\":\"x\"}").isProblem(409);
    }

    @Test
    void a_worker_learns_of_a_cancellation_and_may_then_end_so() {
        String job = Calls.submitted("{\"type\":\"external\"}");
        Calls.post(job + "/cancel").is(202);

        assertThat(report(job, "{\"type\":\"log\",\"message\":\"x\"}")
                        .is(200)
                        .json()
                        .getBoolean("cancelRequested"))
                .isTrue();
        report(job, "{\"type\":\"cancelled\"}").is(200);
        Calls.await(job, "cancelled");
    }

    private static Calls.Answer report(String job, String events) {
        return Calls.send("POST", job + "/events", BodyPublishers.ofString(events), "Content-Type", "application/json");
    }

    private static Calls.Answer put(String path, String body) {
        return Calls.send("PUT", path, BodyPublishers.ofString(body), "Content-Type", "text/plain");
    }

    private static Calls.Answer delete(String job) {
        return Calls.send("DELETE", job, BodyPublishers.noBody());
    }
}
