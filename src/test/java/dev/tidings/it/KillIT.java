package dev.tidings.it;

import static dev.tidings.testing.Api.object;
import static dev.tidings.testing.Api.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import dev.tidings.testing.EventStream;
import dev.tidings.testing.ServerProcess;
import dev.tidings.testing.SseParser.Block;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed in the middle of its work, again and again, on one store: what it said before is still true after.
 *
 * <p>{@code -Dtidings.kills=200} for a long run; {@code -Dtidings.seed=} repeats one.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Tag("soak")
class KillIT {

    private static final int KILLS = Integer.getInteger("tidings.kills", 5);
    private static final long SEED = Long.getLong("tidings.seed", System.nanoTime());

    @TempDir
    Path home;

    private final Random random = new Random(SEED);

    /** What readers were told before a kill: job, number, text. */
    private final Map<String, Map<Long, JsonObject>> told = new HashMap<>();

    private final List<String> acknowledged = new ArrayList<>();

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void nothing_that_was_acknowledged_or_told_is_lost_or_changed() throws Exception {
        for (int kill = 1; kill <= KILLS; kill++) {
            try (ServerProcess server = start()) {
                var api = new Api(server.base());
                assertStillTrue(api, "after kill " + (kill - 1) + " with -Dtidings.seed=" + SEED);
                if (kill % 2 == 0) {
                    submit(api, 1 + random.nextInt(3));
                } else {
                    submit(api, 3);
                    follow(api, acknowledged.get(acknowledged.size() - 1), 2 + random.nextInt(20));
                }
                LockSupport.parkNanos(random.nextInt(5_000_000));
                server.kill9();
            }
        }
        try (ServerProcess server = start()) {
            var api = new Api(server.base());
            assertStillTrue(api, "at the end with -Dtidings.seed=" + SEED);
            for (String id : acknowledged) {
                List<JsonObject> log = api.log(id, "0");
                assertWhole(id, log);
                told.getOrDefault(id, Map.of()).values().forEach(event -> assertTold(id, event, log));
            }
            assertThat(server.stop()).isEqualTo(143);
        }
    }

    private ServerProcess start() {
        return ServerProcess.at(home)
                .name("kill")
                .with("tidings.lease", "4s")
                .with("tidings.attempts", "1000")
                .with("tidings.limits.queuedPerUser", "100000")
                .start();
    }

    private void submit(Api api, int jobs) throws Exception {
        for (int i = 0; i < jobs; i++) {
            acknowledged.add(
                    api.countdown("\"steps\": 100, \"interval\": \"3ms\", \"logEvery\": 5, \"artifactBytes\": 20000")
                            .getString("id"));
        }
    }

    private void follow(Api api, String id, int events) throws IOException {
        try (EventStream stream = api.stream(id, "0")) {
            Block block = stream.nextEvent();
            for (int i = 0; i < events && block != null; i++) {
                JsonObject event = object(block.data());
                told.computeIfAbsent(id, each -> new TreeMap<>())
                        .put(event.getJsonNumber("seq").longValueExact(), event);
                block = i + 1 < events ? stream.nextEvent() : null;
            }
        }
    }

    /** No job is gone, and no log is shorter than what was told of it. */
    private void assertStillTrue(Api api, String when) throws Exception {
        for (String id : acknowledged) {
            long newest = api.job(id).getJsonNumber("seq").longValueExact();
            long seen = told.getOrDefault(id, Map.of()).keySet().stream()
                    .mapToLong(seq -> seq)
                    .max()
                    .orElse(1);
            assertThat(newest).as("job %s %s", id, when).isGreaterThanOrEqualTo(seen);
        }
    }

    /** An event that was told is in the log as it was told; only progress may have been dropped since. */
    private static void assertTold(String id, JsonObject event, List<JsonObject> log) {
        boolean dropped = event.getString("type").equals("progress")
                && !seqs(log).contains(event.getJsonNumber("seq").longValueExact());
        if (!dropped) {
            assertThat(log).as(id).contains(event);
        }
    }

    private static void assertWhole(String id, List<JsonObject> log) {
        assertThat(seqs(log)).as(id).startsWith(1L).isSorted().doesNotHaveDuplicates();
        List<String> types = log.stream().map(event -> event.getString("type")).toList();
        assertThat(types).as(id).startsWith("queued").endsWith("succeeded");
        assertThat(types.stream().filter("succeeded"::equals)).as(id).hasSize(1);
        List<Integer> attempts = log.stream()
                .filter(event -> event.getString("type").equals("started"))
                .map(event -> event.getInt("attempt"))
                .toList();
        assertThat(attempts).as(id).isSorted().doesNotHaveDuplicates().isNotEmpty();
    }
}
