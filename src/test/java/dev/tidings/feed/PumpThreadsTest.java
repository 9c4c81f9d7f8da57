package dev.tidings.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogEntry;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.time.TimerWheel;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscriptions and sweeps on real threads. */
@Timeout(60)
class PumpThreadsTest {
    private static final int READERS = 300;
    private static final int EVENTS = 600;

    private final ExecutorService storeThreads = Executors.newFixedThreadPool(2);
    private final ExecutorService quick = Executors.newFixedThreadPool(3);
    private final ExecutorService slow = Executors.newFixedThreadPool(2);
    private final ExecutorService containerThreads = Executors.newFixedThreadPool(2);
    private final InMemoryStore store = new InMemoryStore(InstantSource.system());
    private final Feeds feeds = new Feeds(
            store,
            storeThreads,
            new TimerWheel(InstantSource.system()),
            new PumpExecutors(quick, slow, 3),
            new Random(1));
    private final List<String> wrong = new ArrayList<>();

    PumpThreadsTest() {
        var submitted = store.submit(new JobSubmission(
                "j", "countdown", null, "alice", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));
        feeds.grown(((SubmitResult.Accepted) submitted).growth());
    }

    @AfterEach
    void stop() {
        for (ExecutorService pool : List.of(containerThreads, quick, slow, storeThreads)) {
            pool.shutdownNow();
        }
    }

    @Test
    void no_wake_up_is_lost_and_no_pump_runs_twice_at_a_time() throws Exception {
        var ended = new CountDownLatch(READERS);
        var readers = new ArrayList<Subscription>();
        for (int i = 0; i < READERS; i++) {
            var outlet = new RestlessOutlet();
            outlet.reader = feeds.subscribe("j", i % 2, null, outlet, endless(), reason -> ended.countDown());
            readers.add(outlet.reader);
        }
        readers.forEach(Subscription::start);
        for (int i = 0; i < EVENTS; i++) {
            append(i % 3 == 0 ? new Event.Log(LogLevel.INFO, "line") : Progress.of(i, EVENTS, null, null, null, null));
            readers.get(ThreadLocalRandom.current().nextInt(READERS)).wake();
        }
        append(new Event.Succeeded(null));

        assertThat(ended.await(30, TimeUnit.SECONDS)).as("all came to the end").isTrue();
        assertThat(wrong).isEmpty();
    }

    @Test
    void an_outlet_that_blocks_holds_up_nobody_else() throws Exception {
        var release = new CountDownLatch(1);
        var blocked = new CountDownLatch(1);
        var served = new CountDownLatch(READERS - 1);
        var begun = new CountDownLatch(READERS);
        for (int i = 0; i < READERS; i++) {
            boolean blocks = i == READERS / 2;
            var outlet = new ForwardingOutlet(new CountingOutlet(begun), batch -> {
                if (!blocks) {
                    served.countDown();
                    return;
                }
                blocked.countDown();
                awaitQuietly(release);
            });
            feeds.subscribe("j", 1, null, outlet, endless(), reason -> {}).start();
        }
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        append(new Event.Log(LogLevel.INFO, "line"));
        try {
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(served.await(30, TimeUnit.SECONDS))
                    .as("%s of the others still wait", served.getCount())
                    .isTrue();
        } finally {
            release.countDown();
        }
    }

    private static SubscriptionTimeouts endless() {
        return SubscriptionTimeouts.poll(Duration.ofHours(1));
    }

    private void append(Event event) {
        feeds.grown(((WriteResult.Done) store.write(List.of(new Write("j", row -> Verdict.append(event))))
                        .get(0))
                .growth());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void wrong(String what) {
        synchronized (wrong) {
            wrong.add(what);
        }
    }

    /** Counts down when it has been flushed for the first time, so that its reader waits for more. */
    private static final class CountingOutlet implements Outlet {
        private final CountDownLatch begun;
        private boolean flushed;

        CountingOutlet(CountDownLatch begun) {
            this.begun = begun;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void entries(Batch batch) {}

        @Override
        public void snapshot(Job job, boolean reset) {}

        @Override
        public void deleted(String job) {}

        @Override
        public void heartbeat() {}

        @Override
        public boolean flush(boolean upToDate) {
            if (upToDate && !flushed) {
                flushed = true;
                begun.countDown();
            }
            return true;
        }

        @Override
        public void end(CloseReason reason) {}

        @Override
        public void abort() {}
    }

    /** Is full now and then, and has room again a moment later by another thread; checks numbers and that it is alone. */
    private final class RestlessOutlet implements Outlet {
        private final AtomicBoolean inside = new AtomicBoolean();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile Subscription reader;
        private long last;
        private long lastOther;

        private void alone(Runnable call) {
            if (!inside.compareAndSet(false, true)) {
                wrong("pumped twice at a time");
            }
            call.run();
            inside.set(false);
        }

        @Override
        public boolean ready() throws IOException {
            var room = new AtomicBoolean(true);
            alone(() -> {
                if (calls.incrementAndGet() % 5 == 0) {
                    room.set(false);
                    containerThreads.execute(reader::wake);
                }
            });
            return room.get();
        }

        @Override
        public void entries(Batch batch) {
            alone(() -> batch.entries().forEach(this::take));
        }

        private void take(LogEntry entry) {
            if (last > 0 && entry.seq() <= last) {
                wrong(entry + " after " + last);
            }
            last = entry.seq();
            if (entry.kind() == LogEntry.Kind.OTHER && entry.seq() > 1) {
                if (lastOther > 0 && entry.seq() != lastOther + 3) {
                    wrong(entry + " after the event " + lastOther);
                }
                lastOther = entry.seq();
            }
        }

        @Override
        public void snapshot(Job job, boolean reset) {
            wrong("a snapshot");
        }

        @Override
        public void deleted(String job) {
            wrong("deleted");
        }

        @Override
        public void heartbeat() {}

        @Override
        public boolean flush(boolean upToDate) {
            alone(() -> {});
            return true;
        }

        @Override
        public void end(CloseReason reason) {
            alone(() -> {
                if (reason != CloseReason.FINISHED || last != EVENTS + 2) {
                    wrong("ended at " + last + ": " + reason);
                }
            });
        }

        @Override
        public void abort() {
            wrong("aborted");
        }
    }
}
