package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private Bench() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        int rounds = Integer.getInteger("bench.rounds", 3);
        String wanted = System.getProperty("bench.cases", "");
        Set<String> names = wanted.isEmpty() ? Set.of() : Set.of(wanted.split(",", -1));
        var report = new Report(rounds);
        for (Case each : Case.ALL) {
            if (names.isEmpty() || names.contains(each.name())) {
                report.add(each, run(each, rounds));
                Files.writeString(Child.FOLDER.resolve("report.md"), report.markdown());
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

    /** All servers are up all the time; they take turns. */
    private static List<Run> run(Case each, int rounds) throws IOException, InterruptedException {
        System.out.println("== " + each.title());
        var servers = new ArrayList<Server>();
        var runs = new ArrayList<Run>();
        try {
            servers.add(new TidingsOnTomcat(HEAP));
            Path wildfly = wildfly();
            if (wildfly != null) {
                servers.add(new TidingsOnWildFly(HEAP, wildfly));
            }
            if (!System.getProperty("bench.peers", "").equals("false")) {
                if (each.peers().contains("spring")) {
                    servers.add(new SpringServer(HEAP));
                }
                if (each.peers().contains("nchan") && NchanServer.present()) {
                    servers.add(new NchanServer());
                }
            }
            for (int round = each.warmUp() == 0 ? 1 : 0; round <= rounds; round++) {
                for (Server server : servers) {
                    Load load = round == 0 ? each.load().lasting(each.warmUp()) : each.load();
                    Run run = Run.of(server, each.crowd(), each.before(), load);
                    System.out.println((round == 0 ? "warm-up  " : "         ") + run);
                    if (round > 0) {
                        runs.add(run);
                    }
                }
            }
        } finally {
            servers.forEach(Server::close);
        }
        return runs;
    }
}
