package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.IncompressibleStream;
import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files larger than the server's memory go in and out, with 192 MB of heap and a folder for temporary files of 32 MB (a
 * tmpfs where the test may mount one) that stays empty. 256 MB; {@code -Dupload.mb=2048} or {@code -Psoak} for more.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LargeUploadIT {
    private static final long BYTES = Long.getLong("upload.mb", 256) * 1024 * 1024;
    private static final long DOWNLOAD_BYTES = 200L * 1024 * 1024;
    private static final long MOST_RESIDENT_KB = 450 * 1024;

    @TempDir
    Path folder;

    @Test
    void files_larger_than_the_memory_go_in_and_out() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", temporary.toString());
        try (var server = ServerProcess.at(folder.resolve("home"))
                .name("large")
                .heap("192m")
                .jvm("-XX:+ExitOnOutOfMemoryError")
                .with("java.io.tmpdir", temporary.toString())
                .with("tidings.limits.upload", "4GiB")
                .start()) {
            var client = new JobsClient(server.base());

            upload(client);
            download(client);

            long residentKb = mostResidentKb(server);
            Report.line("most memory resident: " + residentKb + " kB; temporary files: " + size(temporary)
                    + " bytes; mounted: " + mounted);
            assertThat(residentKb).isLessThan(MOST_RESIDENT_KB);
            assertThat(size(temporary)).isLessThan(64 * 1024);
            assertThat(server.alive()).isTrue();
            assertThat(server.output()).doesNotContain("OutOfMemoryError");
        } finally {
            if (mounted) {
                run("umount", temporary.toString());
            }
        }
    }

    private static void upload(JobsClient client) throws Exception {
        MessageDigest sent = JobsClient.sha256();
        long beganNanos = System.nanoTime();
        JsonObject job = client.submit(
                "large",
                "{\"type\":\"digest\",\"params\":{\"algorithms\":[\"SHA-256\"]}}",
                "large.bin",
                BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(
                                () -> new DigestInputStream(new IncompressibleStream(BYTES), sent)),
                        BYTES));
        String expected = HexFormat.of().formatHex(sent.digest());
        long sentNanos = System.nanoTime();

        JsonObject end = client.awaitEnd(job.getString("id"));

        Report.line(
                "%d bytes: sent in %.1f s, digested in %.1f s",
                BYTES, (sentNanos - beganNanos) / 1e9, (System.nanoTime() - sentNanos) / 1e9);
        assertThat(end.toString()).contains(expected);
        String sums = client.get("jobs/" + job.getString("id"))
                .getJsonArray("artifacts")
                .getJsonObject(0)
                .getString("href");
        assertThat(new String(client.bytes(sums), StandardCharsets.UTF_8)).isEqualTo(expected + "  large.bin\n");
    }

    /** Four clients fetch an artifact at once; one of them takes nothing until the others have all. */
    private static void download(JobsClient client) throws Exception {
        String id = client.submit(
                        "artifact",
                        "{\"type\":\"countdown\",\"params\":{\"steps\":1,\"interval\":\"0ms\",\"artifactBytes\":"
                                + DOWNLOAD_BYTES + "}}")
                .getString("id");
        client.awaitEnd(id);
        JsonObject artifact = client.get("jobs/" + id).getJsonArray("artifacts").getJsonObject(0);
        String href = artifact.getString("href");
        long beganNanos = System.nanoTime();
        var clients = Executors.newFixedThreadPool(4);
        try {
            var quick = new ArrayList<Future<String>>();
            var othersHaveAll = new CompletableFuture<Void>();
            Future<String> slow = clients.submit(() -> etag(client, href, othersHaveAll));
            for (int i = 0; i < 3; i++) {
                quick.add(clients.submit(() -> etag(client, href, CompletableFuture.completedFuture(null))));
            }
            for (Future<String> tag : quick) {
                assertThat(tag.get()).isEqualTo(artifact.getString("etag"));
            }
            othersHaveAll.complete(null);
            assertThat(slow.get()).isEqualTo(artifact.getString("etag"));
        } finally {
            clients.shutdownNow();
        }
        Report.line("%d bytes: fetched by four in %.1f s", DOWNLOAD_BYTES, (System.nanoTime() - beganNanos) / 1e9);
    }

    /** Reads a megabyte, waits until it may go on, reads the rest, and answers the tag of what came. */
    private static String etag(JobsClient client, String href, CompletableFuture<Void> goOn) throws Exception {
        MessageDigest digest = JobsClient.sha256();
        try (InputStream in = client.stream(href)) {
            digest.update(in.readNBytes(1024 * 1024));
            goOn.get();
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return JobsClient.etag(digest.digest());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static long mostResidentKb(ServerProcess server) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
