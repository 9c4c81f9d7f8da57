package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.SseParser;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What readers have seen of one job's log, over all lives of the server, and what must hold whenever it is read again.
 *
 * <p>Threads: one reader at a time sees; the test's thread compares while nobody reads.
 */
final class SeenLog {
    /** Events as they came, letter by letter, by number. */
    private final TreeMap<Long, String> seen = new TreeMap<>();

    private long compared;

    /** A reader got an event; what was seen before under its number must be the same. */
    synchronized void see(String event) {
        long seq = JobsClient.json(event).getJsonNumber("seq").longValueExact();
        String before = seen.putIfAbsent(seq, event);
        assertThat(event).as("event " + seq + ", seen again").isEqualTo(before == null ? event : before);
    }

    /** The cursor of the last event seen. */
    synchronized long cursor() {
        return seen.isEmpty() ? 0 : seen.lastKey();
    }

    /** How many events, seen earlier, were found again by {@link #check}. */
    synchronized long compared() {
        return compared;
    }

    /** The attempt that was under way by what was seen; 0 for none. */
    synchronized int runningAttempt() {
        int attempt = 0;
        for (String text : seen.values()) {
            JsonObject event = JobsClient.json(text);
            switch (event.getString("type")) {
                case "started" -> attempt = event.getInt("attempt");
                case "queued", "retrying", "succeeded", "failed", "cancelled" -> attempt = 0;
                default -> {}
            }
        }
        return attempt;
    }

    /** Whether the log has ended. */
    synchronized boolean ended() {
        return !seen.isEmpty()
                && JobsClient.terminal(JobsClient.json(seen.lastEntry().getValue()));
    }

    /**
     * Reads the log from its beginning and holds it to what was seen: no event is another now, none but
     * {@code progress} is missing, numbers strictly increase, attempts follow one another, and only the last event is
     * terminal.
     */
    synchronized void check(JobsClient server, String id) throws IOException, InterruptedException {
        List<String> now = read(server, id);
        var bySeq = new TreeMap<Long, String>();
        long attempts = 0;
        for (int i = 0; i < now.size(); i++) {
            JsonObject event = JobsClient.json(now.get(i));
            long seq = event.getJsonNumber("seq").longValueExact();
            assertThat(seq).as("numbers of " + now).isGreaterThan(bySeq.isEmpty() ? 0 : bySeq.lastKey());
            bySeq.put(seq, now.get(i));
            if (event.getString("type").equals("started")) {
                assertThat(event.getInt("attempt")).as("attempts of " + now).isEqualTo((int) ++attempts);
            }
            assertThat(JobsClient.terminal(event) && i < now.size() - 1)
                    .as("an event after the terminal one in " + now)
                    .isFalse();
        }
        assertThat(JobsClient.json(bySeq.get(1L)).getString("type")).isEqualTo("queued");
        for (Map.Entry<Long, String> before : seen.entrySet()) {
            String again = bySeq.get(before.getKey());
            if (again == null && progress(before.getValue())) {
                continue;
            }
            assertThat(again).as("event " + before.getKey() + " of job " + id).isEqualTo(before.getValue());
            compared++;
        }
        if (!seen.isEmpty()) {
            assertThat(bySeq.lastKey()).as("the end of the log of " + id).isGreaterThanOrEqualTo(seen.lastKey());
        }
        bySeq.forEach((seq, event) -> seen.putIfAbsent(seq, event));
    }

    private static boolean progress(String event) {
        return JobsClient.json(event).getString("type").equals("progress");
    }

    /** The log as a stream shows it, to the number that the stream's first block names. */
    private static List<String> read(JobsClient server, String id) throws IOException {
        var events = new ArrayList<String>();
        try (var stream = EventStream.open(server.uri("jobs/" + id + "/events?after=0"))) {
            long newest =
                    JobsClient.json(stream.next().data()).getJsonNumber("seq").longValueExact();
            for (long seq = 0; seq < newest; ) {
                SseParser.Block block = stream.nextEvent();
                assertThat(block)
                        .as("the event " + newest + " of job " + id + ", after " + events)
                        .isNotNull();
                events.add(block.data());
                seq = Long.parseLong(block.id());
            }
        }
        return events;
    }
}
