package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import dev.tidings.testing.EventStream;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CancelIT extends InServer {

    @Test
    void a_queued_job_is_cancelled_at_once() throws Exception {
        String id = API.submit(
                        "{\"type\": \"countdown\", \"notBefore\": \"2100-01-01T00:00:00Z\", \"params\": {\"steps\": 1, \"interval\": \"1ms\"}}")
                .getString("id");

        HttpResponse<String> answer = API.post("api/jobs/" + id + "/cancel");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Api.object(answer).getString("state")).isEqualTo("cancelled");
        assertThat(API.post("api/jobs/" + id + "/cancel").statusCode()).isEqualTo(200);
    }

    @Test
    void a_running_job_is_interrupted() throws Exception {
        String id = API.countdown("\"steps\": 1000, \"interval\": \"1s\"").getString("id");
        try (EventStream stream = API.stream(id, "0")) {
            stream.until(block -> block.data().contains("\"type\":\"started\""));

            assertThat(API.post("api/jobs/" + id + "/cancel").statusCode()).isEqualTo(202);

            stream.until(block -> block.data().contains("\"type\":\"cancelling\""));
            stream.until(block -> block.data().contains("\"type\":\"cancelled\""));
            assertThat(stream.next()).isNull();
        }
        assertThat(API.job(id).getString("state")).isEqualTo("cancelled");
        assertThat(API.job(id).getBoolean("cancelRequested")).isTrue();
    }

    @Test
    void a_finished_job_cannot_be_cancelled() throws Exception {
        String id = API.countdown("\"steps\": 1, \"interval\": \"1ms\"").getString("id");
        API.finished(id);

        HttpResponse<String> answer = API.post("api/jobs/" + id + "/cancel");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
    }

    @Test
    void a_cancelled_job_is_run_again_as_a_new_one() throws Exception {
        String id = API.submit(
                        "{\"type\": \"countdown\", \"notBefore\": \"2100-01-01T00:00:00Z\", \"params\": {\"steps\": 2, \"interval\": \"1ms\"}}")
                .getString("id");
        API.post("api/jobs/" + id + "/cancel");

        String again = Api.accepted(API.post("api/jobs/" + id + "/retry")).getString("id");

        assertThat(again).isNotEqualTo(id);
        assertThat(API.finished(again).getString("state")).isEqualTo("succeeded");
    }
}
