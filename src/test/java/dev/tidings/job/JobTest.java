package dev.tidings.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class JobTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T15:42:14Z");
    private static final Problem ERROR = new Problem("x", "X", "x");

    private Job job = Job.queued("j1", "work", null, "alice", BEGIN, Json.EMPTY_OBJECT, 0, BEGIN, null);
    private long seconds;

    @Test
    void a_succeeded_job_has_come_to_100_percent_and_has_no_eta() {
        add(new Event.Queued(), new Event.Started(1, "n1"), progress());
        assertThat(job.progress()).isEqualTo(progress());

        add(new Event.Succeeded(null));

        assertThat(job.progress()).isEqualTo(new Progress(999L, 1000L, "rows", 100.0, "reading", null, null));
    }

    @Test
    void a_percentage_that_was_unknown_stays_unknown() {
        add(new Event.Queued(), new Event.Started(1, "n1"), Progress.of(3, 0, "rows", null, null, null));
        add(new Event.Succeeded(null));

        assertThat(job.progress().percent()).isNull();
    }

    @Test
    void a_job_that_ends_otherwise_keeps_its_progress_without_the_eta() {
        var over = new Progress(999L, 1000L, "rows", 99.9, "reading", null, null);
        add(new Event.Queued(), new Event.Started(1, "n1"), progress());

        assertThat(job.after(9, BEGIN, new Event.Failed(ERROR)).progress()).isEqualTo(over);
        assertThat(job.after(9, BEGIN, new Event.Cancelled("bob")).progress()).isEqualTo(over);
    }

    @Test
    void a_job_with_several_attempts_has_run_since_the_first() {
        add(new Event.Queued(), new Event.Started(1, "n1"), new Event.Retrying(1, BEGIN, ERROR));
        add(new Event.Started(2, "n1"), new Event.Failed(ERROR));

        assertThat(job.started()).isEqualTo(BEGIN.plusSeconds(2));
        assertThat(job.finished()).isEqualTo(BEGIN.plusSeconds(5));
        assertThat(job.attempt()).isEqualTo(2);
    }

    private static Progress progress() {
        return Progress.of(999, 1000, "rows", "reading", null, BEGIN.plusSeconds(60));
    }

    private void add(Event... events) {
        for (Event event : events) {
            seconds++;
            job = job.after(job.seq() + 1, BEGIN.plusSeconds(seconds), event);
        }
    }
}
