package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IdempotencyIT extends InServer {

    private static final String JOB = "{\"type\": \"countdown\", \"params\": {\"steps\": 1, \"interval\": \"1ms\"}}";

    @Test
    void fifty_at_once_with_one_key_make_one_job() throws Exception {
        String key = UUID.randomUUID().toString();
        var begin = new CountDownLatch(1);
        var pool = Executors.newFixedThreadPool(50);
        try {
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < 50; i++) {
                answers.add(pool.submit(() -> {
                    begin.await();
                    return API.submit(JOB, "Idempotency-Key", key).getString("id");
                }));
            }
            begin.countDown();
            var ids = new ArrayList<String>();
            for (Future<String> answer : answers) {
                ids.add(answer.get());
            }

            assertThat(ids).hasSize(50).containsOnly(ids.get(0));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void one_key_with_other_content_is_refused() throws Exception {
        String key = UUID.randomUUID().toString();
        API.submit(JOB, "Idempotency-Key", key);

        var answer = API.post("api/jobs", JOB.replace("1ms", "2ms"), "Idempotency-Key", key);

        assertThat(answer.statusCode()).isEqualTo(422);
    }

    @Test
    void a_quoted_key_is_the_bare_one() throws Exception {
        String key = UUID.randomUUID().toString();
        String first = API.submit(JOB, "Idempotency-Key", key).getString("id");

        var answer = API.post("api/jobs", JOB, "Idempotency-Key", '"' + key + '"');

        assertThat(Api.object(answer).getString("id")).isEqualTo(first);
    }
}
