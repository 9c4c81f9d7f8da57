package dev.tidings.it.nodes;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.SseParser.Block;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Reads one job's log to its end by a cursor, changing node and transport at random and at every failure.
 *
 * <p>Threads: one of its own; any may stop it.
 */
public final class Reader implements Runnable {
    private static final Duration SILENCE_AT_MOST = Duration.ofSeconds(4);

    private final String job;
    private final String name;
    private final List<Node> nodes;
    private final Random random;
    private final Sightings sightings;
    private long cursor;
    private volatile boolean ended;
    private volatile boolean stopped;

    Reader(String job, String name, List<Node> nodes, long seed, Sightings sightings) {
        this.job = job;
        this.name = name;
        this.nodes = nodes;
        this.random = new Random(seed);
        this.sightings = sightings;
    }

    /** Whether it has seen the terminal event. */
    boolean ended() {
        return ended;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!ended && !stopped) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            try {
                switch (random.nextInt(4)) {
                    case 0 -> poll(node, 0);
                    case 1 -> poll(node, 3);
                    default -> stream(node);
                }
            } catch (IOException away) {
                pause();
            } catch (InterruptedException end) {
                return;
            } catch (RuntimeException | Error e) {
                sightings.broken(name + " at " + node + ": " + e);
                return;
            }
        }
    }

    private void poll(Node node, int seconds) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                node.get("api/jobs/" + job + "/events?after=" + cursor + "&limit=20&wait=" + seconds);
        if (answer.statusCode() == 503) {
            if (answer.headers().firstValue("Retry-After").isEmpty()) {
                sightings.broken(name + " got 503 without Retry-After from " + node);
            }
            pause();
            return;
        }
        if (answer.statusCode() != 200) {
            throw new AssertionError("poll: " + answer.statusCode() + " " + answer.body());
        }
        JsonObject page = Sightings.json(answer.body());
        for (JsonObject event : page.getJsonArray("events").getValuesAs(JsonObject.class)) {
            see(node, event);
        }
        if (Long.parseLong(page.getString("next")) != cursor) {
            sightings.broken(name + " at " + node + ": next is " + page.getString("next") + " after " + cursor);
        }
        if (page.getBoolean("done") != ended) {
            sightings.broken(name + " at " + node + ": done is " + page.getBoolean("done") + " at " + cursor);
        }
        if (seconds == 0) {
            pause();
        }
    }

    private void stream(Node node) throws IOException {
        int most = 1 + random.nextInt(40);
        try (var stream = EventStream.openWithin(
                SILENCE_AT_MOST, node.at("api/jobs/" + job + "/events"), "Last-Event-ID", Long.toString(cursor))) {
            if (stream.status() != 200) {
                throw new AssertionError("stream: " + stream.status());
            }
            for (int i = 0; i < most && !ended && !stopped; i++) {
                Block block = stream.next();
                if (block == null) {
                    if (!ended) {
                        pause();
                    }
                    return;
                }
                if (block.event().equals("message")) {
                    see(node, Sightings.json(block.data()));
                }
            }
        }
    }

    private void see(Node node, JsonObject event) {
        sightings.saw(name, job, node.name(), event);
        cursor = Sightings.seq(event);
        ended = Sightings.terminal(event);
    }

    private void pause() {
        try {
            Waiting.pass(Duration.ofMillis(30 + random.nextInt(150)));
        } catch (InterruptedException end) {
            stopped = true;
            Thread.currentThread().interrupt();
        }
    }

    /** The log of a finished job from its beginning, as a node shows it now. */
    public static List<JsonObject> wholeLog(Node node, String job) throws IOException, InterruptedException {
        var events = new ArrayList<JsonObject>();
        String next = "0";
        while (true) {
            HttpResponse<String> answer = node.get("api/jobs/" + job + "/events?limit=1000&wait=0&after=" + next);
            if (answer.statusCode() != 200) {
                throw new AssertionError("log of " + job + " at " + node + ": " + answer.statusCode() + answer.body());
            }
            JsonObject page = Sightings.json(answer.body());
            events.addAll(page.getJsonArray("events").getValuesAs(JsonObject.class));
            if (page.getBoolean("done") || page.getJsonArray("events").isEmpty()) {
                return events;
            }
            next = page.getString("next");
        }
    }

    @Override
    public String toString() {
        return name + " after " + cursor;
    }
}
