package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import dev.tidings.testing.SseParser;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed with random jobs under way, each time within 5 ms of a {@code 202} or of an event that a reader
 * got, and started again over the same home. 4 kills; {@code -Dkills=200} or {@code -Psoak} for more, and
 * {@code -Dseed=} for the same jobs again.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class CrashIT {
    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int KILL_WITHIN_NANOS = 5_000_000;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final ExecutorService readers = Executors.newCachedThreadPool();
    /** By id: every job that the server has acknowledged. */
    private final Map<String, SeenLog> jobs = new LinkedHashMap<>();
    /** By id: the hexadecimal SHA-256 that a digest has to find. */
    private final Map<String, String> digests = new LinkedHashMap<>();
    /** Asked for, but killed before the answer: asked for again, by the same key. */
    private final List<RandomJob> unanswered = new ArrayList<>();

    private int interrupted;

    @AfterEach
    void end() {
        readers.shutdownNow();
    }

    @Test
    void nothing_acknowledged_or_seen_is_lost_or_changed_when_the_server_is_killed() throws Exception {
        Report.line("seed " + SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            try (var server = start()) {
                var client = new JobsClient(server.base());
                checkUnfinished(client);
                killAmongJobs(server, client, kill % 2 == 0);
            }
            Report.line("kill " + (kill + 1) + told());
        }
        try (var server = start()) {
            var client = new JobsClient(server.base());
            checkUnfinished(client);
            for (String id : jobs.keySet()) {
                client.awaitEnd(id);
                jobs.get(id).check(client, id);
                assertThat(jobs.get(id).ended()).as("the end of job " + id).isTrue();
                checkOutcome(client, id);
            }
            assertThat(listed(client)).containsExactlyInAnyOrderElementsOf(jobs.keySet());
            assertThat(server.stop()).isEqualTo(143);
        }
        Report.line(KILLS + " kills" + told());
    }

    private String told() {
        long compared = jobs.values().stream().mapToLong(SeenLog::compared).sum();
        return ": " + jobs.size() + " jobs, " + interrupted + " attempts interrupted and begun again, " + compared
                + " events compared: none lost, none changed";
    }

    private ServerProcess start() {
        // The default lease of 20 s: a restart over the same home does not wait for it.
        return ServerProcess.at(folder.resolve("home"))
                .name("crash")
                .heap("128m")
                .base(folder.resolve("tomcat"))
                .with("tidings.attempts", "1000")
                .with("tidings.progress.interval", "20ms")
                .start();
    }

    /** Reads all logs that had not ended again, and sees the interrupted attempts begin anew. */
    private void checkUnfinished(JobsClient client) throws Exception {
        for (RandomJob job : List.copyOf(unanswered)) {
            acknowledged(job, job.submit(client));
        }
        unanswered.clear();
        for (Map.Entry<String, SeenLog> job : jobs.entrySet()) {
            if (!job.getValue().ended()) {
                int attempt = job.getValue().runningAttempt();
                job.getValue().check(client, job.getKey());
                if (attempt > 0) {
                    JsonObject next = client.await(
                            job.getKey(),
                            event -> JobsClient.terminal(event)
                                    || (event.getString("type").equals("started")
                                            && event.getInt("attempt") > attempt));
                    interrupted += JobsClient.terminal(next) ? 0 : 1;
                }
            }
        }
    }

    /** Lets jobs run, follows all that are under way, and kills the server at a random one of the moments that count. */
    private void killAmongJobs(ServerProcess server, JobsClient client, boolean atAnswer) throws Exception {
        var killed = new CompletableFuture<Void>();
        var until = new AtomicInteger(atAnswer ? 1 + random.nextInt(6) : 1 + random.nextInt(60));
        int delayNanos = random.nextInt(KILL_WITHIN_NANOS);
        Runnable moment = () -> {
            if (until.decrementAndGet() == 0) {
                long dueNanos = System.nanoTime() + delayNanos;
                while (System.nanoTime() < dueNanos) {
                    Thread.onSpinWait();
                }
                server.kill9();
                killed.complete(null);
            }
        };
        var reading = new ArrayList<Future<?>>();
        jobs.forEach((id, log) -> {
            if (!log.ended()) {
                reading.add(readers.submit(() -> follow(client, id, log, atAnswer ? () -> {} : moment)));
            }
        });
        while (!killed.isDone()) {
            var job = new RandomJob(random);
            try {
                String id = acknowledged(job, job.submit(client));
                reading.add(readers.submit(() -> follow(client, id, jobs.get(id), atAnswer ? () -> {} : moment)));
                if (atAnswer) {
                    moment.run();
                }
            } catch (IOException e) {
                unanswered.add(job);
            }
            pause(killed);
        }
        for (Future<?> reader : reading) {
            reader.get(30, TimeUnit.SECONDS);
        }
    }

    private String acknowledged(RandomJob job, JsonObject answer) {
        String id = answer.getString("id");
        assertThat(jobs.putIfAbsent(id, new SeenLog()))
                .as("two answers name " + id)
                .isNull();
        if (job.sha256() != null) {
            digests.put(id, job.sha256());
        }
        return id;
    }

    /** Until the next job is submitted: jobs get some way on, and more than one is under way. */
    private void pause(CompletableFuture<Void> killed) throws Exception {
        try {
            killed.get(random.nextInt(150), TimeUnit.MILLISECONDS);
        } catch (TimeoutException goOn) {
            // The server still runs.
        }
    }

    private static Void follow(JobsClient client, String id, SeenLog log, Runnable moment) {
        try (var stream = EventStream.open(client.uri("jobs/" + id + "/events?after=" + log.cursor()))) {
            for (SseParser.Block event = stream.nextEvent(); event != null; event = stream.nextEvent()) {
                log.see(event.data());
                moment.run();
            }
        } catch (IOException killed) {
            // As intended.
        }
        return null;
    }

    /** A digest is right, a failure was asked for, and every artifact has the bytes that its tag names. */
    private void checkOutcome(JobsClient client, String id) throws Exception {
        JsonObject job = client.get("jobs/" + id);
        String state = job.getString("state");
        assertThat(state).as(job.toString()).isIn("succeeded", "failed");
        if (digests.containsKey(id)) {
            assertThat(job.getJsonObject("result").toString()).contains(digests.get(id));
        }
        if (state.equals("failed")) {
            assertThat(job.getJsonObject("error").toString()).contains("as asked for");
        }
        for (JsonObject artifact : job.getJsonArray("artifacts").getValuesAs(JsonObject.class)) {
            byte[] bytes = client.bytes(artifact.getString("href"));
            assertThat(bytes).hasSize(artifact.getInt("size"));
            assertThat(artifact.getString("etag"))
                    .isEqualTo(JobsClient.etag(JobsClient.sha256().digest(bytes)));
        }
    }

    private static List<String> listed(JobsClient client) throws Exception {
        var ids = new ArrayList<String>();
        String query = "?limit=200";
        while (!query.isEmpty()) {
            JsonObject page = client.get("jobs" + query);
            for (JsonValue job : page.getJsonArray("jobs")) {
                ids.add(job.asJsonObject().getString("id"));
            }
            query = page.getJsonArray("jobs").size() < 200 ? "" : "?limit=200&after=" + ids.get(ids.size() - 1);
        }
        return ids;
    }

    /** One job of any sort, the same each time that it is submitted. */
    private static final class RandomJob {
        private final String key;
        private final String json;
        private final byte[] file;

        RandomJob(Random random) {
            key = "key-" + Long.toHexString(random.nextLong());
            if (random.nextInt(4) == 0) {
                json = "{\"type\":\"digest\",\"params\":{\"algorithms\":[\"SHA-256\",\"MD5\"]}}";
                file = new byte[1 + random.nextInt(700_000)];
                random.nextBytes(file);
            } else {
                json = "{\"type\":\"countdown\",\"params\":" + countdown(random) + "}";
                file = null;
            }
        }

        private static String countdown(Random random) {
            int steps = 1 + random.nextInt(40);
            var params = new StringBuilder("{\"steps\":" + steps + ",\"interval\":\"" + random.nextInt(40)
                    + "ms\",\"logEvery\":" + random.nextInt(4));
            if (random.nextInt(3) == 0) {
                params.append(",\"artifactBytes\":").append(random.nextInt(1_500_000));
            }
            if (random.nextInt(5) == 0) {
                params.append(",\"flaky\":1");
            } else if (random.nextInt(8) == 0) {
                params.append(",\"failAt\":").append(steps);
            }
            return params.append('}').toString();
        }

        JsonObject submit(JobsClient client) throws IOException, InterruptedException {
            return file == null
                    ? client.submit(key, json)
                    : client.submit(key, json, "file.bin", BodyPublishers.ofByteArray(file));
        }

        String sha256() {
            return file == null
                    ? null
                    : HexFormat.of().formatHex(JobsClient.sha256().digest(file));
        }
    }
}
