package dev.tidings.it.nodes;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.SseParser.Block;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * One stream at one node, whose events are held to the time at which they were appended. One clock: the database is on
 * this machine.
 *
 * <p>Threads: one.
 */
final class Watch implements AutoCloseable {
    private final EventStream stream;
    private final String job;
    private int logs;

    Watch(Node node, String job) throws IOException {
        this.job = job;
        stream = EventStream.openWithin(
                Duration.ofSeconds(20), node.at("api/jobs/" + job + "/events"), "Last-Event-ID", "0");
    }

    /** Reads on to that line of the job's log, and tells how late the latest event was, in milliseconds. */
    long until(int line) throws IOException {
        long worst = 0;
        while (logs < line) {
            Block block = stream.nextEvent();
            if (block == null) {
                throw new AssertionError("the stream of " + job + " ended after line " + logs);
            }
            JsonObject event = Sightings.json(block.data());
            if (event.getString("type").equals("log")) {
                logs++;
                worst = Math.max(
                        worst,
                        Duration.between(Instant.parse(event.getString("at")), Instant.now())
                                .toMillis());
            }
        }
        return worst;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
