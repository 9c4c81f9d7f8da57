package dev.tidings.log;

/**
 * A file that came with a submission.
 *
 * @param name without a path; unique within a job
 * @param size in bytes
 * @param sha256 in hex
 * @param blob where its bytes are, see {@link ArtifactStore}
 */
public record InputFile(String name, String mediaType, long size, String sha256, String blob) {}
