package dev.tidings.jdbc;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Progress;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;

/**
 * Measures a store: {@code StoreBenchmark h2|postgresql|chunks <home> <seconds or MiB>}. Run by hand; the figures are
 * events a second with 200 jobs whose reports are written in groups, and MB a second of chunks.
 */
public final class StoreBenchmark {
    private static final int JOBS = 200;

    private StoreBenchmark() {}

    public static void main(String[] arguments) {
        var home = Path.of(arguments[1]);
        int amount = Integer.parseInt(arguments[2]);
        var settings = arguments[0].equals("postgresql")
                ? StoreSettings.server(Postgres.url(), null, null)
                : StoreSettings.embedded(home);
        try (JdbcStore store = JdbcStore.open(settings)) {
            if (arguments[0].equals("chunks")) {
                chunks(store, amount);
            } else {
                for (int group : new int[] {20, 100, 200}) {
                    events(store, group, amount);
                }
            }
        }
        if (arguments[0].equals("postgresql")) {
            System.exit(0);
        }
    }

    /** Nine reports of progress to one line of the log. */
    private static void events(JdbcStore store, int group, int seconds) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < JOBS; i++) {
            var submitted = store.jobs()
                    .submit(new SubmissionBuilder("bench").maxQueued(100_000).build());
            ids.add(((SubmitResult.Accepted) submitted).growth().job().id());
        }
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long begun = System.nanoTime();
        long events = 0;
        long groups = 0;
        while (System.nanoTime() < end) {
            var writes = new ArrayList<Write>();
            for (int i = 0; i < group; i++) {
                long n = events++;
                Event event = n % 10 == 9
                        ? new Event.Log(LogLevel.INFO, "row " + n + " is ragged")
                        : Progress.of(n % 1000, 1000, "rows", "profiling", "march.csv", null);
                writes.add(new Write(ids.get((int) (n % JOBS)), row -> Verdict.append(event)));
            }
            store.jobs().write(writes);
            groups++;
        }
        double took = (System.nanoTime() - begun) / 1e9;
        System.out.printf("groups of %d: %.0f events/s, %.1f ms a group%n", group, events / took, took * 1000 / groups);
    }

    private static void chunks(JdbcStore store, int mebibytes) {
        var chunk = new byte[ArtifactStore.CHUNK_BYTES];
        new Random(1).nextBytes(chunk);
        int count = mebibytes * 4;
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            store.artifacts().put("bench", i, chunk);
        }
        report("written", mebibytes, begun);
        begun = System.nanoTime();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += store.artifacts().chunk("bench", i).orElseThrow().length;
        }
        System.out.println(bytes + " bytes are there");
        report("read", mebibytes, begun);
        begun = System.nanoTime();
        store.artifacts().discard("bench");
        report("discarded", mebibytes, begun);
    }

    private static void report(String what, int mebibytes, long begun) {
        double took = (System.nanoTime() - begun) / 1e9;
        System.gc();
        long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.printf("%s: %.0f MB/s; heap after GC %d MB%n", what, mebibytes * 1.048576 / took, heap >> 20);
    }
}
