package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.log.Decision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the death of the process leaves of the embedded store, at every moment: each time that H2 has written to its file, the
 * file as it then is must open with all that was acknowledged. Space is used again at once here, which otherwise takes
 * H2 minutes. {@code -DcrashPoints.rounds=} for a longer history, {@code -Dseed=} for another.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashPointsTest {
    private static final long SEED = Long.getLong("seed", 1);
    private static final int ROUNDS = Integer.getInteger("crashPoints.rounds", 60);

    @TempDir
    Path home;

    /** By id: the newest number that was acknowledged. */
    private final Map<String, Long> acknowledged = new LinkedHashMap<>();
    /** The job that a call which has not come back writes to; it may be there or not, in its old state or the new. */
    private String underWay = "";

    private volatile Runnable beforeWrite = () -> {};
    private boolean watching;
    private long writes;
    private final List<String> lost = new ArrayList<>();

    @Test
    void whenever_the_process_dies_the_file_opens_with_all_that_was_acknowledged() {
        WatchedPath.tell(this);
        FilePath.register(new WatchedPath());
        try (var store = JdbcStore.open(StoreSettings.server(url() + ";RETENTION_TIME=0", null, null))) {
            watching = true;
            live(store);
            underWay = "";
        } finally {
            FilePath.unregister(new WatchedPath());
        }

        assertThat(writes).isGreaterThan(4L * ROUNDS);
        assertThat(lost).as("of " + writes + " moments").isEmpty();
    }

    /** H2 shows a commit to others before it writes it; what they then tell a client must not be undone by a death. */
    @Test
    void nobody_reads_what_is_not_yet_in_the_file() throws Exception {
        var reached = new CountDownLatch(1);
        var goOn = new CompletableFuture<Void>();
        var writer = Executors.newSingleThreadExecutor();
        WatchedPath.tell(this);
        FilePath.register(new WatchedPath());
        try (var store = JdbcStore.open(StoreSettings.server(url(), null, null))) {
            var submission = new SubmissionBuilder("crash").build();
            store.jobs().submit(submission);
            beforeWrite = () -> {
                reached.countDown();
                goOn.join();
            };
            var written = writer.submit(() -> append(store, submission.id(), new Event.Log(LogLevel.INFO, "news")));
            reached.await();
            var read = new CompletableFuture<Boolean>();
            var reader = new Thread(() -> {
                long seq = store.jobs().find(submission.id()).orElseThrow().seq();
                read.complete(seq == 1 || goOn.isDone());
            });
            reader.start();
            while (!read.isDone() && reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            goOn.complete(null);
            written.get();

            assertThat(read.get()).as("what was read is in the file").isTrue();
        } finally {
            goOn.complete(null);
            writer.shutdown();
            FilePath.unregister(new WatchedPath());
        }
    }

    /** Jobs come, are written to, and go. */
    private void live(JdbcStore store) {
        var random = new Random(SEED);
        var jobs = new ArrayDeque<String>();
        for (int round = 0; round < ROUNDS; round++) {
            var submission = new SubmissionBuilder("crash").build();
            underWay = submission.id();
            store.jobs().submit(submission);
            acknowledged.put(submission.id(), 1L);
            jobs.add(submission.id());
            for (int line = 0; line < 4; line++) {
                String text = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 12_000 : 600));
                append(store, List.copyOf(jobs).get(random.nextInt(jobs.size())), new Event.Log(LogLevel.INFO, text));
            }
            if (jobs.size() > 5) {
                String old = jobs.remove();
                append(store, old, new Event.Cancelled("crash"));
                assertThat(store.jobs().delete(old)).isPresent();
                acknowledged.remove(old);
            }
        }
    }

    private void append(JdbcStore store, String job, Event event) {
        underWay = job;
        var written = store.jobs()
                .write(List.of(new Write(job, row -> Verdict.append(event))))
                .get(0);
        acknowledged.put(job, ((Written.Done) written).growth().entries().get(0).seq());
    }

    private String url() {
        return Database.H2.embeddedUrl(home).replace("jdbc:h2:", "jdbc:h2:" + WatchedPath.SCHEME + ":");
    }

    private void written(Path file) {
        if (watching) {
            writes++;
            watching = false;
            try {
                Path copy = Files.createDirectories(home.resolve("copy")).resolve(file.getFileName());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                compare(copy.getParent());
            } catch (IOException | SQLException e) {
                lost.add("after " + writes + " writes: " + e);
            }
            watching = true;
        }
    }

    private void compare(Path copied) throws SQLException {
        var found = new LinkedHashMap<String, Long>();
        try (var connection = DriverManager.getConnection(Database.H2.embeddedUrl(copied));
                var statement = connection.createStatement()) {
            try (var row = statement.executeQuery(
                    "select id, latest, (select max(seq) from events where job = id), (select count(*) from events where job = id)"
                            + " from jobs")) {
                while (row.next()) {
                    if (row.getLong(2) != row.getLong(3) || row.getLong(2) != row.getLong(4)) {
                        lost.add("after " + writes + " writes: half a commit of job " + row.getString(1));
                    }
                    found.put(row.getString(1), row.getLong(2));
                }
            }
            statement.execute("shutdown immediately");
        }
        for (Map.Entry<String, Long> job : acknowledged.entrySet()) {
            boolean free = job.getKey().equals(underWay);
            Long latest = found.remove(job.getKey());
            if (latest == null ? !free : latest < job.getValue() || (latest > job.getValue() && !free)) {
                lost.add("after " + writes + " writes: job " + job + " is " + latest);
            }
        }
        found.remove(underWay);
        if (!found.isEmpty()) {
            lost.add("after " + writes + " writes: back again: " + found);
        }
    }

    /** Tells the test of every write. */
    public static final class WatchedPath extends FilePathWrapper {
        static final String SCHEME = "watched";
        private static CrashPointsTest told;

        /** For H2, which makes its own. */
        public WatchedPath() {}

        static void tell(CrashPointsTest test) {
            told = test;
        }

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new Watched(
                    getBase().open(mode), Path.of(getBase().toString().replaceFirst("^[a-z]+:", "")), told);
        }
    }

    private static final class Watched extends FileBaseDefault {
        private final FileChannel file;
        private final Path path;
        private final CrashPointsTest test;

        Watched(FileChannel file, Path path, CrashPointsTest test) {
            this.file = file;
            this.path = path;
            this.test = test;
        }

        @Override
        public synchronized int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        /** Those who read go on while a write is held up. */
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public int write(ByteBuffer from, long position) throws IOException {
            test.beforeWrite.run();
            return writeNow(from, position);
        }

        private synchronized int writeNow(ByteBuffer from, long position) throws IOException {
            int count = from.remaining();
            long at = position;
            while (from.hasRemaining()) {
                at += file.write(from, at);
            }
            test.written(path);
            return count;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
            test.written(path);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
