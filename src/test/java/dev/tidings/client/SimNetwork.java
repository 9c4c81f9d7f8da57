package dev.tidings.client;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server with one job, a path that misbehaves, and what was asked: all in virtual time. Used by one thread. */
final class SimNetwork implements HttpConnections {
    static final String JOB = "j1";
    private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());
    private static final int HEARTBEAT_MS = 15_000;
    private static final int AGE_MS = 600_000;
    private static final int PAGE = 100;

    /** @param kind as the query tells it */
    record Asked(long atMs, Transport kind, URI uri) {}

    final SimTime time = new SimTime();
    final List<JsonObject> log = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();
    /** Answers to polls that a cache may give again. */
    private final List<String> pages = new ArrayList<>();

    private final Set<SimExchange> open = new LinkedHashSet<>();
    private final Set<Runnable> readers = new LinkedHashSet<>();
    private final Random random;
    private SimPath path = SimPath.CLEAR;
    private Runnable atEnd = () -> {};

    SimNetwork(long seed) {
        random = new Random(seed);
    }

    JobWatch watch(long cursor, Random own) {
        return watch(cursor, own, new PathMemory());
    }

    JobWatch watch(long cursor, Random own, PathMemory paths) {
        URI job = URI.create("http://portal.test/tidings/api/jobs/" + JOB);
        var source = new LogSource(job, JOB, OptionalLong.of(cursor), own);
        return new JobWatch(this, new Requests(Map::of), time, paths, source, own);
    }

    /** Requests from now on go this way; those under way stay on theirs. */
    void path(SimPath next) {
        path = next;
    }

    /** Every connection breaks, told or untold. */
    void breakAll(boolean told) {
        for (SimExchange exchange : List.copyOf(open)) {
            if (told) {
                exchange.fail();
            } else {
                exchange.vanish();
            }
        }
    }

    void onEnd(Runnable then) {
        atEnd = then;
    }

    void append(String type) {
        log.add(JSON.createObjectBuilder()
                .add("seq", log.size() + 1)
                .add("job", JOB)
                .add("type", type)
                .add("message", "Zürich 東京 🎉")
                .build());
        for (Runnable reader : List.copyOf(readers)) {
            reader.run();
        }
        if (finished()) {
            atEnd.run();
        }
    }

    /** The job goes on by itself: an event now and then, and an end. */
    void work(int events, long gapMs) {
        append("queued");
        time.later(random.nextLong(2 * gapMs), () -> step(events - 1, gapMs));
    }

    private void step(int left, long gapMs) {
        int lot = random.nextInt(10);
        append(left <= 0 ? "succeeded" : lot < 5 ? "progress" : lot < 9 ? "log" : "artifact");
        if (left > 0) {
            time.later(random.nextLong(2 * gapMs), () -> step(left - 1, gapMs));
        }
    }

    private boolean finished() {
        return !log.isEmpty() && JobEvent.terminal(log.get(log.size() - 1).getString("type"));
    }

    @Override
    public Exchange open(HttpRequest request) {
        URI uri = request.uri();
        boolean stream = request.headers().firstValue("Accept").orElse("").equals("text/event-stream");
        Transport kind =
                stream ? Transport.STREAM : query(uri, "wait").equals("0") ? Transport.POLL : Transport.LONG_POLL;
        asked.add(new Asked(time.nowMs(), kind, uri));
        SimPath way = path;
        var exchange = new SimExchange(time, way, stream, open::remove);
        open.add(exchange);
        if (way.down() == SimPath.Down.HANGS) {
            return exchange;
        }
        time.later(way.latencyMs(), () -> {
            boolean blocked = way.block() == SimPath.Block.ALL || (way.block() == SimPath.Block.STREAMS && stream);
            if (exchange.closed()) {
                return;
            }
            if (way.down() == SimPath.Down.FAILS) {
                exchange.fail();
            } else if (blocked) {
                exchange.answer(way.blockStatus(), "text/html", "<html>Please sign in</html>");
            } else if (stream) {
                stream(uri, exchange, way);
            } else {
                poll(uri, exchange, way);
            }
        });
        return exchange;
    }

    private void stream(URI uri, SimExchange exchange, SimPath way) {
        long[] cursor = {Long.parseLong(query(uri, "after"))};
        if (finished() && cursor[0] == log.size()) {
            exchange.answer(204, "", "");
            return;
        }
        exchange.begin(200, "text/event-stream");
        exchange.write("retry: 2000\nevent: hello\ndata: {\"job\":\"j1\",\"seq\":" + log.size() + ",\"heartbeat\":"
                + HEARTBEAT_MS + "}\n\n");
        if (way.busy() || way.limited()) {
            bye(exchange, way.busy() ? "unavailable" : "limit", 5_000);
            return;
        }
        Runnable pump = () -> {
            for (JsonObject event : after(cursor[0])) {
                exchange.write("data: " + event + "\nid: " + event.getInt("seq") + "\n\n");
                cursor[0] = event.getInt("seq");
            }
            if (finished()) {
                exchange.end();
            }
        };
        readers.add(pump);
        exchange.onClose(() -> readers.remove(pump));
        time.later(AGE_MS * 4 / 5 + random.nextInt(AGE_MS * 2 / 5), () -> bye(exchange, "rotate", 2_000));
        beat(exchange);
        pump.run();
    }

    private void beat(SimExchange exchange) {
        time.later(HEARTBEAT_MS, () -> {
            if (!exchange.closed()) {
                exchange.write("event: heartbeat\ndata: {\"at\":\"\"}\n\n");
                beat(exchange);
            }
        });
    }

    private static void bye(SimExchange exchange, String reason, int retryMs) {
        exchange.write("retry: " + retryMs + "\nevent: bye\ndata: {\"reason\":\"" + reason + "\"}\n\n");
        exchange.end();
    }

    private void poll(URI uri, SimExchange exchange, SimPath way) {
        if (way.busy()) {
            exchange.answer(503, "application/problem+json", "{\"title\":\"busy\"}", "Retry-After", "3");
            return;
        }
        long cursor = Long.parseLong(query(uri, "after"));
        int waitS = Integer.parseInt(query(uri, "wait"));
        if (cursor != log.size() || finished() || waitS == 0) {
            page(exchange, cursor, way);
        } else if (way.limited()) {
            exchange.answer(429, "application/problem+json", "{\"title\":\"limit\"}", "Retry-After", "2");
        } else {
            Runnable over = () -> {
                if (!exchange.closed()) {
                    page(exchange, cursor, way);
                }
            };
            readers.add(over);
            exchange.onClose(() -> readers.remove(over));
            time.later(waitS * 900L + random.nextInt(waitS * 100), over);
        }
    }

    private void page(SimExchange exchange, long cursor, SimPath way) {
        List<JsonObject> events = after(cursor);
        List<JsonObject> page = events.subList(0, Math.min(PAGE, events.size()));
        JsonArrayBuilder array = JSON.createArrayBuilder();
        page.forEach(array::add);
        long next = page.isEmpty() ? cursor : page.get(page.size() - 1).getInt("seq");
        boolean done = finished() && next >= log.size();
        String body = JSON.createObjectBuilder()
                .add("events", array)
                .add("next", Long.toString(next))
                .add("done", done)
                .build()
                .toString();
        boolean stale = way.stale() && !pages.isEmpty() && random.nextBoolean();
        exchange.answer(200, "application/json", stale ? pages.get(random.nextInt(pages.size())) : body);
        if (!done) {
            pages.add(body);
        }
    }

    /** A run of progress shrinks to its last, now and then, as it does for a slow reader. */
    private List<JsonObject> after(long cursor) {
        var events = new ArrayList<JsonObject>();
        for (JsonObject event : log.subList((int) Math.min(cursor, log.size()), log.size())) {
            boolean superseded = !events.isEmpty()
                    && event.getString("type").equals("progress")
                    && events.get(events.size() - 1).getString("type").equals("progress");
            if (superseded) {
                events.remove(events.size() - 1);
            }
            events.add(event);
        }
        return events;
    }

    private static String query(URI uri, String name) {
        Matcher matcher = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(uri.getQuery());
        return matcher.find() ? matcher.group(1) : "";
    }
}
