package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 1,000 running jobs are cancelled, which interrupts as many threads: some sleep, some write artifacts at that moment. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CancelsIT {
    private static final int CANCELS = 1000;
    private static final int WARM_UP = 200;
    private static final int CLIENTS = 8;
    private static final String SLEEPS =
            "{\"type\":\"countdown\",\"params\":{\"steps\":1000,\"interval\":\"60s\",\"logEvery\":1}}";
    private static final String WRITES =
            "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"0ms\",\"artifactBytes\":10000000000}}";

    @TempDir
    Path home;

    @Test
    void a_thousand_cancels_leave_the_store_healthy() throws Exception {
        try (var server = ServerProcess.at(home).name("cancels").heap("128m").start()) {
            var client = new JobsClient(server.base());
            cancel(client, 0, WARM_UP);
            long threads = status(server, "Threads");
            long memoryKb = status(server, "VmRSS");

            cancel(client, WARM_UP, CANCELS);

            assertThat(client.status("health/ready")).isEqualTo(200);
            assertThat(client.get("jobs?state=cancelled&limit=200").getJsonArray("jobs"))
                    .hasSize(200);
            for (String state : new String[] {"queued", "running", "succeeded", "failed"}) {
                assertThat(client.get("jobs?state=" + state).getJsonArray("jobs"))
                        .as(state)
                        .isEmpty();
            }
            checkDigest(client);
            Report.line(CANCELS + " cancels; threads " + threads + " -> " + status(server, "Threads") + ", resident kB "
                    + memoryKb + " -> " + status(server, "VmRSS"));
            assertThat(status(server, "Threads")).isLessThanOrEqualTo(threads + 10);
            assertThat(status(server, "VmRSS")).isLessThanOrEqualTo(memoryKb + 96 * 1024);
            assertThat(server.output()).doesNotContain("OutOfMemoryError", "database has been closed", "ERROR");
        }
    }

    private static void cancel(JobsClient client, int from, int to) throws Exception {
        var clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            var ends = new ArrayList<Future<JsonObject>>();
            for (int i = from; i < to; i++) {
                int number = i;
                ends.add(clients.submit(() -> submitAndCancel(client, number)));
            }
            for (Future<JsonObject> end : ends) {
                assertThat(end.get().getString("type")).isEqualTo("cancelled");
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static JsonObject submitAndCancel(JobsClient client, int number) throws Exception {
        boolean writes = number % 10 == 0;
        String id = client.submit("cancel-" + number, writes ? WRITES : SLEEPS).getString("id");
        client.await(id, event -> event.getString("type").equals(writes ? "progress" : "started"));
        assertThat(client.cancel(id)).isEqualTo(202);
        return client.awaitEnd(id);
    }

    private static void checkDigest(JobsClient client) throws Exception {
        byte[] file = new byte[3_000_000];
        new Random(3).nextBytes(file);

        JsonObject job = client.submit(
                "digest",
                "{\"type\":\"digest\",\"params\":{\"algorithms\":[\"SHA-256\"]}}",
                "file.bin",
                BodyPublishers.ofByteArray(file));

        assertThat(client.awaitEnd(job.getString("id")).toString())
                .contains(HexFormat.of().formatHex(JobsClient.sha256().digest(file)));
    }

    /** A figure of Linux about the process. */
    private static long status(ServerProcess server, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
