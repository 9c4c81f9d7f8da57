package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cases and writes {@code target/bench/report.md}.
 *
 * <p>{@code -Dbench.cases=fanout,wide} takes some, {@code -Dbench.rounds=N} measures N times, {@code -Dbench.java=HOME}
 * runs the servers on another JDK, {@code -Dbench.wildfly=HOME} runs Tidings there too, {@code -Dbench.jfr} records it in Tomcat, {@code -Dbench.peers=false} leaves the peers out.
 */
public final class Bench {
    private static final String HEAP = "2g";

    /** The part of a core below which the compilers do not matter any more. */
    private static final double COMPILERS_QUIET = 0.04;

    private static final Duration WARM_UP_AT_MOST = Duration.ofSeconds(90);

    private Bench() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        int rounds = Integer.getInteger("bench.rounds", 3);
        String wanted = System.getProperty("bench.cases", "");
        Set<String> names = wanted.isEmpty() ? Set.of() : Set.of(wanted.split(",", -1));
        var report = new Report(rounds);
        try (var servers = new Servers(HEAP, wildfly())) {
            for (Case each : Case.ALL) {
                if (names.isEmpty() || names.contains(each.name())) {
                    report.add(each, run(each, servers, rounds));
                    Files.writeString(Child.FOLDER.resolve("report.md"), report.markdown());
                }
            }
        }
        if (names.isEmpty() || names.contains("memory")) {
            report.add(Memory.measure(HEAP));
            Files.writeString(Child.FOLDER.resolve("report.md"), report.markdown());
        }
        System.out.println(report.markdown());
        System.exit(0);
    }

    /** An unpacked WildFly to run beside Tomcat: {@code -Dbench.wildfly=HOME}. */
    private static @Nullable Path wildfly() {
        String home = System.getProperty("bench.wildfly", "");
        return home.isEmpty() ? null : Path.of(home);
    }

    private static List<Run> run(Case each, Servers servers, int rounds) throws IOException, InterruptedException {
        System.out.println("== " + each.title());
        var runs = new ArrayList<Run>();
        List<Server> turns = servers.of(each);
        for (Server server : turns) {
            warmUp(each, server);
        }
        for (int round = 0; round < rounds; round++) {
            for (Server server : turns) {
                Run run = Run.of(server, each.crowd(), each.before(), each.load());
                System.out.println("         " + run);
                runs.add(run);
            }
        }
        for (Server server : turns) {
            if (runs.stream().anyMatch(run -> run.stalled() && run.server().equals(server.name()))) {
                servers.replace(server);
            }
        }
        return runs;
    }

    /** Puts the case's load on a server until its compilers have little to do: it is meant to run for months. */
    private static void warmUp(Case each, Server server) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        double compilers = each.warmUp() == 0 ? 0 : 1;
        while (compilers > COMPILERS_QUIET && System.nanoTime() - begun < WARM_UP_AT_MOST.toNanos()) {
            long began = System.nanoTime();
            double before = Proc.compilerSeconds(server.pids());
            Run run = Run.of(server, each.crowd(), each.before(), each.load().lasting(each.warmUp()));
            compilers = (Proc.compilerSeconds(server.pids()) - before) * 1e9 / (System.nanoTime() - began);
            System.out.printf(Locale.ROOT, "warm-up  %s  compilers %.2f%n", run, compilers);
        }
    }
}
