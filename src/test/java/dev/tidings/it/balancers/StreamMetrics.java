package dev.tidings.it.balancers;

import dev.tidings.it.nodes.Node;
import java.io.IOException;
import java.util.List;

/** What the nodes tell of their event streams at {@code /metrics}, added up. */
final class StreamMetrics {
    private static final String OPEN = "tidings_readers_open{transport=\"sse\"}";
    private static final String POLLS = "tidings_readers_open{transport=\"poll\"}";
    private static final String HEARTBEATS = "tidings_heartbeats_total{transport=\"sse\"}";

    private final List<Node> nodes;

    StreamMetrics(List<Node> nodes) {
        this.nodes = nodes;
    }

    /** Streams that are open, as the nodes believe. */
    double open() throws IOException, InterruptedException {
        return sum(OPEN);
    }

    /** Polls that wait. */
    double polls() throws IOException, InterruptedException {
        return sum(POLLS);
    }

    /** Heartbeats written to streams, ever. */
    double heartbeats() throws IOException, InterruptedException {
        return sum(HEARTBEATS);
    }

    private double sum(String series) throws IOException, InterruptedException {
        double sum = 0;
        for (Node node : nodes) {
            sum += node.get("metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                    .sum();
        }
        return sum;
    }
}
