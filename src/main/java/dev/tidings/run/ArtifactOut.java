package dev.tidings.run;

import dev.tidings.job.Artifact;
import dev.tidings.log.ArtifactStore;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Writes a result file chunk by chunk into the store, one chunk on its way while the next is filled.
 *
 * <p>Threads: one at a time writes; any may {@link #abort}.
 */
final class ArtifactOut extends OutputStream {
    private static final int FIRST_BYTES = 8 * 1024;

    // Fixed at construction.
    private final String name;
    private final String mediaType;
    private final ArtifactStore blobs;
    private final StoreThreads threads;
    private final Predicate<ArtifactOut> complete;
    private final String blob = UUID.randomUUID().toString();
    private final MessageDigest digest = sha256();

    // Shared.
    private volatile boolean over;

    // Owned by the writing thread.
    private byte[] chunk = new byte[FIRST_BYTES];
    private int filled;
    private int index;
    private long size;
    private String etag = "";
    private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

    /** @param complete takes the file when all of it is stored; says no when the attempt is over */
    ArtifactOut(
            String name, String mediaType, ArtifactStore blobs, StoreThreads threads, Predicate<ArtifactOut> complete) {
        this.name = name;
        this.mediaType = mediaType;
        this.blobs = blobs;
        this.threads = threads;
        this.complete = complete;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int from = offset;
        int left = length;
        while (left > 0) {
            if (over) {
                throw new IOException(name + " is closed, or its attempt is over");
            }
            int taken = Math.min(left, room());
            System.arraycopy(bytes, from, chunk, filled, taken);
            filled += taken;
            from += taken;
            left -= taken;
            if (filled == ArtifactStore.CHUNK_BYTES) {
                put();
            }
        }
    }

    /** Stores what is left and hands the file over; a stream that failed before discards what it stored. */
    @Override
    public void close() throws IOException {
        if (over) {
            return;
        }
        if (filled > 0 || size == 0) {
            put();
        }
        await();
        over = true;
        etag = Artifact.etag(digest.digest());
        if (!complete.test(this)) {
            discard();
            throw new IOException("the attempt is over; " + name + " is not stored");
        }
    }

    /** The file; when complete. */
    Artifact artifact() {
        return new Artifact(name, mediaType, size, etag, blob);
    }

    /** Ends a stream that is still open; what it has stored is removed. */
    void abort() {
        if (!over) {
            over = true;
            discard();
        }
    }

    /** Removes what is stored. */
    void discard() {
        var unused = threads.begin(() -> {
            blobs.discard(blob);
            return null;
        });
    }

    /** Free bytes in the chunk, which grows as it fills, since most files are small. */
    private int room() {
        if (filled == chunk.length) {
            chunk = Arrays.copyOf(chunk, Math.min(ArtifactStore.CHUNK_BYTES, chunk.length * 2));
        }
        return chunk.length - filled;
    }

    private void put() throws IOException {
        await();
        byte[] full = filled == chunk.length ? chunk : Arrays.copyOf(chunk, filled);
        int number = index++;
        digest.update(full);
        size += full.length;
        chunk = new byte[full.length == ArtifactStore.CHUNK_BYTES ? ArtifactStore.CHUNK_BYTES : FIRST_BYTES];
        filled = 0;
        underWay = threads.beginPatiently(() -> {
            if (!over) {
                blobs.put(blob, number, full);
            }
            return null;
        });
    }

    private void await() throws IOException {
        boolean stored = false;
        try {
            StoreThreads.await(underWay, "storing " + name);
            stored = true;
        } finally {
            if (!stored) {
                abort();
            }
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
