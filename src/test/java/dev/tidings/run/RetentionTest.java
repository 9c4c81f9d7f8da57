package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogListener;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final int OLD_JOBS = Retention.BATCH + 5;

    private final VirtualTime time = new VirtualTime();
    private final RecordedStore store = new RecordedStore(time.clock());
    private final FaultyStore faults = new FaultyStore();
    private final ManualExecutor storeThreads = new ManualExecutor();
    private final List<String> told = new ArrayList<>();
    private final Set<String> readHere = new HashSet<>();
    private final Retention retention = node(readHere);

    private Retention node(Set<String> read) {
        return node(read, Duration.ofDays(7));
    }

    private Retention node(Set<String> read, Duration kept) {
        return new Retention(
                faults.over(JobStore.class, store.jobs),
                faults.over(ArtifactStore.class, store.memory),
                new LogListener() {
                    @Override
                    public void grown(WriteResult.Appended growth) {}

                    @Override
                    public void deleted(Job job) {
                        told.add(job.id());
                    }

                    @Override
                    public void unsure(String job) {}
                },
                storeThreads,
                time,
                new Random(1),
                kept,
                () -> read);
    }

    @BeforeEach
    void submit() {
        for (int i = 0; i < OLD_JOBS; i++) {
            submit("j" + i);
            store.jobs.write(List.of(new Write("j" + i, row -> Verdict.append(new Event.Cancelled("bob")))));
        }
        submit("unfinished");
        store.memory.put("nobodys", 0, new byte[] {1});
        retention.start();
    }

    @Test
    void finished_jobs_are_removed_after_their_time_in_batches_and_told() {
        pass(Duration.ofDays(6));
        assertThat(told).isEmpty();

        pass(Duration.ofDays(2));

        assertThat(told).hasSize(OLD_JOBS).doesNotContain("unfinished");
        assertThat(store.memory.find("j0")).isEmpty();
    }

    @Test
    void what_is_kept_for_seconds_goes_seconds_later_and_not_after_an_hour() {
        var brief = node(readHere, Duration.ofSeconds(5));
        brief.start();
        pass(Duration.ofSeconds(5), 100);
        assertThat(told).isEmpty();

        pass(Duration.ofSeconds(10), 100);

        assertThat(told).hasSize(OLD_JOBS);
        brief.close();
    }

    @Test
    void a_job_that_somebody_reads_stays_until_a_later_round() {
        readHere.add("j3");
        pass(Duration.ofDays(8));
        assertThat(told).hasSize(OLD_JOBS - 1).doesNotContain("j3");

        readHere.clear();
        pass(Duration.ofHours(3));

        assertThat(told).hasSize(OLD_JOBS);
    }

    @Test
    void a_job_that_is_read_at_any_node_when_its_time_passes_stays_as_long_as_it_is_read() {
        var readThere = new HashSet<String>();
        var other = node(readThere);
        other.start();
        pass(Duration.ofDays(7).minusMinutes(2), 10_000);
        readThere.add("j3");

        pass(Duration.ofHours(12), 10_000);
        assertThat(told).hasSize(OLD_JOBS - 1).doesNotContain("j3");

        readThere.clear();
        pass(Duration.ofHours(3), 10_000);
        assertThat(told).hasSize(OLD_JOBS);
        other.close();
    }

    @Test
    void bytes_that_nobody_named_are_swept_after_a_day() {
        pass(Duration.ofHours(20));
        assertThat(store.memory.chunk("nobodys", 0)).isPresent();

        pass(Duration.ofHours(6));

        assertThat(store.memory.chunk("nobodys", 0)).isEmpty();
    }

    @Test
    void a_store_that_is_away_is_tried_again_soon() {
        faults.away = true;
        pass(Duration.ofDays(8));
        faults.away = false;
        pass(Duration.ofMinutes(1));

        assertThat(told).hasSize(OLD_JOBS);
    }

    @Test
    void nothing_happens_after_the_end() {
        retention.close();
        pass(Duration.ofDays(8));

        assertThat(told).isEmpty();
        assertThat(time.waiting()).isZero();
    }

    private void submit(String id) {
        store.jobs.submit(new JobSubmission(
                id, "work", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 999));
    }

    private void pass(Duration duration) {
        pass(duration, 1_000);
    }

    private void pass(Duration duration, int steps) {
        for (int i = 0; i < steps; i++) {
            time.advance(duration.dividedBy(steps));
            storeThreads.runAll();
        }
    }
}
