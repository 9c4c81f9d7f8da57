package dev.tidings.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Linux says in {@code /proc} of processes and of the machine. */
final class Proc {
    /** Of {@code getconf CLK_TCK}: fixed on Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

    private Proc() {}

    /** User and system time of these processes so far, in seconds. */
    static double cpuSeconds(Collection<Long> pids) {
        long ticks = 0;
        for (long pid : pids) {
            ticks += ticks(read("/proc/" + pid + "/stat"));
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** What the compilers of these JVMs have used so far, in seconds of one core; 0 for other programs. */
    static double compilerSeconds(Collection<Long> pids) {
        long ticks = 0;
        for (long pid : pids) {
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
                for (Path thread : threads.toList()) {
                    String stat = read(thread.resolve("stat").toString());
                    if (COMPILER.matcher(stat).find()) {
                        ticks += ticks(stat);
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                // A compiler's thread may end at any time.
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** What all processes together have used so far, in seconds of one core. */
    static double cpuSecondsOfAll() {
        String[] fields = read("/proc/stat").lines().findFirst().orElseThrow().split(" +", -1);
        long busy = 0;
        for (int i : new int[] {1, 2, 3, 6, 7}) {
            busy += Long.parseLong(fields[i]);
        }
        return busy / TICKS_PER_SECOND;
    }

    /** How many files and sockets these processes have open. */
    static long openFiles(Collection<Long> pids) throws IOException {
        long count = 0;
        for (long pid : pids) {
            try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
                count += files.count();
            }
        }
        return count;
    }

    /** The memory that these processes have in use, in MiB. */
    static double rssMb(Collection<Long> pids) {
        return sumKb(pids, "/smaps_rollup", "Pss:") / 1024.0;
    }

    static long threads(Collection<Long> pids) {
        return sumKb(pids, "/status", "Threads:");
    }

    private static long sumKb(Collection<Long> pids, String file, String field) {
        long sum = 0;
        for (long pid : pids) {
            sum += read("/proc/" + pid + file)
                    .lines()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        }
        return sum;
    }

    static String load() {
        return read("/proc/loadavg").split(" ", -1)[0];
    }

    /** Cores, processor, memory, kernel. */
    static String machine() {
        String cpu = read("/proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 2))
                .orElse("unknown processor");
        long memoryKb = read("/proc/meminfo")
                .lines()
                .filter(line -> line.startsWith("MemTotal"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
        return String.format(
                Locale.ROOT,
                "%d cores, %s, %.0f GiB, Linux %s",
                Runtime.getRuntime().availableProcessors(),
                cpu,
                memoryKb / 1048576.0,
                read("/proc/sys/kernel/osrelease").strip());
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
