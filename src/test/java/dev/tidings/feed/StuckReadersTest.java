package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What readers hold that are far behind in a log of long lines and stop reading: found by the garbage collector. */
class StuckReadersTest {
    private static final int LINES = 600;
    private static final int LINE = 15_000;
    private static final int READERS = 60;
    private static final SubscriptionTimeouts PACE =
            SubscriptionTimeouts.stream(Duration.ofSeconds(15), Duration.ofMinutes(10), Duration.ofSeconds(60));

    private final VirtualTime time = new VirtualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final InMemoryStore store = new InMemoryStore(time.clock());
    private final List<WeakReference<LogEntry>> shown = new ArrayList<>();
    private final List<Integer> reads = new ArrayList<>();
    private final Feeds feeds =
            new Feeds(watched(), executor, time, new PumpExecutors(executor, executor, 2), new Random(1));
    private final List<Client> clients = new ArrayList<>();
    private final List<Subscription> readers = new ArrayList<>();

    StuckReadersTest() {
        submit("j");
        var lines = new Event[LINES - 1];
        Arrays.fill(lines, new Event.Log(LogLevel.INFO, "x".repeat(LINE)));
        write("j", lines);
    }

    @Test
    void hold_a_batch_each_and_get_everything_once_and_in_order_when_they_read_on() {
        for (int i = 0; i < READERS; i++) {
            read("j", 0, new Client(i % 20));
        }
        readers.forEach(Subscription::start);
        executor.runAll();

        int oneEntry = LINE + 200;
        assertThat(retained())
                .isLessThanOrEqualTo(READERS * (long) (Batch.MAX_BYTES + oneEntry) + LogSegment.MAX_BYTES);
        assertThat(clients).allSatisfy(client -> assertThat(client.largest).isLessThan(Batch.MAX_BYTES + oneEntry));
        assertThat(reads).allSatisfy(bytes -> assertThat(bytes).isLessThan(Batch.MAX_BYTES + oneEntry));

        for (int i = 0; i < READERS; i++) {
            clients.get(i).readOn(Integer.MAX_VALUE);
            readers.get(i).wake();
        }
        executor.runAll();

        var all = LongStream.rangeClosed(1, LINES).boxed().toList();
        assertThat(clients).allSatisfy(client -> assertThat(client.received()).isEqualTo(all));
    }

    /** A reader holds nothing of its own once it has written all that was loaded for it. */
    @Test
    void that_have_written_what_was_loaded_hold_nothing() {
        for (int i = 0; i < READERS; i++) {
            read("j", 10L * i, new Client(1));
        }
        readers.forEach(Subscription::start);
        executor.runAll();

        assertThat(clients).allSatisfy(client -> assertThat(client.received()).isNotEmpty());
        assertThat(retained()).isLessThanOrEqualTo(LogSegment.MAX_BYTES);
    }

    @Test
    void that_have_left_are_held_by_nothing() {
        for (int i = 0; i < READERS; i++) {
            read("j", LINES, new Client(Integer.MAX_VALUE));
        }
        readers.forEach(Subscription::start);
        executor.runAll();
        write("j", new Event.Log(LogLevel.INFO, "one more, which all of them are woken for"));
        feeds.unsure("j");
        executor.runAll();

        var left = readers.stream().map(WeakReference::new).toList();
        readers.forEach(reader -> reader.end(CloseReason.GONE));
        executor.runAll();
        readers.clear();
        clients.clear();
        System.gc();

        assertThat(left).allSatisfy(reader -> assertThat(reader.get()).isNull());
    }

    @Test
    void one_read_for_many_jobs_is_bounded_as_a_whole() {
        for (int i = 0; i < 150; i++) {
            submit("k" + i);
            var lines = new Event[10];
            Arrays.fill(lines, new Event.Log(LogLevel.INFO, "x".repeat(LINE)));
            write("k" + i, lines);
            read("k" + i, 0, new Client(Integer.MAX_VALUE));
        }
        readers.forEach(Subscription::start);
        executor.runAll();

        assertThat(clients).allSatisfy(client -> assertThat(client.received()).hasSize(11));
        assertThat(reads)
                .allSatisfy(bytes -> assertThat(bytes).isLessThan(LogRequests.MAX_READ_BYTES + 150 * (LINE + 200)));
        assertThat(Collections.max(reads)).isGreaterThan(LogRequests.MAX_READ_BYTES / 2);
    }

    /** Who reads a long log from its beginning is served no more often than others who are far apart from it. */
    @Test
    void at_many_places_of_a_log_are_served_in_turn() {
        var first = new Client(Integer.MAX_VALUE);
        var later = new Client(Integer.MAX_VALUE);
        read("j", 0, first);
        read("j", LINES / 2, later);
        readers.forEach(Subscription::start);
        while (later.received().isEmpty() && executor.runOne()) {}

        assertThat(later.received()).isNotEmpty();
        assertThat(first.received()).hasSizeLessThan(20);
    }

    /** The bytes of all entries that were read from the store and that somebody still holds. */
    private long retained() {
        System.gc();
        long bytes = 0;
        for (WeakReference<LogEntry> each : shown) {
            LogEntry held = each.get();
            bytes += held == null ? 0 : held.json().length;
        }
        return bytes;
    }

    private void read(String job, long cursor, Client client) {
        clients.add(client);
        var outlet = new ForwardingOutlet(client.outlet, client::take);
        readers.add(feeds.subscribe(job, cursor, null, outlet, PACE, reason -> {}));
    }

    private JobStore watched() {
        return (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(), new Class<?>[] {JobStore.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(store, arguments);
                    if (method.getName().equals("read")) {
                        int bytes = 0;
                        for (Object replay : ((Map<?, ?>) answer).values()) {
                            for (LogEntry entry : ((Replay.Continuous) replay).entries()) {
                                shown.add(new WeakReference<>(entry));
                                bytes += entry.json().length;
                            }
                        }
                        reads.add(bytes);
                    }
                    return answer;
                });
    }

    private void submit(String id) {
        store.submit(new JobSubmission(
                id, "countdown", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 1000));
    }

    private void write(String id, Event... events) {
        store.write(List.of(new Write(id, row -> Verdict.append(events))));
    }

    /** A client that takes so many batches, of which it keeps the numbers only. */
    private static final class Client {
        private final RecordingOutlet outlet = new RecordingOutlet();
        private int room;
        private int largest;

        Client(int room) {
            readOn(room);
        }

        void readOn(int room) {
            this.room = room;
            outlet.room = room > 0;
        }

        private void take(Batch batch) {
            largest = Math.max(largest, batch.bytes());
            readOn(room - 1);
        }

        List<Long> received() {
            return outlet.received;
        }
    }
}
