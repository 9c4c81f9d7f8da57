package dev.tidings.it.nodes;

import dev.tidings.testing.Report;
import dev.tidings.testing.Waiting;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three nodes under load and one random fault after another, some of them at once; then everything that every reader saw
 * is held to the contract.
 *
 * <p>{@code -Dtidings.soak.faults=200} for a long run; {@code -Dtidings.seed=} repeats the choices of one.
 */
@Tag("soak")
class NodesSoakIT {
    private static final long SEED = Long.getLong("tidings.seed", System.nanoTime());
    private static final int FAULTS = Integer.getInteger("tidings.soak.faults", 30);
    private static final int FAULTS_A_ROUND = 10;

    private final Random random = new Random(SEED);

    @Test
    void whatever_breaks_no_reader_sees_more_or_less_than_the_log() throws Exception {
        Report.line("-Dtidings.seed=" + SEED);
        try (var cluster = new Cluster(3, SEED, Map.of("tidings.attempts", "1000"))) {
            for (int fault = 1; fault <= FAULTS; fault++) {
                for (int i = 0; i < 3; i++) {
                    String job = cluster.countdown("\"steps\": " + (20 + random.nextInt(150)) + ", \"interval\": \""
                            + (5 + random.nextInt(60)) + "ms\", \"logEvery\": " + (1 + random.nextInt(4))
                            + ", \"artifactBytes\": " + random.nextInt(50_000) + ", \"ignoreInterrupt\": "
                            + (random.nextInt(4) == 0));
                    cluster.follow(job, 2);
                }
                pause(1500);
                inflict(cluster, fault);
                if (fault % FAULTS_A_ROUND == 0 || fault == FAULTS) {
                    heal(cluster);
                    cluster.check();
                    Report.line(cluster.sightings().count() + " events seen by all readers, in order");
                    cluster.forget();
                }
            }
        }
    }

    private void inflict(Cluster cluster, int number) throws Exception {
        Node node = cluster.node(random.nextInt(3));
        int fault = random.nextInt(12);
        Report.line("fault " + number + ": " + fault + " at " + node);
        switch (fault) {
            case 0, 1 -> {
                node.process().kill9();
                pause(3000);
                node.start();
            }
            case 2 -> {
                node.freeze();
                Waiting.pass(Cluster.LEASE.plusMillis(random.nextInt(4000)));
                node.thaw();
            }
            case 3 -> {
                node.freeze();
                pause(2500);
                node.thaw();
            }
            case 4 -> {
                node.relay().cut();
                pause(8000);
                node.relay().heal();
            }
            case 5 -> {
                node.relay().stall();
                pause(8000);
                node.relay().heal();
            }
            case 6 -> node.relay().stallListeners();
            case 7 -> cluster.nodes().forEach(each -> each.relay().swallowCommits(1 + random.nextInt(5)));
            case 8 -> {
                node.process().stop();
                node.start();
            }
            case 9 -> {
                cluster.database().stop();
                pause(5000);
                cluster.database().start();
            }
            case 10 -> {
                cluster.database().kill9();
                pause(3000);
                cluster.database().start();
            }
            default -> {
                node.relay().swallowCommits(3);
                Node other = cluster.other(node);
                other.process().kill9();
                node.relay().cutListeners();
                other.start();
            }
        }
    }

    private static void heal(Cluster cluster) throws Exception {
        for (Node node : cluster.nodes()) {
            node.relay().heal();
        }
        for (Node node : cluster.nodes()) {
            cluster.awaitReady(node, 200, Duration.ofSeconds(20));
        }
    }

    private void pause(int mostMs) throws InterruptedException {
        Waiting.pass(Duration.ofMillis(random.nextInt(mostMs)));
    }
}
