package dev.tidings.it.nodes;

import dev.tidings.testing.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where the time went between two moments: what the nodes' meters, the database and the processes' clocks say.
 *
 * <p>Threads: one.
 */
final class NodeTimings {
    private final Cluster cluster;
    private final List<Map<String, Double>> before = new ArrayList<>();
    private final Map<String, Double> cpuBefore;
    private final double[] databaseBefore;
    private final long beganNanos = System.nanoTime();

    /** Begins. */
    NodeTimings(Cluster cluster) throws Exception {
        this.cluster = cluster;
        for (Node node : cluster.nodes()) {
            before.add(metrics(node));
        }
        cpuBefore = cpuSeconds();
        databaseBefore = database();
    }

    /** Prints what there was since. */
    void tell() throws Exception {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        say("%.0f s, load of the machine %s", seconds, load());
        for (int i = 0; i < before.size(); i++) {
            var now = metrics(cluster.node(i));
            var then = before.get(i);
            say(
                    "%s: %.0f groups, %.1f writes each, commit %.1f ms, call to commit of the oldest %.1f ms;"
                            + " %.0f reads, %.1f logs each, %.1f ms; commit to write %.1f ms on average",
                    cluster.node(i),
                    change(now, then, "tidings_store_commits_seconds_count"),
                    ratio(now, then, "tidings_store_group_writes"),
                    1000 * ratio(now, then, "tidings_store_commits_seconds"),
                    1000 * ratio(now, then, "tidings_store_write_lag_seconds"),
                    change(now, then, "tidings_store_reads_seconds_count"),
                    ratio(now, then, "tidings_store_read_logs"),
                    1000 * ratio(now, then, "tidings_store_reads_seconds"),
                    1000 * ratio(now, then, "tidings_delivery_seconds"));
        }
        double[] database = database();
        double events = database[1] - databaseBefore[1];
        double statements = database[0] - databaseBefore[0];
        say(
                "database: %.0f events stored, %.0f a second; %.0f statements, %.3f for an event",
                events, events / seconds, statements, statements / Math.max(1, events));
        var cpu = new StringBuilder();
        cpuSeconds()
                .forEach((who, used) -> cpu.append(String.format(
                        Locale.ROOT, " %s %.0f %%", who, 100 * (used - cpuBefore.getOrDefault(who, 0.0)) / seconds)));
        say("CPU:%s", cpu);
    }

    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    private static void say(String format, Object... values) {
        Report.line("  " + String.format(Locale.ROOT, format, values));
    }

    private static double change(Map<String, Double> now, Map<String, Double> then, String name) {
        return now.getOrDefault(name, 0.0) - then.getOrDefault(name, 0.0);
    }

    private static double ratio(Map<String, Double> now, Map<String, Double> then, String name) {
        return change(now, then, name + "_sum") / Math.max(1, change(now, then, name + "_count"));
    }

    /** The meters, those of one name added up. */
    private static Map<String, Double> metrics(Node node) throws IOException, InterruptedException {
        var values = new HashMap<String, Double>();
        node.get("metrics").body().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            String name = line.substring(0, space).replaceFirst("\\{.*", "");
            values.merge(name, Double.parseDouble(line.substring(space + 1)), Double::sum);
        });
        return values;
    }

    /** How many statements were executed, and how many events are stored. */
    private double[] database() throws SQLException {
        try (Connection connection = cluster.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create extension if not exists pg_stat_statements");
            try (ResultSet row = statement.executeQuery(
                    "select (select coalesce(sum(calls), 0) from pg_stat_statements), (select count(*) from events)")) {
                row.next();
                return new double[] {row.getDouble(1), row.getDouble(2)};
            }
        }
    }

    private Map<String, Double> cpuSeconds() throws IOException {
        var used = new HashMap<String, Double>();
        for (Node node : cluster.nodes()) {
            used.put(node.name(), seconds(node.process().pid()));
        }
        used.put("readers", seconds(ProcessHandle.current().pid()));
        double database = 0;
        for (long pid : cluster.database().processes()) {
            database += seconds(pid);
        }
        used.put("PostgreSQL", database);
        return used;
    }

    private static double seconds(long pid) {
        String line;
        try {
            line = Files.readString(Path.of("/proc/" + pid + "/stat"));
        } catch (IOException ended) {
            return 0; // a session of the database that is over
        }
        String[] fields = line.replaceFirst(".*\\) ", "").split(" ", -1);
        return Stream.of(fields[11], fields[12]).mapToLong(Long::parseLong).sum() / 100.0;
    }
}
