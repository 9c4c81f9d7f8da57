package dev.tidings.log;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the bytes of inputs and artifacts are kept, in chunks.
 *
 * <p>A blob is written under a new random id, chunk after chunk, and seen by nobody until a submission or an
 * {@code artifact} event names it. One that never was named is swept.
 *
 * <p>Threads: any; methods block, so they are called on store threads, which are never interrupted. Each is one short
 * transaction and throws {@link StoreException}.
 */
public interface ArtifactStore {
    /** The size of every chunk but the last, in bytes. */
    int CHUNK_BYTES = 256 * 1024;

    /**
     * Stores a chunk.
     *
     * @param blob a new id for the first chunk
     * @param index 0 for the first
     * @param bytes exactly the chunk; {@link #CHUNK_BYTES} long, or shorter for the last
     */
    void put(String blob, int index, byte[] bytes);

    /** A chunk's bytes; empty when there is none, for instance because the job was deleted. */
    Optional<byte[]> chunk(String blob, int index);

    /** Removes a blob that nobody will name. */
    void discard(String blob);

    /**
     * Removes some blobs that nobody has named and that did not grow for {@code age}.
     *
     * @return how many
     */
    int sweep(Duration age);
}
