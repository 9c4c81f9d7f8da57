package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.JobHandler;
import dev.tidings.testing.Report;
import dev.tidings.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that kill, starve or never leave their node. */
@Tag("soak")
class PoisonIT {
    @TempDir
    private Path folder;

    @Test
    void a_job_that_harms_its_node_is_started_so_often_as_allowed_and_harms_one_node_at_a_time() throws Exception {
        try (var cluster = new Cluster(3, 1, Map.of("tidings.attempts", "2", Node.WAR, war().toString()))) {
            String good = cluster.countdown("\"steps\": 300, \"interval\": \"50ms\", \"logEvery\": 1");
            cluster.follow(good, 2);

            String halting = poison(cluster, "halt");
            JsonObject end = cluster.await(halting, Sightings::terminal).event();
            assertThat(end.getString("type")).isEqualTo("failed");
            assertThat(end.getJsonObject("error").getString("type")).contains("worker-lost");
            long alive = cluster.nodes().stream()
                    .filter(node -> node.process().alive())
                    .count();
            Report.line("halt: " + end + ", " + alive + " of 3 nodes are left");
            assertThat(alive).isEqualTo(1);
            for (Node node : cluster.nodes()) {
                if (!node.process().alive()) {
                    node.start();
                }
            }

            String looping = poison(cluster, "loop");
            Node busy = cluster.runner(looping, 1);
            assertThat(cluster.other().post("api/jobs/" + looping + "/cancel").statusCode())
                    .isEqualTo(202);
            cluster.await(looping, event -> event.getString("type").equals("cancelling"));
            long told = System.nanoTime();
            busy.process().stop();
            end = cluster.await(looping, Sightings::terminal).event();
            Report.line("loop: " + end.getString("type") + ", its node was gone "
                    + (System.nanoTime() - told) / 1_000_000 + " ms after SIGTERM");
            assertThat(end.getString("type")).isEqualTo("cancelled");
            busy.start();

            String hungry = poison(cluster, "heap");
            end = cluster.await(hungry, Sightings::terminal).event();
            Report.line("heap: " + end);
            assertThat(end.getString("type")).isEqualTo("failed");
            for (Node node : cluster.nodes()) {
                if (!node.process().alive()) {
                    Report.line("heap: " + node + " is gone");
                    node.start();
                }
                cluster.awaitReady(node, 200, Duration.ofSeconds(20));
            }
            cluster.check();
        }
    }

    private static String poison(Cluster cluster, String how) throws IOException, InterruptedException {
        HttpResponse<String> answer = cluster.other()
                .submit(
                        "poison-" + how,
                        "{\"type\": \"poison\", \"title\": \"poison-" + how + "\", \"params\": {\"how\": \"" + how
                                + "\"}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String id = Sightings.json(answer.body()).getString("id");
        cluster.sightings().accepted("poison-" + how, id);
        cluster.follow(id, 2);
        return id;
    }

    /** The WAR under test with the handler in a JAR, as docs/guide/write-a-handler.md says. */
    private Path war() throws IOException {
        var jar = ShrinkWrap.create(JavaArchive.class, "poison.jar")
                .addClasses(PoisonHandler.class, PoisonHandler.Params.class)
                .addAsServiceProvider(JobHandler.class, PoisonHandler.class);
        var war = ShrinkWrap.createFromZipFile(
                        WebArchive.class, ServerProcess.war().toFile())
                .addAsLibrary(jar);
        Path file = folder.resolve("poisonous.war");
        try (var out = Files.newOutputStream(file)) {
            war.as(ZipExporter.class).exportTo(out);
        }
        return file;
    }
}
