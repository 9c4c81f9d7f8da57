package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final SubscriptionTimeouts PACE =
            SubscriptionTimeouts.stream(Duration.ofSeconds(15), Duration.ofMinutes(10), Duration.ofSeconds(60));

    private final VirtualTime time = new VirtualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final InMemoryStore store = new InMemoryStore(time.clock());
    private final Feeds feeds =
            new Feeds(store, executor, time, new PumpExecutors(executor, executor, 2), new Random(1));
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final List<CloseReason> closed = new ArrayList<>();

    SubscriptionTest() {
        submit("j");
    }

    @Test
    void a_reader_from_the_start_gets_what_is_stored_and_then_what_comes() {
        log("j");
        read(0);
        executor.runAll();
        log("j");
        executor.runAll();

        assertThat(outlet.received).containsExactly(1L, 2L, 3L);
    }

    @Test
    void an_event_stored_between_replay_and_live_arrives_once() {
        Subscription reader = read(0);
        log("j");
        reader.wake();
        executor.runOne();
        log("j");
        reader.wake();
        executor.runAll();

        assertThat(outlet.received).containsExactly(1L, 2L, 3L);
    }

    @Test
    void what_another_node_appended_is_read_after_its_hint() {
        read(1);
        executor.runAll();
        appendElsewhere("j", new Event.Log(LogLevel.INFO, "over there"));
        executor.runAll();
        assertThat(outlet.received).isEmpty();

        feeds.grown(Set.of(new WakeUps.Hint("j", "alice")));
        executor.runAll();

        assertThat(outlet.received).containsExactly(2L);
    }

    @Test
    void growth_here_after_unseen_growth_elsewhere_leaves_no_hole() {
        read(1);
        executor.runAll();
        appendElsewhere("j", new Event.Log(LogLevel.INFO, "over there"));
        log("j");
        executor.runAll();

        assertThat(outlet.received).containsExactly(2L, 3L);
    }

    @Test
    void a_reader_without_room_gets_only_the_newest_progress_and_every_other_event() {
        outlet.room = false;
        Subscription reader = read(1);
        executor.runAll();
        append("j", progress(1), progress(2), new Event.Log(LogLevel.INFO, "a"), progress(3), progress(4));

        outlet.room = true;
        reader.wake();
        executor.runAll();

        assertThat(outlet.received).containsExactly(3L, 4L, 6L);
    }

    @Test
    void a_cursor_beyond_the_log_gets_the_state_and_is_told_so() {
        read(99);
        executor.runAll();

        assertThat(outlet.said).containsExactly("reset 1");
    }

    @Test
    void a_cursor_before_the_retained_log_gets_the_state_and_is_told_so() {
        store.restored();
        read(1);
        executor.runAll();

        assertThat(outlet.said).containsExactly("reset 1000001");
    }

    @Test
    void the_subscription_ends_after_the_terminal_event() {
        read(0);
        executor.runAll();
        append("j", new Event.Cancelled("alice"));
        executor.runAll();

        assertThat(outlet.received).containsExactly(1L, 2L);
        assertThat(outlet.end).isEqualTo(CloseReason.FINISHED);
        assertThat(closed).containsExactly(CloseReason.FINISHED);
    }

    @Test
    void silence_is_broken_by_heartbeats_and_a_write_puts_them_off() {
        read(1);
        executor.runAll();
        turn(Duration.ofSeconds(14));
        log("j");
        executor.runAll();
        turn(Duration.ofSeconds(14));
        assertThat(outlet.said).containsExactly("OTHER 2");

        turn(Duration.ofSeconds(1));
        turn(Duration.ofSeconds(2));
        turn(Duration.ofSeconds(13));

        assertThat(outlet.said).containsExactly("OTHER 2", "heartbeat", "echo", "heartbeat");
    }

    /** The second write in a short time is what tells of a client that has left. */
    @Test
    void a_heartbeat_is_echoed_once_unless_something_else_is_written_meanwhile() {
        read(1);
        executor.runAll();
        turn(Duration.ofSeconds(15));
        assertThat(outlet.said).containsExactly("heartbeat");

        turn(Duration.ofSeconds(2));
        turn(Duration.ofSeconds(12));
        assertThat(outlet.said).containsExactly("heartbeat", "echo");

        turn(Duration.ofSeconds(1));
        assertThat(outlet.said).containsExactly("heartbeat", "echo", "heartbeat");
        log("j");
        executor.runAll();
        turn(Duration.ofSeconds(14));

        assertThat(outlet.said).containsExactly("heartbeat", "echo", "heartbeat", "OTHER 2");
    }

    @Test
    void a_stream_rotates_at_its_age() {
        read(1);
        executor.runAll();
        turn(Duration.ofMinutes(10));

        assertThat(outlet.end).isEqualTo(CloseReason.ROTATE);
    }

    @Test
    void a_client_that_takes_nothing_is_cut_without_a_word() {
        read(1);
        executor.runAll();
        outlet.room = false;
        log("j");
        executor.runAll();
        turn(Duration.ofSeconds(59));
        assertThat(outlet.aborted).isFalse();

        turn(Duration.ofSeconds(16));

        assertThat(outlet.aborted).isTrue();
        assertThat(closed).containsExactly(CloseReason.STUCK);
        assertThat(time.waiting()).as("only the lingering feed's alarm is left").isEqualTo(1);
    }

    @Test
    void a_client_that_left_frees_its_place() {
        read(1);
        executor.runAll();
        outlet.left = true;
        log("j");
        executor.runAll();

        assertThat(closed).containsExactly(CloseReason.GONE);
    }

    @Test
    void a_deleted_job_ends_its_readers() {
        read(1);
        executor.runAll();
        append("j", new Event.Cancelled("alice"));
        store.delete("j").ifPresent(feeds::deleted);
        executor.runAll();

        assertThat(outlet.end).isIn(CloseReason.DELETED, CloseReason.FINISHED);
    }

    @Test
    void readers_at_one_cursor_share_one_batch() {
        var batches = new ArrayList<Batch>();
        for (int i = 0; i < 3; i++) {
            feeds.subscribe("j", 1, null, new ForwardingOutlet(new RecordingOutlet(), batches::add), PACE, closed::add)
                    .start();
        }
        executor.runAll();
        log("j");
        executor.runAll();

        assertThat(batches).hasSize(3).allMatch(batch -> batch == batches.get(0));
    }

    @Test
    void whoever_awaits_growth_or_the_end_is_told_once() {
        var told = new ArrayList<String>();
        feeds.awaitGrowth("j", 1, Duration.ofSeconds(5), () -> told.add("growth"))
                .start();
        feeds.awaitEnd("j", 1, Duration.ofSeconds(5), () -> told.add("end")).start();
        executor.runAll();
        log("j");
        executor.runAll();
        assertThat(told).containsExactly("growth");

        turn(Duration.ofSeconds(5));

        assertThat(told).containsExactly("growth", "end");
    }

    @Test
    void a_log_longer_than_one_read_is_read_to_its_end() {
        var lines = new Event[LogRequests.MAX_ENTRIES + 100];
        Arrays.fill(lines, new Event.Log(LogLevel.INFO, "line"));
        appendElsewhere("j", lines);
        read(0);
        executor.runAll();

        assertThat(outlet.received).hasSize(lines.length + 1).endsWith(lines.length + 1L);
    }

    @Test
    void a_cursor_from_before_a_restore_is_reset_although_another_reads_from_the_start() {
        store.restored();
        feeds.subscribe("j", 0, null, new RecordingOutlet(), PACE, closed::add).start();
        read(1);
        executor.runAll();

        assertThat(outlet.said).containsExactly("reset 1000001");
    }

    @Test
    void a_reader_that_ends_before_it_begins_leaves_nothing() {
        var reader = feeds.subscribe("j", 1, null, outlet, PACE, closed::add);
        reader.end(CloseReason.GONE);
        executor.runAll();
        reader.start();
        executor.runAll();
        turn(Duration.ofMinutes(1));

        assertThat(closed).containsExactly(CloseReason.GONE);
        assertThat(feeds.idle()).isTrue();
        assertThat(time.waiting()).isZero();
    }

    @Test
    void readers_of_many_jobs_are_not_read_for_again_and_again_when_a_log_is_long() {
        feeds.subscribe(JobSelection.ofOwner("alice"), outlet, PACE, closed::add)
                .start();
        executor.runAll();
        var lines = new Event[LogRequests.MAX_ENTRIES + 100];
        Arrays.fill(lines, new Event.Log(LogLevel.INFO, "line"));
        appendElsewhere("j", lines);
        feeds.grown(Set.of(new WakeUps.Hint("j", "alice")));
        executor.runAll();

        assertThat(outlet.said).containsExactly("snapshot 1", "snapshot " + (lines.length + 1));
    }

    @Test
    void a_reader_of_many_jobs_for_which_too_many_bytes_wait_gets_the_state_in_their_place() {
        feeds.subscribe(JobSelection.ofOwner("alice"), outlet, PACE, closed::add)
                .start();
        executor.runAll();
        outlet.room = false;
        var lines = new Event[10];
        Arrays.fill(lines, new Event.Log(LogLevel.INFO, "x".repeat(15_000)));
        for (int i = 0; i < 3; i++) {
            append("j", lines);
        }
        var last = Arrays.copyOf(lines, 21);
        Arrays.fill(last, 10, 20, lines[0]);
        last[20] = new Event.Cancelled("alice");
        append("j", last);
        outlet.room = true;
        submit("k"); // wakes it

        executor.runAll();

        assertThat(outlet.said).startsWith("snapshot 1", "snapshot 52", "TERMINAL 52");
    }

    @Test
    void a_reader_of_many_jobs_that_keeps_up_gets_every_event_in_batches() {
        var batches = new ArrayList<Batch>();
        feeds.subscribe(JobSelection.ofOwner("alice"), new ForwardingOutlet(outlet, batches::add), PACE, closed::add)
                .start();
        executor.runAll();
        var lines = new Event[10];
        Arrays.fill(lines, new Event.Log(LogLevel.INFO, "x".repeat(15_000)));
        append("j", lines);
        executor.runAll();

        assertThat(outlet.received).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(batches).extracting(Batch::upTo).containsExactly(5L, 9L, 11L);
    }

    private Subscription read(long cursor) {
        var reader = feeds.subscribe("j", cursor, null, outlet, PACE, closed::add);
        reader.start();
        return reader;
    }

    private void turn(Duration by) {
        time.advance(by);
        executor.runAll();
    }

    private void submit(String id) {
        var submitted = store.submit(new JobSubmission(
                id, "countdown", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));
        feeds.grown(((SubmitResult.Accepted) submitted).growth());
    }

    private void log(String job) {
        append(job, new Event.Log(LogLevel.INFO, "line"));
    }

    private void append(String job, Event... events) {
        feeds.grown(appendElsewhere(job, events).growth());
    }

    private WriteResult.Done appendElsewhere(String job, Event... events) {
        return (WriteResult.Done) store.write(List.of(new Write(job, row -> Verdict.append(events))))
                .get(0);
    }

    private static Progress progress(long done) {
        return Progress.of(done, 10, "steps", null, null, null);
    }
}
