package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Api;
import dev.tidings.testing.Form;
import dev.tidings.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file larger than the server's memory. {@code -Dtidings.large=2048} for one of 2 GiB. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LargeFileIT {

    private static final int MEGABYTES = Integer.getInteger("tidings.large", 400);
    private static final int PIECE = 1 << 20;

    @TempDir
    Path home;

    @TempDir
    Path temporary;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void a_file_larger_than_the_heap_is_never_held_whole_in_memory_or_in_a_temporary_file() throws Exception {
        byte[] piece = new byte[PIECE];
        new Random(11).nextBytes(piece);
        try (ServerProcess server = ServerProcess.at(home)
                .name("large")
                .heap("192m")
                .jvm("-Djava.io.tmpdir=" + temporary)
                .jvm("-XX:+ExitOnOutOfMemoryError")
                .with("tidings.limits.upload", "4GiB")
                .start()) {
            var api = new Api(server.base());

            JsonObject job = Api.accepted(api.send(
                    "POST",
                    "api/jobs",
                    Form.of(
                            "{\"type\": \"digest\", \"params\": {\"algorithms\": [\"SHA-256\"]}}",
                            "large.bin",
                            Collections.nCopies(MEGABYTES, piece)),
                    "Content-Type",
                    Form.TYPE));

            assertThat(size(temporary)).isLessThan(32L << 20);
            JsonObject finished = api.finished(job.getString("id"));
            assertThat(finished.getJsonObject("result")
                            .getJsonObject("large.bin")
                            .getString("SHA-256"))
                    .isEqualTo(sum(piece));
            assertThat(size(temporary)).isLessThan(32L << 20);
        }
    }

    private static String sum(byte[] piece) throws Exception {
        var sha256 = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < MEGABYTES; i++) {
            sha256.update(piece);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
