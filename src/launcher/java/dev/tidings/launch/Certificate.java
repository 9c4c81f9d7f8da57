package dev.tidings.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The self-signed certificate of a server that is tried out: for {@code localhost} and the loopback addresses, made by the running JDK's {@code keytool}.
 *
 * <p>It is kept for some days, so that a browser that was told to accept it is not asked at each start.
 */
final class Certificate {

    /** Protects nothing: the key is worth as much as the folder it lies in. */
    static final String PASSWORD = "changeit";

    private static final int VALID_DAYS = 30;
    private static final Duration KEPT = Duration.ofDays(20);

    private Certificate() {}

    /**
     * The key store in a folder, made when there is none or it is about to end.
     *
     * @param folder where it is kept, and where it exists already
     * @return a PKCS #12 key store with one key
     * @throws IOException when {@code keytool} cannot be run or refuses; its words are in the message
     */
    static Path in(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("localhost.p12");
        if (Files.exists(store)
                && Files.getLastModifiedTime(store)
                        .toInstant()
                        .isAfter(Instant.now().minus(KEPT))) {
            return store;
        }
        Files.deleteIfExists(store);
        Process keytool =
                new ProcessBuilder(command(store)).redirectErrorStream(true).start();
        String words = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate: " + words);
        }
        return store;
    }

    private static List<String> command(Path store) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "localhost",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1",
                "-validity",
                Integer.toString(VALID_DAYS),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
    }
}
