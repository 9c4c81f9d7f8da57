package dev.tidings.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.job.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JobJsonTest {
    private static final Instant AT = Instant.parse("2026-11-22T15:42:14Z");
    private static final Job JOB = Job.queued("j1", "work", null, "alice", AT, Json.EMPTY_OBJECT, 0, AT, null);

    @Test
    void a_percentage_that_is_no_number_is_absent_in_a_job_as_in_its_events() {
        var progress = new Progress(3L, null, null, Double.NaN, null, null, null);

        assertThat(encoded(JOB.after(2, AT, progress))).contains("\"progress\":{\"done\":3},");
        assertThat(EventJson.body("j1", AT, progress)).endsWith("\"done\":3}");
    }

    @Test
    void what_a_job_has_not_is_null() {
        assertThat(encoded(JOB)).contains("\"progress\":null,\"result\":null,\"error\":null,\"artifacts\":[]");
        assertThat(encoded(JOB.after(2, AT, new Event.Succeeded(new Json("{\"a\":1}")))))
                .contains("\"result\":{\"a\":1},\"error\":null");
    }

    private static String encoded(Job job) {
        return new String(JobJson.encode(job, "/tidings"), StandardCharsets.UTF_8);
    }
}
