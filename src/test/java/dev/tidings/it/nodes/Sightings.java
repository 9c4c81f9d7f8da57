package dev.tidings.it.nodes;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Everything that every reader saw, and the contract that it is held to: each event but progress once and in order, of
 * progress always the newest before another event, no number for two events, attempts that only grow, one terminal event
 * and nothing after it, and the same again for who reads from the beginning. And one job for each key.
 *
 * <p>Threads: any.
 */
public final class Sightings {
    /**
     * An event as a reader got it.
     *
     * @param at {@link System#nanoTime}
     * @param node where it was read
     */
    record Seen(JsonObject event, long at, String node) {}

    private final Map<String, Map<String, List<Seen>>> byJob = new LinkedHashMap<>();
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    public static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    public static long seq(JsonObject event) {
        return event.getJsonNumber("seq").longValueExact();
    }

    public static boolean terminal(JsonObject event) {
        return switch (event.getString("type")) {
            case "succeeded", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    private static boolean progress(JsonObject event) {
        return event.getString("type").equals("progress");
    }

    /** A submission was answered {@code 202}. */
    synchronized void accepted(String key, String job) {
        String before = keys.putIfAbsent(key, job);
        if (before != null && !before.equals(job)) {
            broken.add("key " + key + " made " + before + " and " + job);
        }
        byJob.computeIfAbsent(job, each -> new LinkedHashMap<>());
        notifyAll();
    }

    public synchronized void saw(String reader, String job, String node, JsonObject event) {
        byJob.computeIfAbsent(job, each -> new LinkedHashMap<>())
                .computeIfAbsent(reader, each -> new ArrayList<>())
                .add(new Seen(event, System.nanoTime(), node));
        notifyAll();
    }

    /** Something that must not be, told by a reader. */
    public synchronized void broken(String what) {
        broken.add(what);
        notifyAll();
    }

    synchronized Set<String> jobs() {
        return Set.copyOf(byJob.keySet());
    }

    synchronized void forget() {
        byJob.clear();
        keys.clear();
        broken.clear();
    }

    /** How many events readers got. */
    synchronized long count() {
        return byJob.values().stream()
                .flatMap(readers -> readers.values().stream())
                .mapToLong(List::size)
                .sum();
    }

    /** Waits for the first sight of such an event by any reader. */
    synchronized Seen await(String job, Predicate<JsonObject> wanted, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            Seen first = null;
            for (List<Seen> reader : byJob.getOrDefault(job, Map.of()).values()) {
                for (Seen seen : reader) {
                    if (wanted.test(seen.event()) && (first == null || seen.at() < first.at())) {
                        first = seen;
                    }
                }
            }
            if (first != null) {
                return first;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || !broken.isEmpty()) {
                throw new AssertionError("not seen of job " + job + ": " + broken + " " + byJob.get(job));
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, 1_000_000_000));
        }
    }

    /** Holds what was seen of a finished job to the contract. */
    public synchronized void check(String job, List<JsonObject> log) {
        if (!broken.isEmpty()) {
            throw new AssertionError(String.join("\n", broken));
        }
        var union = new TreeMap<Long, JsonObject>();
        checkOne(
                "the log of " + job,
                log.stream().map(event -> new Seen(event, 0, "")).toList(),
                union);
        if (log.isEmpty() || seq(log.get(0)) != 1 || !terminal(log.get(log.size() - 1))) {
            throw new AssertionError("the log of " + job + " does not go from 1 to an end: " + log);
        }
        Map<String, List<Seen>> readers = byJob.getOrDefault(job, Map.of());
        readers.forEach((reader, seen) -> checkOne(reader, seen, union));
        var whole = List.copyOf(union.values());
        readers.forEach((reader, seen) ->
                checkWhole(reader, seen.stream().map(Seen::event).toList(), whole));
        checkWhole("the log of " + job, log, whole);
        checkAttempts(job, log);
    }

    /** Numbers rise, and a number means the same event to all. */
    private static void checkOne(String reader, List<Seen> seen, Map<Long, JsonObject> union) {
        long last = 0;
        for (Seen each : seen) {
            long seq = seq(each.event());
            if (seq <= last) {
                throw new AssertionError(reader + " got " + each + " after " + last);
            }
            if (each.event().getString("type").equals("snapshot")) {
                throw new AssertionError(reader + " was reset: " + each);
            }
            last = seq;
            JsonObject same = union.putIfAbsent(seq, each.event());
            if (same != null && !same.equals(each.event())) {
                throw new AssertionError(reader + " got another event under " + seq + ": " + each + ", not " + same);
            }
        }
    }

    /** Up to its last event a reader got everything but progress, and the newest progress before each other event. */
    private static void checkWhole(String reader, List<JsonObject> seen, List<JsonObject> whole) {
        if (seen.isEmpty()) {
            return;
        }
        var numbers = new HashSet<Long>();
        seen.forEach(event -> numbers.add(seq(event)));
        long last = seq(seen.get(seen.size() - 1));
        JsonObject before = null;
        for (JsonObject event : whole) {
            if (seq(event) > last) {
                return;
            }
            if (!progress(event)) {
                if (!numbers.contains(seq(event))) {
                    throw new AssertionError(reader + " missed " + event + "; it saw " + numbers);
                }
                if (before != null && progress(before) && !numbers.contains(seq(before))) {
                    throw new AssertionError(reader + " missed the newest " + before + " before " + event);
                }
            }
            before = event;
        }
    }

    private static void checkAttempts(String job, List<JsonObject> log) {
        int attempt = 0;
        boolean running = false;
        for (int i = 0; i < log.size(); i++) {
            JsonObject event = log.get(i);
            switch (event.getString("type")) {
                case "started" -> {
                    if (running || event.getInt("attempt") < attempt) {
                        throw new AssertionError("attempts of " + job + " go back or overlap: " + log);
                    }
                    attempt = event.getInt("attempt");
                    running = true;
                }
                case "queued", "retrying" -> running = false;
                case "log", "progress", "artifact" -> {
                    if (!running) {
                        throw new AssertionError(job + " has " + event + " of no attempt: " + log);
                    }
                }
                default -> {
                    if (terminal(event) && i < log.size() - 1) {
                        throw new AssertionError(job + " goes on after its end: " + log);
                    }
                }
            }
        }
    }

    /**
     * Each key made exactly one job.
     *
     * @param titles by job; a job's title is its key
     */
    synchronized void checkKeys(Map<String, String> titles) {
        keys.forEach((key, job) -> {
            List<String> made = titles.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(key))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!made.equals(List.of(job))) {
                throw new AssertionError("key " + key + " of job " + job + " made " + made);
            }
        });
    }

    /** How long after the first reader the last one got each event, in milliseconds: the median and the greatest. */
    synchronized String spread() {
        var delays = new ArrayList<Long>();
        byJob.values().forEach(readers -> {
            var first = new HashMap<Long, Long>();
            readers.values()
                    .forEach(seen -> seen.forEach(each -> first.merge(seq(each.event()), each.at(), Math::min)));
            readers.values()
                    .forEach(seen ->
                            seen.forEach(each -> delays.add((each.at() - first.get(seq(each.event()))) / 1_000_000)));
        });
        delays.sort(null);
        return delays.isEmpty()
                ? "nothing"
                : delays.get(delays.size() / 2) + " ms, at most " + delays.get(delays.size() - 1) + " ms";
    }
}
