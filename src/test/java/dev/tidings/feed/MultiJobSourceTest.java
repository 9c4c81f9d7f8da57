package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogEntry;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultiJobSourceTest {
    private static final SubscriptionTimeouts PACE =
            SubscriptionTimeouts.stream(Duration.ofSeconds(15), Duration.ofMinutes(10), Duration.ofMinutes(5));
    private static final int PAGE = 10;

    private final VirtualTime time = new VirtualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final ManualExecutor storeThreads = new ManualExecutor();
    private final InMemoryStore store = new InMemoryStore(time.clock());
    private final List<String> calls = new ArrayList<>();
    private final Feeds feeds = new Feeds(
            noting(store),
            storeThreads,
            time,
            new PumpExecutors(executor, executor, 2),
            new Random(1),
            FeedMeter.NONE,
            PAGE);
    private final Reader outlet = new Reader();
    private final List<CloseReason> closed = new ArrayList<>();

    @Test
    void all_unfinished_jobs_and_the_newest_hundred_finished_ones_are_shown() {
        for (int i = 0; i < 120; i++) {
            submit("old" + i);
            append("old" + i, new Event.Succeeded(null));
            time.advance(Duration.ofMillis(1));
        }
        for (int i = 0; i < 25; i++) {
            submit("new" + i);
        }
        read(JobSelection.ofOwner("alice"));
        settle();

        assertThat(outlet.said)
                .hasSize(125)
                .contains("new0 snapshot 1", "new24 snapshot 1", "old119 snapshot 2", "old20 snapshot 2")
                .doesNotContain("old19 snapshot 2");
    }

    @Test
    void a_page_is_read_when_the_one_before_has_been_delivered() {
        IntStream.range(0, 25).forEach(i -> submit("j" + i));
        outlet.room = 4;
        Subscription reader = read(JobSelection.ofOwner("alice"));
        settle();
        assertThat(outlet.said).hasSize(4);
        assertThat(calls).containsExactly("list");

        outlet.room = 100;
        reader.wake();
        settle();

        assertThat(outlet.said).hasSize(25);
        assertThat(calls).containsExactly("list", "list", "list", "list");
    }

    @Test
    void nothing_more_is_read_for_a_reader_that_has_left() {
        IntStream.range(0, 25).forEach(i -> submit("j" + i));
        Subscription reader = read(JobSelection.ofOwner("alice"));
        executor.runAll();
        reader.end(CloseReason.GONE);
        settle();

        assertThat(calls).isEmpty();
        assertThat(feeds.idle()).isTrue();
    }

    @Test
    void listed_jobs_are_shown_and_no_others() {
        submit("a");
        submit("b");
        submit("c");
        read(JobSelection.of(store.find(List.of("a", "c")).values()));
        settle();
        log("b");
        log("c");
        settle();

        assertThat(outlet.said).containsExactlyInAnyOrder("a snapshot 1", "c snapshot 1", "c OTHER 2");
    }

    @Test
    void a_job_submitted_later_is_shown() {
        read(JobSelection.ofOwner("alice"));
        settle();
        submit("j");
        settle();
        log("j");
        settle();

        assertThat(outlet.said).containsExactly("j snapshot 1", "j OTHER 2");
    }

    @Test
    void events_of_another_node_are_delivered_as_events() {
        submit("j");
        read(JobSelection.ofOwner("alice"));
        settle();
        appendElsewhere("j", line(10), line(10));
        feeds.grown(Set.of(new WakeUps.Hint("j", "alice")));
        settle();

        assertThat(outlet.said).containsExactly("j snapshot 1", "j OTHER 2", "j OTHER 3");
    }

    @Test
    void readers_of_many_jobs_share_the_reads_that_a_hint_causes() {
        submit("j");
        for (int i = 0; i < 5; i++) {
            feeds.subscribe(JobSelection.ofOwner("alice"), new Reader(), PACE, closed::add)
                    .start();
        }
        settle();
        calls.clear();
        appendElsewhere("j", line(10));
        feeds.grown(Set.of(new WakeUps.Hint("j", "alice")));
        settle();

        assertThat(calls).containsExactly("read");
    }

    @Test
    void a_new_job_is_read_once_for_all_its_readers() {
        for (int i = 0; i < 5; i++) {
            feeds.subscribe(JobSelection.ofOwner("alice"), new Reader(), PACE, closed::add)
                    .start();
        }
        settle();
        calls.clear();
        submit("j");
        settle();

        assertThat(calls).containsExactly("find");
    }

    @Test
    void a_reader_that_falls_behind_in_many_jobs_gets_their_states_in_turn_and_every_end() {
        IntStream.range(0, 20).forEach(i -> submit("j" + i));
        Subscription reader = read(JobSelection.ofOwner("alice"));
        settle();
        outlet.said.clear();
        outlet.room = 0;
        for (int i = 0; i < 20; i++) {
            append("j" + i, line(15_000), line(15_000), new Event.Succeeded(null));
        }
        outlet.room = 1000;
        reader.wake();
        settle();

        assertThat(outlet.said).filteredOn(said -> said.endsWith("snapshot 4")).hasSizeGreaterThan(10);
        assertThat(outlet.said).filteredOn(said -> said.endsWith("TERMINAL 4")).hasSize(20);
        assertThat(outlet.bytes).isLessThan(2 * MultiJobSource.MAX_BACKLOG_BYTES);
    }

    @Test
    void a_job_with_much_to_say_does_not_delay_the_others() {
        submit("loud");
        submit("calm");
        Subscription reader = read(JobSelection.ofOwner("alice"));
        settle();
        outlet.said.clear();
        outlet.room = 0;
        var lines = new Event[8];
        Arrays.fill(lines, line(15_000));
        append("loud", lines);
        log("calm");
        outlet.room = 5;
        reader.wake();
        settle();

        assertThat(outlet.said).contains("calm OTHER 2");
    }

    @Test
    void the_end_that_was_skipped_by_a_state_is_read_from_the_store() {
        submit("j");
        Subscription reader = read(JobSelection.ofOwner("alice"));
        settle();
        outlet.room = 0;
        var lines = new Event[LogRequests.MAX_ENTRIES + 100];
        Arrays.fill(lines, line(10));
        appendElsewhere("j", lines);
        appendElsewhere("j", new Event.Succeeded(null));
        feeds.missed();
        outlet.room = 100;
        reader.wake();
        settle();

        long end = lines.length + 2L;
        assertThat(outlet.said).containsExactly("j snapshot 1", "j snapshot " + end, "j TERMINAL " + end);
    }

    @Test
    void a_finished_job_costs_no_feed_and_its_deletion_is_told() {
        submit("j");
        read(JobSelection.ofOwner("alice"));
        settle();
        append("j", new Event.Succeeded(null));
        settle();
        assertThat(feeds.toString()).startsWith("0 feeds");

        feeds.deleted(store.delete("j").orElseThrow());
        settle();

        assertThat(outlet.said).containsExactly("j snapshot 1", "j TERMINAL 2", "j deleted");
    }

    @Test
    void growth_that_is_told_after_the_deletion_brings_no_job_back() {
        submit("j");
        read(JobSelection.ofOwner("alice"));
        settle();
        WriteResult.Appended late =
                appendElsewhere("j", new Event.Succeeded(null)).growth();
        feeds.deleted(store.delete("j").orElseThrow());
        settle();
        feeds.grown(late);
        settle();

        assertThat(outlet.said).containsExactly("j snapshot 1", "j deleted");
    }

    @Test
    void jobs_that_only_readers_of_many_read_are_not_kept_from_retention() {
        submit("j");
        read(JobSelection.ofOwner("alice"));
        settle();
        append("j", new Event.Succeeded(null));

        assertThat(feeds.read()).isEmpty();
    }

    @Test
    void after_a_restore_every_job_is_shown_with_its_new_number() {
        submit("j");
        submit("k");
        append("k", new Event.Succeeded(null));
        read(JobSelection.ofOwner("alice"));
        settle();
        store.restored();
        feeds.missed();
        settle();
        append("j", new Event.Succeeded(null));
        settle();

        assertThat(outlet.said)
                .containsExactlyInAnyOrder(
                        "j snapshot 1",
                        "k snapshot 2",
                        "j snapshot 1000001",
                        "k snapshot 1000002",
                        "j TERMINAL 1000002");
    }

    private Subscription read(JobSelection jobs) {
        var reader = feeds.subscribe(jobs, outlet, PACE, closed::add);
        reader.start();
        return reader;
    }

    private void settle() {
        while (executor.runOne() || storeThreads.runOne()) {}
    }

    private void submit(String id) {
        var submitted = store.submit(new JobSubmission(
                id, "countdown", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 1000));
        feeds.grown(((SubmitResult.Accepted) submitted).growth());
    }

    private static Event line(int length) {
        return new Event.Log(LogLevel.INFO, "x".repeat(length));
    }

    private void log(String job) {
        append(job, line(10));
    }

    private void append(String job, Event... events) {
        feeds.grown(appendElsewhere(job, events).growth());
    }

    private WriteResult.Done appendElsewhere(String job, Event... events) {
        return (WriteResult.Done) store.write(List.of(new Write(job, row -> Verdict.append(events))))
                .get(0);
    }

    private JobStore noting(JobStore real) {
        return (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(), new Class<?>[] {JobStore.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    /** Notes what it is told of which job, and has room for so many writes. */
    private static final class Reader implements Outlet {
        final List<String> said = new ArrayList<>();
        int room = Integer.MAX_VALUE;
        int bytes;

        @Override
        public boolean ready() {
            return room > 0;
        }

        @Override
        public void entries(Batch batch) {
            room--;
            for (LogEntry entry : batch.entries()) {
                bytes += entry.json().length;
                said.add(job(entry) + " " + entry);
            }
        }

        private static String job(LogEntry entry) {
            return new String(entry.json(), StandardCharsets.UTF_8).replaceAll(".*?\"job\":\"([^\"]*)\".*", "$1");
        }

        @Override
        public void snapshot(Job job, boolean reset) {
            room--;
            said.add(job.id() + (reset ? " reset " : " snapshot ") + job.seq());
        }

        @Override
        public void deleted(String job) {
            room--;
            said.add(job + " deleted");
        }

        @Override
        public void heartbeat() {}

        @Override
        public boolean flush(boolean upToDate) {
            return true;
        }

        @Override
        public void end(CloseReason reason) {}

        @Override
        public void abort() {}
    }
}
