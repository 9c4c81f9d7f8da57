package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Json;
import dev.tidings.log.JobSubmission;
import dev.tidings.testing.LogLines;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnhandledTypesTest {
    private final VirtualTime time = new VirtualTime();
    private final RecordedStore store = new RecordedStore(time.clock());
    private final ManualExecutor executor = new ManualExecutor();
    private final LogLines log = new LogLines();
    private final JobTypes types = JobTypes.of(List.of(TestNode.handler("work", (params, context) -> null)), x -> {});
    private final UnhandledTypes unhandled = new UnhandledTypes(log, store.jobs, types, executor, time, new Random(1));

    @Test
    void a_job_of_a_type_that_no_node_has_is_told_once_and_counted() {
        submit("j1", "gone");
        submit("j2", "work");
        unhandled.start();

        pass(Duration.ofMinutes(10));

        assertThat(log.lines())
                .containsExactly(
                        "WARNING: queued jobs of type 'gone': 1; this node has no handler for them, and no other node"
                                + " has claimed them for 60 s; they stay queued until a node has one");
        assertThat(unhandled.waiting()).isEqualTo(1);
        unhandled.close();
    }

    @Test
    void a_job_that_another_node_claims_in_time_is_not_told() {
        submit("j1", "theirs");
        unhandled.start();
        time.advance(Duration.ofSeconds(20));
        executor.runAll();
        store.jobs.claim("n2", Set.of("theirs"), 1, Duration.ofHours(1));

        pass(Duration.ofMinutes(5));

        assertThat(log.lines()).isEmpty();
        assertThat(unhandled.waiting()).isZero();
        unhandled.close();
    }

    private void submit(String id, String type) {
        store.jobs.submit(new JobSubmission(
                id, type, null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));
    }

    private void pass(Duration duration) {
        for (int i = 0; i < 100; i++) {
            time.advance(duration.dividedBy(100));
            executor.runAll();
        }
    }
}
