package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** The application is taken away and brought back while streams are open and jobs run; {@code -Dredeploys=N} times, not at all by default. */
@Tag("server")
@EnabledIfSystemProperty(
        named = "redeploys",
        matches = "[1-9]\\d*",
        disabledReason = "takes long: -Psoak, or -Dredeploys=2")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@DisplayNameGeneration(ReplaceUnderscores.class)
class RedeployIT {
    private static final int TIMES = Integer.getInteger("redeploys", 2);
    private static final String NAME = "again";

    /** What Tomcat says of an application that leaves something behind. */
    private static final List<String> LEAKS = List.of(
            "appears to have started a thread",
            "failed to stop it",
            "created a ThreadLocal",
            "is still processing a request",
            "failed to unregister",
            "a memory leak is");

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = NAME, managed = false, testable = false)
    static WebArchive war() {
        return Secured.without(Map.of("tidings.drain.grace", "1s", "tidings.drain.spread", "1s"));
    }

    @Test
    void streams_end_by_bye_jobs_go_on_after_and_nothing_is_left_behind() throws Exception {
        long begun = serverLog().length();
        String before = null;
        for (int i = 0; i < TIMES; i++) {
            deployer.deploy(NAME);
            if (before != null) {
                var after = Calls.get(before).is(200).json();
                assertThat(after.getString("state")).isIn("queued", "running");
                assertThat(after.getInt("attempt"))
                        .as("a hand-over costs no attempt")
                        .isEqualTo(1);
                Calls.await(before, "running");
                Calls.post(before + "/cancel").is(202);
                Calls.await(before, "cancelled");
            }
            before = Calls.submitted(Calls.LONG);
            Calls.await(before, "running");
            var streams = new ArrayList<EventStream>();
            for (int n = 0; n < 5; n++) {
                EventStream stream = Calls.stream(before + "/events?after=0");
                stream.nextEvent();
                streams.add(stream);
            }

            deployer.undeploy(NAME);

            for (EventStream stream : streams) {
                var last = stream.rest();
                assertThat(last.get(last.size() - 1).event()).isEqualTo("bye");
                assertThat(last.get(last.size() - 1).data()).contains("drain");
                assertThat(stream.endedBetweenBlocks()).isTrue();
                stream.close();
            }
            assertThat(ours(jcmd("Thread.print")).filter(line -> line.startsWith("\"tidings")))
                    .as("threads of the application that are left")
                    .isEmpty();
        }
        deployer.deploy(NAME);
        Calls.post(before + "/cancel").is(202);
        Calls.await(before, "cancelled");
        deployer.undeploy(NAME);

        // Its own helper, which Tomcat takes for ours when it is started by a request of ours.
        String said = serverLog().substring((int) begun);
        assertThat(said.lines()
                        .filter(line -> LEAKS.stream().anyMatch(line::contains))
                        .filter(line -> !line.contains("[Catalina-utility-")))
                .isEmpty();
        assertThat(loaders())
                .as("class loaders of %d deployments that are left", TIMES + 1)
                .isLessThanOrEqualTo(1);
    }

    private static java.util.stream.Stream<String> ours(String text) {
        return text.lines();
    }

    /** How many class loaders still hold the application, after a garbage collection. */
    private static long loaders() throws Exception {
        long left = Long.MAX_VALUE;
        for (int i = 0; i < 20 && left > 1; i++) {
            left = jcmd("GC.class_histogram")
                    .lines()
                    .filter(line -> line.matches(".*\\sdev\\.tidings\\.boot\\.Threads( \\(.*)?"))
                    .count();
        }
        return left;
    }

    private static String jcmd(String command) throws Exception {
        ProcessHandle server = ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static String serverLog() throws IOException {
        Path home = Path.of(System.getProperty("it.server.home"));
        Path folder = home.resolve(InServer.SERVER.equals("wildfly") ? "standalone/log" : "logs");
        var all = new StringBuilder();
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(
                            f -> f.getFileName().toString().matches("(catalina|localhost|server).*\\.log"))
                    .sorted()
                    .toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
