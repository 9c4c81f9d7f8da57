package dev.tidings.http.jobs;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Takes bytes of a request to the store, chunk by chunk, until something names them.
 *
 * <p>Threads: one at a time; its methods block.
 */
public final class Staging {
    private static final Logger LOG = System.getLogger(Staging.class.getName());

    private final ArtifactStore artifacts;
    private final boolean store;
    private final List<String> blobs = new ArrayList<>();

    /**
     * Nothing staged.
     *
     * @param store false only counts and hashes
     */
    public Staging(ArtifactStore artifacts, boolean store) {
        this.artifacts = artifacts;
        this.store = store;
    }

    /**
     * What was staged.
     *
     * @param sha256 in hex
     */
    public record Blob(String id, long size, String sha256) {}

    /**
     * Reads to the end of {@code in}.
     *
     * @throws IOException when it cannot be read
     */
    public Blob stage(InputStream in) throws IOException {
        var id = UUID.randomUUID().toString();
        blobs.add(id);
        MessageDigest digest = Fingerprint.sha256();
        var buffer = new byte[ArtifactStore.CHUNK_BYTES];
        long size = 0;
        int index = 0;
        boolean more = true;
        while (more) {
            int length = in.readNBytes(buffer, 0, buffer.length);
            digest.update(buffer, 0, length);
            size += length;
            more = length == buffer.length;
            if (store && (length > 0 || index == 0)) {
                artifacts.put(id, index, Arrays.copyOf(buffer, length));
            }
            index++;
        }
        return new Blob(id, size, HexFormat.of().formatHex(digest.digest()));
    }

    /** Removes what was staged; what cannot be removed now is swept later. */
    public void discard() {
        if (store) {
            for (String blob : blobs) {
                try {
                    artifacts.discard(blob);
                } catch (StoreException later) {
                    LOG.log(Level.DEBUG, "a staged blob is left to the sweep", later);
                }
            }
        }
        blobs.clear();
    }
}
