package dev.tidings.client;

import dev.tidings.client.HttpConnections.Bytes;
import dev.tidings.client.HttpConnections.Exchange;
import dev.tidings.client.HttpConnections.Head;
import dev.tidings.client.HttpConnections.Piece;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Fetches an artifact to a file: goes on where a cut left it (RFC 9110, 14.2), and gives the file its name only when it has all bytes and, where the
 * entity tag is a checksum, the right ones.
 *
 * <p>Threads: one.
 */
final class ArtifactDownload {
    /** Tries in a row that bring nothing. */
    private static final int TRIES = RetryingRequests.TRIES;

    private static final long SILENT_MS = 60_000;
    private static final String CHECKSUM = "\"sha256-";

    private final HttpConnections wire;
    private final Time time;
    private final RandomGenerator random;

    ArtifactDownload(HttpConnections wire, Time time, RandomGenerator random) {
        this.wire = wire;
        this.time = time;
        this.random = random;
    }

    /** Fetches it, replacing what is at {@code target}. @throws TidingsException a refusal, or that it could not be had whole */
    void to(Path target, RemoteArtifact artifact, Supplier<HttpRequest.Builder> request)
            throws IOException, InterruptedException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try (FileChannel file = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            long pauseMs = attempt(file, artifact, request.get());
            for (int failures = 1; file.size() < artifact.size(); failures++) {
                if (failures >= TRIES) {
                    throw new TidingsException(0, "artifact " + artifact.name() + " could not be fetched whole");
                }
                time.pause(Math.max(pauseMs, RetryDelays.afterFailures(failures - 1, random)));
                long before = file.size();
                pauseMs = attempt(file, artifact, request.get());
                failures = file.size() > before ? 0 : failures;
            }
        }
        check(part, artifact);
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** One try. @return how long the server asked to wait before the next, in milliseconds */
    private long attempt(FileChannel file, RemoteArtifact artifact, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        long from = file.size();
        if (from > 0) {
            request.setHeader("Range", "bytes=" + from + "-").setHeader("If-Range", artifact.etag());
        }
        try (Exchange exchange = wire.open(request.GET().build())) {
            long aliveMs = time.nowMs();
            Head head = null;
            while (time.nowMs() - aliveMs < SILENT_MS) {
                Piece piece = exchange.next(aliveMs + SILENT_MS - time.nowMs());
                if (piece instanceof Head answer) {
                    if (answer.status() != 200 && answer.status() != 206) {
                        return refused(answer, artifact);
                    }
                    if (!artifact.etag().isEmpty() && !answer.header("ETag").endsWith(artifact.etag())) {
                        // Some gateway's page, or another version.
                        return 0;
                    }
                    if (answer.status() == 200) {
                        file.truncate(0);
                    }
                    head = answer;
                } else if (piece instanceof Bytes bytes && head != null) {
                    for (ByteBuffer buffer : bytes.buffers()) {
                        while (buffer.hasRemaining()) {
                            file.write(buffer);
                        }
                    }
                } else if (piece != null) {
                    return 0;
                }
                aliveMs = piece == null ? aliveMs : time.nowMs();
            }
            return 0;
        }
    }

    private long refused(Head answer, RemoteArtifact artifact) throws TidingsException {
        if (answer.type().equals("application/problem+json") && answer.status() < 429) {
            throw new TidingsException(
                    answer.status(), "artifact " + artifact.name() + " was refused: status " + answer.status());
        }
        return RetryDelays.retryAfterMs(answer.header("Retry-After"), time.calendar());
    }

    private static void check(Path part, RemoteArtifact artifact) throws IOException {
        if (Files.size(part) != artifact.size()) {
            throw new TidingsException(
                    0, "artifact " + artifact.name() + " has " + Files.size(part) + " bytes, not " + artifact.size());
        }
        String found = artifact.etag().startsWith(CHECKSUM) ? CHECKSUM + sha256(part) + "\"" : null;
        if (found != null && !found.equals(artifact.etag())) {
            throw new TidingsException(0, "artifact " + artifact.name() + " has other bytes than " + artifact.etag());
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
