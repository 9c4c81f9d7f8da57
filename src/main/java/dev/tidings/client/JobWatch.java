package dev.tidings.client;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Every event of one job after a cursor, each once and in order (of a run of {@code progress} perhaps only the last), until the terminal one;
 * by whatever transport the path lets through, for as long as it takes.
 *
 * <pre>{@code
 * try (JobWatch watch = client.watch(job.id(), 0)) {
 *     for (Optional<JobEvent> event = watch.next(); event.isPresent(); event = watch.next()) {
 *         System.out.println(event.get().json());
 *     }
 * }
 * }</pre>
 *
 * <p>Threads: one calls {@link #next}, which reads; any may call the others. Between two calls nothing is read, and the server waits or reads on later
 * from the cursor.
 */
public final class JobWatch implements AutoCloseable {
    private final HttpConnections wire;
    private final Requests requests;
    private final Time time;
    private final PathMemory paths;
    private final LogSource source;

    // Owned by the thread that reads.
    private final Ladder ladder;
    private boolean begun;
    private long startedMs;

    // Shared.
    private final AtomicReference<@Nullable LogRequest> reading = new AtomicReference<>();
    private volatile boolean closed;
    private volatile Transport transport;
    private volatile int failures;

    JobWatch(
            HttpConnections wire,
            Requests requests,
            Time time,
            PathMemory paths,
            LogSource source,
            RandomGenerator random) {
        this.wire = wire;
        this.requests = requests;
        this.time = time;
        this.paths = paths;
        this.source = source;
        ladder = new Ladder(random, paths.recall(time.nowMs()));
        transport = ladder.transport();
    }

    /**
     * The next event; waits for it. Empty after the terminal one, and only then.
     *
     * @throws TidingsException what Tidings refuses for good: there is no such job, or it was deleted, or the caller may not see it
     * @throws CancellationException when it was closed
     * @throws InterruptedException when the thread was; it may go on later
     */
    public Optional<JobEvent> next() throws IOException, InterruptedException {
        if (reading.get() instanceof LogStreamRequest stream) {
            stream.resume();
        }
        while (source.waiting()) {
            step();
        }
        if (closed) {
            throw new CancellationException("the watch is closed");
        }
        return Optional.ofNullable(source.poll());
    }

    /** The {@code seq} of the last event that was read: what a later watch goes on from when all up to it were handled. Empty before any. */
    public OptionalLong cursor() {
        return source.cursor();
    }

    /** How the log is read at present. */
    public Transport transport() {
        return transport;
    }

    /** Failed requests in a row: more than a few say that Tidings, or the way to it, is away. */
    public int failures() {
        return failures;
    }

    /** Ends it; a {@link #next} that waits is told at once. Idempotent. */
    @Override
    public void close() {
        closed = true;
        time.end();
        end();
    }

    private void step() throws IOException, InterruptedException {
        LogRequest present = reading.get();
        if (present == null) {
            begin();
            return;
        }
        Outcome outcome;
        try {
            outcome = present.step();
        } catch (TidingsException refused) {
            end();
            throw refused;
        }
        check();
        if (outcome == null) {
            transport = ladder.transport();
            return;
        }
        end();
        long nowMs = time.nowMs();
        long pauseMs = ladder.report(outcome, nowMs - startedMs, nowMs);
        transport = ladder.transport();
        failures = ladder.failures();
        paths.remember(ladder.memory(), nowMs);
        if (!source.done()) {
            time.pause(pauseMs);
            check();
        }
    }

    private void begin() throws InterruptedException {
        long earlyMs = begun ? startedMs + RetryDelays.FLOOR_MS - time.nowMs() : 0;
        if (earlyMs > 0) {
            time.pause(earlyMs);
        }
        check();
        begun = true;
        startedMs = time.nowMs();
        Ladder.Plan plan = ladder.plan(startedMs);
        boolean stream = plan.transport() == Transport.STREAM;
        HttpRequest request = requests.to(stream ? source.streamUri() : source.pollUri(plan.waitS()))
                .setHeader("Accept", stream ? "text/event-stream" : "application/json")
                .setHeader("Cache-Control", "no-cache")
                .build();
        HttpConnections.Exchange exchange = wire.open(request);
        reading.set(
                stream
                        ? new LogStreamRequest(exchange, source, time, ladder)
                        : new LogPollRequest(exchange, source, time, plan.waitS()));
        if (closed) {
            end();
        }
    }

    private void check() {
        if (closed) {
            throw new CancellationException("the watch is closed");
        }
    }

    private void end() {
        LogRequest present = reading.getAndSet(null);
        if (present != null) {
            present.close();
        }
    }
}
