package dev.tidings.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.job.Problem;
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

    @Test
    void lists_and_snapshots_show_the_newest_artifacts_and_no_large_result() {
        Job job = JOB;
        for (int i = 0; i < 25; i++) {
            job = job.after(i + 2, AT, new Artifact("a" + i, "text/plain", 1, "\"t\"", "v" + i));
        }
        job = job.after(99, AT, new Event.Succeeded(new Json("\"" + "x".repeat(4095) + "\"")));

        assertThat(JobJson.brief(job, "/tidings", AT))
                .contains("\"result\":null", "\"truncated\":[\"artifacts\",\"result\"]", "\"a5\"", "\"a24\"")
                .doesNotContain("\"a4\"");
        assertThat(encoded(job)).contains("\"a0\"", "xxxx").doesNotContain("truncated");
        assertThat(new String(JobJson.snapshot(job, AT, false, "/tidings"), StandardCharsets.UTF_8))
                .contains("\"truncated\":[\"artifacts\",\"result\"]");
    }

    @Test
    void a_snapshot_fits_into_an_event_whatever_the_names() {
        Job job = JOB;
        for (int i = 0; i < 20; i++) {
            job = job.after(i + 2, AT, new Artifact("\ud83e\udd81".repeat(250) + i, "text/plain", 1, "\"t\"", "v" + i));
        }
        job = job.after(99, AT, new Event.Failed(new Problem("t", "t", "\u0001".repeat(8_000))));

        assertThat(JobJson.snapshot(job, AT, true, "/tidings")).hasSizeLessThan(64 * 1024);
    }

    @Test
    void who_runs_it_and_when_is_shown_while_it_is_true() {
        var later = AT.plusSeconds(60);
        Job waiting = Job.queued("j2", "work", null, "alice", AT, new Json("{\"a\":1}"), 0, later, "j1");

        assertThat(encoded(waiting))
                .contains("\"notBefore\":\"2026-11-22T15:43:14Z\"", "\"retryOf\":\"j1\"")
                .doesNotContain("params", "node");
        assertThat(new String(JobJson.withParams(waiting, "", later), StandardCharsets.UTF_8))
                .contains("\"params\":{\"a\":1}")
                .doesNotContain("notBefore");
        assertThat(encoded(waiting.after(2, AT, new Event.Started(1, "n7")))).contains("\"node\":\"n7\"");
    }

    private static String encoded(Job job) {
        return new String(JobJson.encode(job, "/tidings", AT), StandardCharsets.UTF_8);
    }
}
