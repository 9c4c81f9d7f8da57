package dev.tidings.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.feed.Batch;
import dev.tidings.feed.CloseReason;
import dev.tidings.feed.Feeds;
import dev.tidings.feed.Outlet;
import dev.tidings.feed.PumpExecutors;
import dev.tidings.feed.Subscription;
import dev.tidings.feed.SubscriptionTimeouts;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import dev.tidings.log.Appender;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.metrics.Metrics;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code /metrics} tells of a scripted afternoon. */
class MetersTest {
    private static final SubscriptionTimeouts STREAM =
            SubscriptionTimeouts.stream(Duration.ofSeconds(15), Duration.ofMinutes(10), Duration.ofSeconds(60));

    private final Metrics metrics = new Metrics();
    private final VirtualTime time = new VirtualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final ManualExecutor storeThreads = new ManualExecutor();
    private final InMemoryStore store = new InMemoryStore(time.clock());
    private final Feeds feeds = new Feeds(
            store, storeThreads, time, new PumpExecutors(executor, executor, 2), new Random(1), metrics.readers());
    private final LogListeners fanout = new LogListeners();
    private final Appender appender =
            new Appender(store, storeThreads, time, new Random(1), fanout, metrics.log(), nanos -> {});

    MetersTest() {
        fanout.add(feeds);
        fanout.listen(metrics.log());
        var submitted = store.submit(new JobSubmission(
                "j", "countdown", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));
        fanout.grown(((SubmitResult.Accepted) submitted).growth());
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void a_stream_is_counted_from_its_beginning_to_its_end() {
        read(0, new Sink());
        settle();
        assertThat(value("tidings_readers_open{transport=\"sse\"}")).isEqualTo(1);
        assertThat(value("tidings_readers_opened_total{from=\"start\",transport=\"sse\"}"))
                .isEqualTo(1);
        assertThat(value("tidings_first_byte_seconds_count{transport=\"sse\"}")).isEqualTo(1);

        append(new Event.Succeeded(null));

        assertThat(value("tidings_readers_open{transport=\"sse\"}")).isZero();
        assertThat(value("tidings_readers_closed_total{reason=\"finished\",transport=\"sse\"}"))
                .isEqualTo(1);
        assertThat(value("tidings_events_delivered_total{transport=\"sse\"}")).isEqualTo(2);
        assertThat(value("tidings_bytes_total{transport=\"sse\"}")).isEqualTo(20);
    }

    @Test
    void events_are_counted_by_type_when_they_are_appended() {
        append(new Event.Started(1, "node"), progress(1), progress(2), new Event.Log(LogLevel.INFO, "\"type\":\"x\""));
        append(new Event.Succeeded(null));

        assertThat(value("tidings_events_appended_total{type=\"queued\"}")).isEqualTo(1);
        assertThat(value("tidings_events_appended_total{type=\"started\"}")).isEqualTo(1);
        assertThat(value("tidings_events_appended_total{type=\"progress\"}")).isEqualTo(2);
        assertThat(value("tidings_events_appended_total{type=\"log\"}")).isEqualTo(1);
        assertThat(value("tidings_events_appended_total{type=\"succeeded\"}")).isEqualTo(1);
        assertThat(value("tidings_store_group_writes_count")).isEqualTo(2);
        assertThat(value("tidings_store_commits_seconds_count")).isEqualTo(2);
    }

    @Test
    void progress_that_a_full_reader_misses_is_counted_as_conflated() {
        var sink = new Sink();
        Subscription reader = read(1, sink);
        settle();
        sink.room = false;
        append(progress(1), progress(2), progress(3));
        sink.room = true;
        reader.wake();
        settle();

        assertThat(value("tidings_events_conflated_total{transport=\"sse\"}")).isEqualTo(2);
        assertThat(value("tidings_events_delivered_total{transport=\"sse\"}")).isEqualTo(1);
    }

    @Test
    void the_time_from_append_to_write_counts_for_those_who_had_all_before() {
        append(new Event.Log(LogLevel.INFO, "old"));
        time.advance(Duration.ofHours(1));
        var sink = new Sink();
        Subscription reader = read(0, sink);
        settle();
        assertThat(value("tidings_delivery_seconds_count{transport=\"sse\"}"))
                .as("a replay is no delay")
                .isZero();

        sink.room = false;
        append(new Event.Log(LogLevel.INFO, "new"));
        time.advance(Duration.ofMillis(30));
        sink.room = true;
        reader.wake();
        settle();

        assertThat(value("tidings_delivery_seconds_count{transport=\"sse\"}")).isEqualTo(1);
        assertThat(value("tidings_delivery_seconds_sum{transport=\"sse\"}")).isEqualTo(0.03);
        assertThat(value("tidings_delivery_seconds_bucket{transport=\"sse\",le=\"0.02\"}"))
                .isZero();
        assertThat(value("tidings_delivery_seconds_bucket{transport=\"sse\",le=\"0.05\"}"))
                .isEqualTo(1);
    }

    @Test
    void heartbeats_resets_and_stuck_clients_are_counted() {
        var sink = new Sink();
        read(99, sink);
        settle();
        turn(Duration.ofSeconds(15));
        sink.room = false;
        append(new Event.Log(LogLevel.INFO, "for nobody"));
        for (int i = 0; i < 6; i++) {
            turn(Duration.ofSeconds(15));
        }

        assertThat(value("tidings_resets_total{transport=\"sse\"}")).isEqualTo(1);
        assertThat(value("tidings_heartbeats_total{transport=\"sse\"}")).isEqualTo(1);
        assertThat(value("tidings_readers_closed_total{reason=\"stuck\",transport=\"sse\"}"))
                .isEqualTo(1);
        assertThat(value("tidings_readers_opened_total{from=\"cursor\",transport=\"sse\"}"))
                .isEqualTo(1);
        assertThat(value("tidings_store_reads_seconds_count")).isPositive();
    }

    @Test
    void polls_and_waiting_requests_are_not_streams() {
        feeds.subscribe("j", 1, null, new Sink(), SubscriptionTimeouts.poll(Duration.ofSeconds(5)), reason -> {})
                .start();
        feeds.awaitEnd("j", 1, Duration.ofSeconds(5), () -> {}).start();
        settle();

        assertThat(value("tidings_readers_open{transport=\"poll\"}")).isEqualTo(1);
        assertThat(value("tidings_readers_open{transport=\"wait\"}")).isEqualTo(1);
        assertThat(value("tidings_readers_open{transport=\"sse\"}")).isZero();
        turn(Duration.ofSeconds(5));
        assertThat(value("tidings_readers_open{transport=\"poll\"}")).isZero();
        assertThat(value("tidings_readers_open{transport=\"wait\"}")).isZero();
    }

    @Test
    void a_late_timer_and_a_busy_pool_show() {
        var probes = new Probes(time, new Random(1), metrics.node(), Map.of("pump", executor));
        metrics.node().queue("pump", executor::waiting);
        probes.start();
        time.advance(Duration.ofSeconds(1));
        time.advance(Duration.ofMillis(400));
        assertThat(value("tidings_executor_queue{pool=\"pump\"}")).isEqualTo(1);
        executor.runAll();

        assertThat(value("tidings_timer_lag_seconds_count")).isEqualTo(1);
        assertThat(value("tidings_executor_lag_seconds_sum{pool=\"pump\"}")).isEqualTo(0.4);
        probes.close();
        time.advance(Duration.ofSeconds(2));
        assertThat(time.waiting()).isZero();
    }

    @Test
    void no_series_names_a_job_or_a_user() {
        read(0, new Sink());
        settle();
        append(new Event.Cancelled("alice"));

        assertThat(metrics.scrape())
                .contains("jvm_memory_used_bytes")
                .doesNotContain("\"j\"")
                .doesNotContain("alice");
    }

    @Test
    void the_dashboard_asks_only_for_what_there_is() throws Exception {
        var probes = new Probes(time, new Random(1), metrics.node(), Map.of("pump", executor));
        metrics.node().queue("pump", executor::waiting);
        probes.start();
        read(1, new Sink());
        append(new Event.Cancelled("alice"));
        turn(Duration.ofSeconds(1));
        String scrape = metrics.scrape();

        for (String file : List.of("tidings.json", "README.md")) {
            Pattern.compile("\\b(tidings|jvm|process)_[a-z_]+[a-z]")
                    .matcher(Files.readString(Path.of("deploy/grafana", file)))
                    .results()
                    .forEach(name -> assertThat(scrape).containsPattern("\\n" + name.group() + "[{ ]"));
        }
    }

    private Subscription read(long cursor, Outlet outlet) {
        var reader = feeds.subscribe("j", cursor, null, outlet, STREAM, reason -> {});
        reader.start();
        return reader;
    }

    private void append(Event... events) {
        var unused = appender.write(new Write("j", row -> Verdict.append(events)));
        settle();
    }

    private static Progress progress(long done) {
        return Progress.of(done, 10, "steps", null, null, null);
    }

    private void turn(Duration by) {
        time.advance(by);
        settle();
    }

    private void settle() {
        do {
            storeThreads.runAll();
            executor.runAll();
        } while (storeThreads.waiting() > 0);
    }

    private double value(String series) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    /** Takes ten bytes for each event. */
    private static final class Sink implements Outlet {
        private boolean room = true;
        private int bytes;

        @Override
        public boolean ready() {
            return room;
        }

        @Override
        public void entries(Batch batch) {
            bytes += 10 * batch.entries().size();
        }

        @Override
        public void snapshot(Job job, boolean reset) {}

        @Override
        public void deleted(String job) {}

        @Override
        public void heartbeat() {}

        @Override
        public boolean flush(boolean upToDate) {
            return true;
        }

        @Override
        public int takeBytes() {
            int taken = bytes;
            bytes = 0;
            return taken;
        }

        @Override
        public void end(CloseReason reason) {}

        @Override
        public void abort() {}
    }
}
