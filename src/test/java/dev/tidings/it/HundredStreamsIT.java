package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Http2Connection;
import dev.tidings.testing.Report;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A hundred event streams on one HTTP/2 connection, one of which is never read. */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class HundredStreamsIT {
    private static final int STREAMS = 100;
    private static final int WINDOW = 16_000;

    @Deployment(testable = false)
    static WebArchive war() {
        // Nobody is cut for taking nothing while the test lasts, however slow the machine.
        return Secured.without(Map.of("tidings.limits.streamsPerUser", "200", "tidings.stuck", "10m"));
    }

    @Test
    void one_that_never_reads_holds_up_no_other_on_the_same_connection() throws Exception {
        var jobs = new ArrayList<String>();
        for (int i = 0; i < STREAMS; i++) {
            jobs.add(Calls.submitted("{\"type\":\"external\"}"));
        }
        try (var connection = new Http2Connection(InServer.TLS_BASE, Tls.context(), WINDOW)) {
            var seen = new Seen(connection, jobs);
            int lazy = seen.streams.get(0);
            connection.stall(lazy);
            var reading = CompletableFuture.runAsync(seen::read);

            // More than its window takes, so that the server has something to write and cannot.
            for (int i = 0; i < 20; i++) {
                report(jobs.get(0), "x".repeat(2000));
            }
            seen.await(lazy, "xxx");
            // Each at a pace of its own: the n-th tells in every (n mod 5 + 1)-th round.
            for (int round = 1; round <= 10; round++) {
                for (int i = 1; i < STREAMS; i++) {
                    if (round % (i % 5 + 1) == 0) {
                        report(jobs.get(i), "round " + round + " of " + i + ";");
                    }
                }
            }
            for (int i = 1; i < STREAMS; i++) {
                int last = 10 - 10 % (i % 5 + 1);
                seen.await(seen.streams.get(i), "round " + last + " of " + i + ";");
            }

            assertThat(seen.text(lazy).length())
                    .as("what the lazy one was sent")
                    .isLessThanOrEqualTo(WINDOW);
            assertThat(seen.ended).as("streams that have ended").isEmpty();
            Report.line("HundredStreamsIT on " + InServer.SERVER + ": a report at each of " + (STREAMS - 1)
                    + " streams, from the request that brings it to the frame that tells it: " + seen.delays());
            for (String job : jobs) {
                Calls.post(job + "/cancel").is(202);
            }
            for (int i = 1; i < STREAMS; i++) {
                seen.await(seen.streams.get(i), "\"type\":\"cancelling\"");
            }
            assertThat(reading).isNotDone();
        }
    }

    /** When each report was sent, by its text. */
    private static final Map<String, Long> SENT = new ConcurrentHashMap<>();

    private static void report(String job, String message) {
        SENT.put(message, System.nanoTime());
        Calls.send(
                        "POST",
                        job + "/events",
                        BodyPublishers.ofString("{\"type\":\"log\",\"message\":\"" + message + "\"}"),
                        "Content-Type",
                        "application/json")
                .is(200);
    }

    /** What has come on each stream. */
    private static final class Seen {
        private final Http2Connection connection;
        private final List<Integer> streams = new ArrayList<>();
        private final List<Integer> ended = new ArrayList<>();
        private final Map<Integer, StringBuilder> texts = new HashMap<>();
        private final List<Long> delaysNanos = new ArrayList<>();

        Seen(Http2Connection connection, List<String> jobs) throws Exception {
            this.connection = connection;
            for (String job : jobs) {
                int stream = connection.get("/tidings/" + job + "/events?after=0", "accept", "text/event-stream");
                streams.add(stream);
                texts.put(stream, new StringBuilder());
            }
        }

        void read() {
            try {
                for (var frame = connection.next(); frame != null; frame = connection.next()) {
                    long now = System.nanoTime();
                    synchronized (this) {
                        StringBuilder text = texts.get(frame.stream());
                        if (text != null && frame.type() == Http2Connection.DATA) {
                            text.append(frame.text());
                            for (String part : frame.text().split("\"message\":\"", -1)) {
                                int end = part.indexOf('"');
                                Long sent = end < 0 ? null : SENT.get(part.substring(0, end));
                                if (sent != null && part.startsWith("round")) {
                                    delaysNanos.add(now - sent);
                                }
                            }
                        }
                        if (frame.endsStream() || frame.type() == Http2Connection.RST_STREAM) {
                            ended.add(frame.stream());
                        }
                        notifyAll();
                    }
                }
            } catch (java.io.IOException closed) {
                // by the test, when it has seen enough
            }
        }

        synchronized String text(int stream) {
            return texts.get(stream).toString();
        }

        /** Waits until that has come on the stream. */
        synchronized void await(int stream, String part) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            while (texts.get(stream).indexOf(part) < 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("no '" + part + "' has come on stream " + stream);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }

        synchronized String delays() {
            var sorted = delaysNanos.stream().sorted().toList();
            return sorted.size() + ", median " + sorted.get(sorted.size() / 2) / 1_000_000 + " ms, longest "
                    + sorted.get(sorted.size() - 1) / 1_000_000 + " ms";
        }
    }
}
