package dev.tidings.jdbc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Files of H2 that an interrupt does not close, under {@code jdbc:h2:calm:}.
 *
 * <p>An ordinary {@link FileChannel} closes when a thread that uses it is interrupted, and the database with it. An
 * asynchronous one does not. H2's own {@code async:} uses it with the JDK's pool, whose threads outlive the application;
 * here the work is done at once on the calling thread, so there are no threads, and no hand-over costs time.
 *
 * <p>Public because H2 makes instances itself.
 */
public final class UninterruptibleFilePath extends FilePathWrapper {
    static final String SCHEME = "calm";

    public UninterruptibleFilePath() {}

    /** Makes the scheme known to H2. */
    static void register() {
        FilePath.register(new UninterruptibleFilePath());
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new CalmFile(Path.of(getBase().toString()), mode);
    }

    /** H2's trace file. */
    @Override
    public OutputStream newOutputStream(boolean append) throws IOException {
        Path path = Path.of(getBase().toString());
        if (!Files.exists(path)) {
            Files.createFile(path, PrivateFiles.attributes(path));
        }
        return super.newOutputStream(append);
    }

    @Override
    public FilePath createTempFile(String suffix, boolean inTempDir) throws IOException {
        FilePath file = super.createTempFile(suffix, inTempDir);
        PrivateFiles.file(Path.of(((UninterruptibleFilePath) file).getBase().toString()));
        return file;
    }

    /** One open file. Threads: any. */
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the default goes by the file's one position; we do not
    private static final class CalmFile extends FileBaseDefault {
        private final AsynchronousFileChannel channel;
        private final Path path;

        CalmFile(Path path, String mode) throws IOException {
            this.path = path;
            Set<OpenOption> options = mode.equals("r")
                    ? Set.of(StandardOpenOption.READ)
                    : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            channel = AsynchronousFileChannel.open(path, options, new Here(), PrivateFiles.attributes(path));
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return done(channel.read(into, position));
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            return done(channel.write(from, position));
        }

        /** Answers what has already been done: the wait ends before it begins, and so hears no interrupt. */
        private static int done(Future<Integer> future) throws IOException {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            if (size < channel.size()) {
                channel.truncate(size);
            }
        }

        @Override
        public void force(boolean metaData) throws IOException {
            channel.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }

        @Override
        public String toString() {
            return SCHEME + ":" + path;
        }
    }

    /** Runs what it is given at once, on the thread that gives it. */
    private static final class Here extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {
            // Nothing was started.
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, @Nullable TimeUnit unit) {
            return true;
        }
    }
}
