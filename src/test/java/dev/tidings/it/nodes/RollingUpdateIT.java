package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two versions at once: {@code -Dtidings.old.war=} names the older one, whose nodes are replaced one
 * after the other under load; then one goes back.
 */
@Tag("soak")
class RollingUpdateIT {
    @Test
    void nodes_are_updated_one_after_the_other_and_one_goes_back_and_nothing_is_lost() throws Exception {
        String old = System.getProperty("tidings.old.war", "");
        Assumptions.assumeFalse(old.isEmpty(), "-Dtidings.old.war= names an older WAR");
        try (var cluster = new Cluster(3, 1, Map.of("tidings.attempts", "2", Node.WAR, old))) {
            var jobs = new ArrayList<String>();
            for (Node node : cluster.nodes()) {
                restart(cluster, node, ServerProcess.war(), jobs);
                Report.line(node + " is updated");
            }
            restart(cluster, cluster.node(0), Path.of(old), jobs);
            Report.line(cluster.node(0) + " is the old version again");
            cluster.check();
            for (String job : jobs) {
                for (Node node : cluster.nodes()) {
                    assertThat(node.job(job).getString("state")).isEqualTo("succeeded");
                    assertThat(node.job(job).getInt("attempt")).isEqualTo(1);
                }
            }
            Report.line(cluster.sightings().count() + " events seen of " + jobs.size() + " jobs");
        }
    }

    private static void restart(Cluster cluster, Node node, Path war, List<String> jobs) throws Exception {
        for (int i = 0; i < 6; i++) {
            String job = cluster.countdown("\"steps\": 100, \"interval\": \"50ms\", \"logEvery\": 1");
            jobs.add(job);
            cluster.follow(job, 2);
        }
        node.process().stop();
        node.run(war);
        node.start();
        for (Node each : cluster.nodes()) {
            cluster.awaitReady(each, 200, Duration.ofSeconds(20));
        }
    }
}
