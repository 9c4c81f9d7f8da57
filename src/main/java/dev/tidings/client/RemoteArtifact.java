package dev.tidings.client;

import jakarta.json.JsonObject;

/**
 * A result file of a job.
 *
 * @param size in bytes
 * @param etag names its bytes: {@code "sha256-…"}, quotes included
 * @param href where it is; carries its version
 */
public record RemoteArtifact(String name, String mediaType, long size, String etag, String href) {

    /** Reads one of {@code artifacts} of a job, or an {@code artifact} event. */
    public static RemoteArtifact of(JsonObject json) {
        return new RemoteArtifact(
                json.getString("name", ""),
                json.getString("mediaType", ""),
                JsonFields.number(json, "size"),
                json.getString("etag", ""),
                json.getString("href", ""));
    }
}
