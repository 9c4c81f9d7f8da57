package dev.tidings.run;

import dev.tidings.job.JobInput;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An input file in the store. */
final class StoredInput implements JobInput {
    private final InputFile file;
    private final ArtifactStore blobs;
    private final StoreThreads threads;

    StoredInput(InputFile file, ArtifactStore blobs, StoreThreads threads) {
        this.file = file;
        this.blobs = blobs;
        this.threads = threads;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public String mediaType() {
        return file.mediaType();
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public InputStream open() {
        return new Chunks();
    }

    /** Reads chunk by chunk, with the next one on its way while one is worked on. Used by one thread at a time. */
    private final class Chunks extends InputStream {
        private final int count = (int) ((file.size() + ArtifactStore.CHUNK_BYTES - 1) / ArtifactStore.CHUNK_BYTES);
        private byte[] chunk = new byte[0];
        private int position;
        private int index;
        private @Nullable CompletableFuture<Optional<byte[]>> next = load(0);
        private boolean closed;

        @Override
        public int read() throws IOException {
            return more() ? chunk[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (!more()) {
                return -1;
            }
            int bytes = Math.min(length, chunk.length - position);
            System.arraycopy(chunk, position, into, offset, bytes);
            position += bytes;
            return bytes;
        }

        @Override
        public int available() {
            return chunk.length - position;
        }

        @Override
        public void close() {
            closed = true;
            next = null;
            chunk = new byte[0];
            position = 0;
        }

        private boolean more() throws IOException {
            if (closed) {
                throw new IOException(file.name() + " is closed");
            }
            while (position == chunk.length) {
                if (next == null) {
                    return false;
                }
                chunk = StoreThreads.await(next, "reading " + file.name())
                        .orElseThrow(() -> new IOException(file.name() + " is gone"));
                position = 0;
                index++;
                next = load(index);
            }
            return true;
        }

        private @Nullable CompletableFuture<Optional<byte[]>> load(int number) {
            return number < count ? threads.beginPatiently(() -> blobs.chunk(file.blob(), number)) : null;
        }
    }
}
