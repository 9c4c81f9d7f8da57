package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the death of the process leaves of the embedded store, at every moment: each time that H2 has written to its file, and
 * when it has written the first pages only, the file as it then is must open with all that was acknowledged. At one of these
 * moments the process does die, and the next life goes on with what it left. Space is used again at once here, which
 * otherwise takes H2 minutes. {@code -DcrashPoints.lives=} for a longer history, {@code -Dseed=} for another.
 */
class CrashPointsTest {
    private static final long SEED = Long.getLong("seed", 1);
    private static final int LIVES = Integer.getInteger("crashPoints.lives", 6);
    private static final int ROUNDS = 10;
    /** What a death can cut a write into. */
    private static final int PAGE = 4096;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    /** Alive, oldest first; more than are kept at a time are ended and deleted. */
    private final Deque<String> jobs = new ArrayDeque<>();

    /** By id: the newest number that was acknowledged. */
    private final Map<String, Long> acknowledged = new LinkedHashMap<>();
    /** The job that a call which has not come back writes to; it may be there or not, in its old state or the new. */
    private String underWay = "";

    private volatile Runnable beforeWrite = () -> {};
    private boolean watching;
    /** Writes until this life ends; below zero, it has. */
    private int writesLeft;

    private Path home = Path.of("");
    private Path nextHome = Path.of("");
    private long moments;
    private final List<String> lost = new ArrayList<>();

    @Test
    @Tag("long")
    void whenever_the_process_dies_the_file_opens_with_all_that_was_acknowledged() {
        WatchedPath.tell(this);
        FilePath.register(new WatchedPath());
        try {
            for (int life = 0; life < LIVES; life++) {
                home = folder.resolve("life" + life);
                nextHome = folder.resolve("life" + (life + 1));
                live(life);
            }
        } finally {
            FilePath.unregister(new WatchedPath());
        }

        assertThat(moments).isGreaterThan(20L * LIVES);
        assertThat(lost).as("of " + moments + " moments").isEmpty();
    }

    /** H2 shows a commit to others before it writes it; what they then tell a client must not be undone by a death. */
    @Test
    void nobody_reads_what_is_not_yet_in_the_file() throws Exception {
        var reached = new CountDownLatch(1);
        var goOn = new CompletableFuture<Void>();
        var writer = Executors.newSingleThreadExecutor();
        home = folder;
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

    private void live(int life) {
        writesLeft = 20 + random.nextInt(ROUNDS * 12);
        // What is left of a schema that was never finished is another matter.
        watching = life > 0;
        try (var store = JdbcStore.open(StoreSettings.server(url() + ";RETENTION_TIME=0", null, null))) {
            watching = true;
            settle(store);
            for (int round = 0; round < ROUNDS && !dead(); round++) {
                work(store);
            }
            if (!dead()) {
                die(home.resolve("tidings.mv.db"));
            }
            watching = false;
        }
    }

    /** A call that was under way at the death may have been done or not; from now on it is known. */
    private void settle(JdbcStore store) {
        if (!underWay.isEmpty()) {
            var found = store.jobs().find(underWay);
            found.ifPresentOrElse(job -> acknowledged.put(job.id(), job.seq()), () -> acknowledged.remove(underWay));
            jobs.remove(underWay);
            found.filter(job -> !job.state().terminal()).ifPresent(job -> jobs.add(job.id()));
            underWay = "";
        }
    }

    /** Jobs come, are written to, and go. What comes back after the death was never heard by anybody. */
    private void work(JdbcStore store) {
        var submission = new SubmissionBuilder("crash").build();
        underWay = submission.id();
        store.jobs().submit(submission);
        if (!dead()) {
            acknowledged.put(submission.id(), 1L);
            jobs.add(submission.id());
        }
        for (int line = 0; line < 4 && !dead(); line++) {
            String text = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 12_000 : 600));
            append(store, List.copyOf(jobs).get(random.nextInt(jobs.size())), new Event.Log(LogLevel.INFO, text));
        }
        if (jobs.size() > 5 && !dead()) {
            String old = jobs.element();
            append(store, old, new Event.Cancelled("crash"));
            if (!dead()) {
                assertThat(store.jobs().delete(old)).isPresent();
            }
            if (!dead()) {
                jobs.remove(old);
                acknowledged.remove(old);
                underWay = "";
            }
        }
    }

    private void append(JdbcStore store, String job, Event event) {
        underWay = job;
        var written = store.jobs()
                .write(List.of(new Write(job, row -> Verdict.append(event))))
                .get(0);
        if (!dead()) {
            acknowledged.put(
                    job, ((WriteResult.Done) written).growth().entries().get(0).seq());
        }
    }

    private boolean dead() {
        return writesLeft < 0;
    }

    private void die(Path file) {
        writesLeft = -1;
        copy(file, nextHome);
    }

    private String url() {
        return H2Database.embeddedUrl(home).replace("jdbc:h2:", "jdbc:h2:" + WatchedPath.SCHEME + ":");
    }

    /** A death lets a whole number of pages through. */
    private void writing(Path file, ByteBuffer bytes, long position) {
        beforeWrite.run();
        int pages = (bytes.remaining() - 1) / PAGE;
        if (watching && !dead() && pages > 0) {
            var torn = bytes.duplicate();
            torn.limit(torn.position() + PAGE * (1 + random.nextInt(pages)));
            moment(file, copy -> {
                try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                    channel.write(torn.duplicate(), position);
                }
            });
        }
    }

    private void written(Path file) {
        if (watching && !dead()) {
            moment(file, copy -> {});
        }
    }

    private void moment(Path file, Tear tear) {
        moments++;
        writesLeft--;
        watching = false;
        try {
            Path copy = copy(file, folder.resolve("copy"));
            tear.of(copy);
            if (dead()) {
                copy(copy, nextHome);
            }
            compare(copy.getParent());
        } catch (IOException | SQLException e) {
            lost.add("after " + moments + " moments: " + e);
        }
        watching = true;
    }

    private static Path copy(Path file, Path folder) {
        try {
            return Files.copy(
                    file,
                    Files.createDirectories(folder).resolve(file.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a death in the middle of a write does to a file. */
    @FunctionalInterface
    private interface Tear {
        void of(Path file) throws IOException;
    }

    private void compare(Path copied) throws SQLException {
        var found = new LinkedHashMap<String, Long>();
        try (var connection = DriverManager.getConnection(H2Database.embeddedUrl(copied));
                var statement = connection.createStatement()) {
            try (var row = statement.executeQuery(
                    "select id, latest, (select max(seq) from events where job = id), (select count(*) from events where job = id)"
                            + " from jobs")) {
                while (row.next()) {
                    if (row.getLong(2) != row.getLong(3) || row.getLong(2) != row.getLong(4)) {
                        lost.add("after " + moments + " moments: half a commit of job " + row.getString(1));
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
                lost.add("after " + moments + " moments: job " + job + " is " + latest);
            }
        }
        found.remove(underWay);
        if (!found.isEmpty()) {
            lost.add("after " + moments + " moments: back again: " + found);
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
            test.writing(path, from, position);
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
