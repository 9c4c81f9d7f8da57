package dev.tidings.job;

/**
 * A complete result file of a job.
 *
 * @param name the file's name, without a path
 * @param mediaType its type, such as {@code text/csv}
 * @param size in bytes
 * @param etag a strong entity tag with its quotes: {@code "sha256-…"}
 * @param version names these bytes in the artifact's link; another write of the same name has another version
 */
public record Artifact(String name, String mediaType, long size, String etag, String version) implements Event {
    @Override
    public String type() {
        return "artifact";
    }
}
