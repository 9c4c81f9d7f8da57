package dev.tidings.it.balancers;

import dev.tidings.testing.SseParser;
import dev.tidings.testing.SseParser.Block;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event stream through a balancer, each block with the time at which it came.
 *
 * <p>Threads: one test thread takes the blocks; a daemon thread of its own reads.
 */
final class EndpointStream implements AutoCloseable {
    /** Nothing that is looked at takes longer, on however slow a machine; what takes longer is mute. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * What came.
     *
     * @param block null at the end of the response
     * @param cut why it ended, when that was not proper
     */
    record Arrival(
            @Nullable Block block, Instant at, @Nullable IOException cut) {
        boolean is(String event) {
            return block != null && block.event().equals(event);
        }
    }

    private final InputStream in;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final HttpResponse<InputStream> response;

    private EndpointStream(HttpResponse<InputStream> response, String name) {
        this.response = response;
        in = response.body();
        if (response.statusCode() != 200) {
            arrivals.add(new Arrival(null, Instant.now(), null)); // a page of the balancer's, perhaps
            return;
        }
        var reader = new Thread(this::read, name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Asks for a stream and waits for the head of the response. */
    static EndpointStream open(BalancerEndpoint front, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(front.at(path))
                .timeout(PATIENCE)
                .header("Accept-Encoding", "gzip, deflate, br")
                .header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new EndpointStream(front.client().send(request.build(), BodyHandlers.ofInputStream()), "stream " + path);
    }

    HttpResponse<?> response() {
        return response;
    }

    private void read() {
        var parser = new SseParser();
        byte[] buffer = new byte[16 * 1024];
        IOException cut = null;
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                Instant now = Instant.now();
                parser.feed(buffer, 0, count).forEach(block -> arrivals.add(new Arrival(block, now, null)));
            }
            if (!parser.betweenBlocks()) {
                cut = new IOException("the response ended within a block");
            }
        } catch (IOException e) {
            cut = e;
        }
        arrivals.add(new Arrival(null, Instant.now(), cut));
    }

    /** The next block, or the end; null when nothing came within this time. */
    @Nullable
    Arrival next(Duration within) throws InterruptedException {
        return arrivals.poll(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The next block, or the end; fails when nothing comes. */
    Arrival next() throws InterruptedException {
        Arrival next = next(PATIENCE);
        if (next == null) {
            throw new AssertionError("the stream is mute");
        }
        return next;
    }

    /** The next block of this sort, past others; fails when the response ends before. */
    Arrival next(String event) throws InterruptedException {
        Arrival next = next();
        while (!next.is(event)) {
            if (next.block() == null) {
                throw new AssertionError("the stream ended before " + event, next.cut());
            }
            next = next();
        }
        return next;
    }

    /** Leaves: nothing more is read. */
    @Override
    public void close() throws IOException {
        in.close();
    }
}
