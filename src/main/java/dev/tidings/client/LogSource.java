package dev.tidings.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One job's log as a reader knows it: its cursor, and what it was told and nobody has asked for yet. Takes each event once and in order, whatever comes.
 *
 * <p>Threads: one; the cursor may be read by any.
 */
final class LogSource {
    /** The most events of one page. */
    private static final int PAGE = 100;

    /** A watch that gets this many 404s which are not Tidings' own, and nothing else, has a wrong URI. */
    private static final int MAX_ABSENT = 6;

    private static final long NONE = -1;

    private final URI job;
    private final String id;
    private final RandomGenerator random;
    private final ArrayDeque<JobEvent> ready = new ArrayDeque<>();
    private String client;
    private long requests;
    private boolean done;
    private volatile long cursor;
    private boolean reached;
    private int absent;

    /** What a page brought. {@code more}: it was full. */
    record Page(boolean progressed, boolean more) {}

    LogSource(URI job, String id, OptionalLong cursor, RandomGenerator random) {
        this.job = job;
        this.id = id;
        this.random = random;
        this.cursor = cursor.orElse(NONE);
        client = token();
    }

    /** The next event that was taken; null when there is none yet. */
    @Nullable
    JobEvent poll() {
        return ready.poll();
    }

    boolean waiting() {
        return ready.isEmpty() && !done;
    }

    /** Whether nothing more will come; some may be {@link #poll ready} still. */
    boolean done() {
        return done;
    }

    OptionalLong cursor() {
        long now = cursor;
        return now == NONE ? OptionalLong.empty() : OptionalLong.of(now);
    }

    URI streamUri() {
        return URI.create(job + "/events?" + after() + "client=" + client);
    }

    /** Each request has its own URI: some gateways answer from memory whatever they were told. */
    URI pollUri(int waitS) {
        return URI.create(job + "/events?" + after() + "wait=" + waitS + "&n=" + client + "." + requests++);
    }

    private String after() {
        return cursor == NONE ? "" : "after=" + cursor + "&";
    }

    /** Another reader has this one's token. */
    void rename() {
        client = token();
    }

    /** Tidings itself has answered: a later 404 of a gateway is an outage. */
    void reached() {
        reached = true;
    }

    /** Something else answered 404. @throws TidingsException when Tidings is not there */
    void absent() throws TidingsException {
        if (!reached && ++absent >= MAX_ABSENT) {
            throw new TidingsException(404, "Tidings is not at " + job + " (status 404, not from Tidings)");
        }
    }

    void end() {
        done = true;
    }

    /**
     * Takes an event, or passes over one that was taken before.
     *
     * @return whether the cursor moved
     * @throws IllegalArgumentException when it can't be Tidings'
     */
    boolean take(@Nullable JsonObject json) {
        JobEvent event = json == null ? null : JobEvent.of(json);
        if (event == null || !event.job().equals(id)) {
            throw new IllegalArgumentException("not an event of job " + id);
        }
        if (done || (event.seq() <= cursor && !event.reset())) {
            return false;
        }
        cursor = event.seq();
        done = event.terminal();
        ready.add(event);
        return true;
    }

    /**
     * Takes the answer of a poll.
     *
     * @throws IllegalArgumentException when it can't be Tidings'
     */
    Page takePage(@Nullable JsonObject json) {
        JsonValue over = json == null ? null : json.get("done");
        if (json == null
                || !(json.get("events") instanceof JsonArray events)
                || (over != JsonValue.TRUE && over != JsonValue.FALSE)) {
            throw new IllegalArgumentException("not a page of the log of " + id);
        }
        boolean progressed = false;
        for (JsonValue event : events) {
            progressed |= take(event instanceof JsonObject object ? object : null);
        }
        done |= over == JsonValue.TRUE;
        return new Page(progressed, !done && events.size() >= PAGE);
    }

    private String token() {
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
