package dev.tidings.job;

import java.util.Base64;

/**
 * A complete result file of a job.
 *
 * @param name the file's name, without a path
 * @param mediaType its type, such as {@code text/csv}
 * @param size in bytes
 * @param etag a strong entity tag with its quotes: see {@link #etag(byte[])}
 * @param version names these bytes in the artifact's link; another write of the same name has another version
 */
public record Artifact(String name, String mediaType, long size, String etag, String version) implements Event {
    /**
     * The entity tag of bytes, by their digest, so that the same bytes have the same tag.
     *
     * @param sha256 32 bytes
     * @return with its quotes: {@code "sha256-…"}, base64url without padding
     */
    public static String etag(byte[] sha256) {
        return "\"sha256-" + Base64.getUrlEncoder().withoutPadding().encodeToString(sha256) + "\"";
    }

    @Override
    public String type() {
        return "artifact";
    }
}
