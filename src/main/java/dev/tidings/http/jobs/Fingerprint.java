package dev.tidings.http.jobs;

import dev.tidings.log.InputFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * A digest of a request's content (contract §4): of the bytes of the JSON and, sorted by name, each file's name, media
 * type and bytes, which are told by their own digest. Every piece has its length before it, so that no two contents
 * read the same.
 */
public final class Fingerprint {
    private final MessageDigest digest = sha256();

    private Fingerprint(String what) {
        add(what.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a submission. */
    static String of(byte[] json, List<InputFile> files) {
        var fingerprint = new Fingerprint("submit");
        fingerprint.add(json);
        files.stream().sorted(Comparator.comparing(InputFile::name)).forEach(file -> {
            fingerprint.add(file.name().getBytes(StandardCharsets.UTF_8));
            fingerprint.add(file.mediaType().getBytes(StandardCharsets.UTF_8));
            fingerprint.add(file.sha256().getBytes(StandardCharsets.UTF_8));
        });
        return fingerprint.hex();
    }

    /**
     * Of another request.
     *
     * @param what the kind of request and the job it is for
     */
    public static String of(String what, byte[] body) {
        var fingerprint = new Fingerprint(what);
        fingerprint.add(body);
        return fingerprint.hex();
    }

    private void add(byte[] piece) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(piece.length).flip());
        digest.update(piece);
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
