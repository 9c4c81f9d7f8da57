package dev.tidings.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The table. Each figure is the median of its rounds; each ratio the median of the ratios within a round. */
final class Report {
    private final int rounds;
    private final StringBuilder figures = new StringBuilder();
    private final StringBuilder ratios = new StringBuilder();
    private final StringBuilder memory = new StringBuilder();

    Report(int rounds) {
        this.rounds = rounds;
    }

    void add(Case each, List<Run> runs) {
        List<String> servers = runs.stream().map(Run::server).distinct().toList();
        for (String server : servers) {
            List<Run> own = of(server, runs);
            figures.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %,.0f | %.2f | %.1f / %.1f | %s | %.1f | %.0f | %d | %d / %d / %d%s | %.2f | %s |%n",
                    each.title(),
                    server,
                    median(own, Run::perSecond),
                    median(own, Run::cpuPerMillion),
                    median(own, Run::p50),
                    median(own, Run::p99),
                    at(own),
                    median(own, Run::perRead),
                    median(own, Run::rssMb),
                    (long) median(own, Run::threads),
                    own.stream().mapToLong(Run::lost).sum(),
                    own.stream().mapToLong(Run::disorder).sum(),
                    own.stream().mapToLong(Run::closed).sum(),
                    own.stream().anyMatch(Run::stalled) ? ", stalled" : "",
                    median(own, Run::others),
                    own.get(own.size() - 1).load()));
        }
        List<Run> ours = of("Tidings", runs);
        for (String peer : servers) {
            List<Run> theirs = of(peer, runs);
            if (!peer.equals("Tidings") && theirs.size() == ours.size()) {
                ratios.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.2f | %.2f | %.2f | %.2f |%n",
                        each.title(),
                        peer,
                        ratio(ours, theirs, Run::perSecond),
                        ratio(ours, theirs, Run::cpuPerMillion),
                        ratio(ours, theirs, Run::p99),
                        ratio(ours, theirs, Run::rssMb)));
            }
        }
    }

    void add(Collection<Memory> measured) {
        for (Memory each : measured) {
            memory.append(each.row());
        }
    }

    String markdown() {
        var text = new StringBuilder();
        text.append("Measured ")
                .append(Instant.now().truncatedTo(ChronoUnit.MINUTES))
                .append(": ");
        text.append(Proc.machine())
                .append("; servers on ")
                .append(Child.javaHome().getFileName());
        text.append(", -Xmx2g; medians of ").append(rounds).append(" rounds, in turn.\n\n");
        text.append("| case | server | deliveries/s | CPU-s per million | p50 / p99 ms | from `at` p50 / p99 ms");
        text.append(" | events a read | RSS MB | threads | lost / disorder / cut | others' cores | load |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n").append(figures);
        if (!ratios.isEmpty()) {
            text.append("\nTidings in proportion to a peer:\n\n");
            text.append("| case | peer | deliveries/s | CPU per delivery | p99 | RSS |\n|---|---|---|---|---|---|\n");
            text.append(ratios);
        }
        if (!memory.isEmpty()) {
            text.append("\n").append(Memory.HEAD).append(memory);
        }
        return text.toString();
    }

    private static String at(List<Run> runs) {
        double p99 = median(runs, Run::atP99);
        return Double.isNaN(p99) ? "–" : String.format(Locale.ROOT, "%.1f / %.1f", median(runs, Run::atP50), p99);
    }

    private static List<Run> of(String server, List<Run> runs) {
        return runs.stream().filter(run -> run.server().equals(server)).toList();
    }

    private static double ratio(List<Run> ours, List<Run> theirs, ToDoubleFunction<Run> figure) {
        var each = new ArrayList<Double>();
        for (int i = 0; i < ours.size(); i++) {
            each.add(figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)));
        }
        return median(each.stream());
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return median(runs.stream().map(figure::applyAsDouble));
    }

    private static double median(Stream<Double> figures) {
        List<Double> sorted = figures.sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
