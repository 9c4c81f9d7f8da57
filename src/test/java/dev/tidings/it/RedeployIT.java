package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.Report;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The application is taken away and brought back while streams are open and jobs run: {@code -Dredeploys=N} times. */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
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

    /**
     * How many deployments servers may hold that are gone (seen in heap dumps). A thread of WildFly's worker that waits for its
     * next task keeps the last request, and as many as {@code task-core-threads}, 2, wait for ever. A thread of Tomcat's
     * that was started on behalf of one of ours keeps, before Java 24, the protection domain that it inherited, until
     * Tomcat renews it.
     */
    private static final int HELD_BY_SERVER = 2;

    private static final Pattern LOADER = Pattern.compile("Loader Data: (\\S+)");

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = NAME, managed = false, testable = false)
    static WebArchive war() {
        return Secured.without(Map.of("tidings.drain.grace", "1s", "tidings.drain.spread", "1s"));
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void streams_end_by_bye_jobs_go_on_after_and_nothing_is_left_behind() throws Exception {
        InServer.LogMark begun = InServer.log();
        Set<String> earlier = loaders();
        long start = metaspaceKilobytes();
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
            assertThat(jcmd("Thread.print").lines().filter(line -> line.startsWith("\"tidings")))
                    .as("threads of the application that are left")
                    .isEmpty();
        }
        deployer.deploy(NAME);
        Calls.post(before + "/cancel").is(202);
        Calls.await(before, "cancelled");
        long withOne = metaspaceKilobytes();
        deployer.undeploy(NAME);

        // Its own helper, which Tomcat takes for ours when it is started by a request of ours.
        String said = begun.since();
        assertThat(said.lines()
                        .filter(line -> LEAKS.stream().anyMatch(line::contains))
                        .filter(line -> !line.contains("[Catalina-utility-")))
                .isEmpty();
        int left = loadersLeft(earlier);
        long without = metaspaceKilobytes();
        Report.line("RedeployIT on " + InServer.SERVER + ": after " + TIMES + " redeployments " + left
                + " class loaders are left; metaspace " + withOne + " kB with the last deployment, " + without
                + " kB without, " + (without - start) + " kB more than before the first");
        assertThat(left)
                .as("class loaders of %d deployments that are left", TIMES + 1)
                .isLessThanOrEqualTo(HELD_BY_SERVER);
    }

    /** How many class loaders hold the application that did not before, after garbage collections. */
    private static int loadersLeft(Set<String> earlier) throws Exception {
        int left = Integer.MAX_VALUE;
        for (int i = 0; i < 10 && left > 0; i++) {
            othersRequests();
            Set<String> now = loaders();
            now.removeAll(earlier);
            left = now.size();
        }
        return left;
    }

    /** The addresses of those that have loaded one of the application's classes. */
    private static Set<String> loaders() throws Exception {
        jcmd("GC.run");
        var found = new HashSet<String>();
        String loader = "";
        for (String line : jcmd("VM.classloaders show-classes verbose").lines().toList()) {
            Matcher data = LOADER.matcher(line);
            if (data.find()) {
                loader = data.group(1);
            } else if (line.endsWith(" dev.tidings.boot.Threads")) {
                found.add(loader);
            }
        }
        return found;
    }

    /** Gives the server's threads something else to hold than the last request of ours. */
    private static void othersRequests() throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 200; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), InServer.BASE.getPort()));
            }
            for (Socket socket : sockets) {
                String request =
                        "GET / HTTP/1.1\r\nHost: " + InServer.BASE.getAuthority() + "\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            }
            for (Socket socket : sockets) {
                socket.getInputStream().readAllBytes();
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static long metaspaceKilobytes() throws Exception {
        jcmd("GC.run");
        var used = Pattern.compile("sun\\.gc\\.metaspace\\.used=(\\d+)").matcher(jcmd("PerfCounter.print"));
        assertThat(used.find()).isTrue();
        return Long.parseLong(used.group(1)) / 1024;
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
}
