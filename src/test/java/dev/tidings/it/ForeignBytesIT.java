package dev.tidings.it;

import static dev.tidings.it.Secured.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Http2Connection;
import dev.tidings.testing.Report;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two users read streams and answers, and break them off at random moments: containers use requests and responses again,
 * and what is written to one that was given back reaches somebody else. Every byte that comes is looked through for what is
 * the other's. {@code -Dforeign.seconds=N} says for how long.
 *
 * <p>Tomcat by itself throws away what a request leaves behind, and writing to that fails in silence. With
 * {@code -Dtidings.discard=false} for the server (in the build: in {@code it.server.jvm}) it uses all of it again, and such a
 * write shows.
 */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ForeignBytesIT {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("foreign.seconds", 6));
    private static final long SEED = Long.getLong("foreign.seed", System.nanoTime());
    private static final int JOBS = 3;
    private static final int CANCEL = 8;
    private static final Pattern JOB = Pattern.compile("\"(?:job|id)\":\"([A-Za-z0-9-]+)\"");
    private static final Pattern OWNER = Pattern.compile("\"owner\":\"([a-z]+)\"");

    private static final Pattern SAID = Pattern.compile("\"message\":\"(alice|bob) ");

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    @Deployment(testable = false)
    static WebArchive war() {
        WebArchive war = Secured.war(Secured.BASIC, Map.of("tidings.limits.streamsPerUser", "1000"));
        // After resets Tomcat may forget a request that was completed, and waits in vain for its end when the
        // application stops.
        war.delete("/META-INF/context.xml");
        return war.addAsManifestResource(new StringAsset("<Context unloadDelay=\"7000\" />"), "context.xml");
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nobody_gets_a_byte_of_another() throws Exception {
        InServer.LogMark begun = InServer.log();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            var users = List.of(new User("alice"), new User("bob"));
            var all = new ArrayList<Future<?>>();
            int number = 0;
            for (User user : users) {
                all.add(threads.submit(() -> report(user)));
                for (int i = 0; i < 2; i++) {
                    var one = new Random(SEED + number++);
                    var two = new Random(SEED + number++);
                    all.add(threads.submit(repeat(() -> byHttp1(user, one))));
                    all.add(threads.submit(repeat(() -> byHttp2(user, two))));
                }
            }
            long end = System.nanoTime() + LENGTH.toNanos();
            for (Future<?> each : all) {
                // Who fails ends the test; the others run until the time is over.
                while (System.nanoTime() < end && !each.isDone()) {
                    try {
                        each.get(200, TimeUnit.MILLISECONDS);
                    } catch (TimeoutException running) {
                        // look again
                    }
                }
            }
            over.set(true);
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            Report.line("ForeignBytesIT on " + InServer.SERVER + ", seed " + SEED + ": " + opened
                    + " streams and answers in " + LENGTH.toSeconds() + " s, " + bytes + " bytes, nothing foreign");
            assertThat(opened.get()).isPositive();
            Calls.get("health/ready").is(200);
            nobodyIsLeft();
            assertThat(begun.since().lines())
                    .as("stack traces of the application, which has touched what it had given back")
                    .noneMatch(
                            line -> line.contains("at ") && line.contains("dev.tidings.") && line.contains(".java:"));
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    /** All that were broken off are found, by the heartbeats or after {@code tidings.stuck}, and their places are freed. */
    private static void nobodyIsLeft() {
        String readers = "";
        for (int i = 0; i < 120 && !readers.equals("tidings_readers 0.0"); i++) {
            Calls.get("api/path-check?wait=1", "Accept", "application/json", "Authorization", as("admin"))
                    .is(200);
            readers = Calls.get("metrics", "Authorization", as("admin"))
                    .is(200)
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("tidings_readers"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(readers).isEqualTo("tidings_readers 0.0");
    }

    private Callable<Void> repeat(Callable<Void> round) {
        return () -> {
            while (!over.get()) {
                round.call();
            }
            return null;
        };
    }

    /** Lets the user's jobs grow, so that there is something to write at any time. */
    private Void report(User user) {
        for (int i = 0; !over.get(); i++) {
            Calls.send(
                            "POST",
                            user.jobs.get(i % JOBS) + "/events",
                            BodyPublishers.ofString("{\"type\":\"log\",\"message\":\"" + user.name + " " + i
                                    + "x".repeat(i % 700) + "\"}"),
                            "Content-Type",
                            "application/json",
                            "Authorization",
                            as("worker"))
                    .is(200);
        }
        return null;
    }

    /** One connection: a stream or an answer, read for a while, and closed in one of three ways. */
    private Void byHttp1(User user, Random random) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), InServer.BASE.getPort())) {
            socket.setSoTimeout(60_000);
            String request = "GET /tidings/" + user.path(random) + " HTTP/1.1\r\nHost: "
                    + InServer.BASE.getAuthority()
                    + "\r\nAccept: text/event-stream, application/json;q=0.5\r\nAuthorization: "
                    + as(user.name) + "\r\nConnection: close\r\n\r\n"; // so that the end of a short answer is seen
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            opened.incrementAndGet();
            var text = new StringBuilder();
            byte[] piece = new byte[1 + random.nextInt(3000)];
            InputStream in = socket.getInputStream();
            for (int reads = random.nextInt(6); reads > 0; reads--) {
                int count = in.read(piece);
                if (count < 0) {
                    break;
                }
                text.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
                if (text.indexOf("json") > 0) {
                    break; // an answer: it may have come whole
                }
            }
            user.check(text);
            if (random.nextInt(3) == 0) {
                socket.setSoLinger(true, 0); // a reset
            } else if (random.nextInt(3) == 0) {
                socket.shutdownOutput();
            }
        }
        return null;
    }

    /** One connection: many streams at once, each reset after a few frames, the connection dropped in the end. */
    private Void byHttp2(User user, Random random) throws Exception {
        var texts = new HashMap<Integer, StringBuilder>();
        var reading = new HashSet<Integer>();
        try (var connection = new Http2Connection(InServer.TLS_BASE, Tls.context(), 4000 + random.nextInt(60_000))) {
            for (int frames = 0; frames < 120 && !over.get(); frames++) {
                if (texts.size() < 40 && (reading.isEmpty() || random.nextInt(3) == 0)) {
                    int stream = connection.get(
                            "/tidings/" + user.path(random),
                            "accept",
                            "text/event-stream, application/json;q=0.5",
                            "authorization",
                            as(user.name));
                    texts.put(stream, new StringBuilder());
                    reading.add(stream);
                    opened.incrementAndGet();
                    if (random.nextInt(6) == 0) {
                        connection.reset(stream, CANCEL);
                        reading.remove(stream);
                    }
                }
                if (reading.isEmpty()) {
                    if (texts.size() < 40) {
                        continue;
                    }
                    break;
                }
                var frame = connection.next();
                if (frame == null || frame.type() == Http2Connection.GOAWAY) {
                    break; // too many resets for this server
                }
                if (frame.type() == Http2Connection.DATA) {
                    texts.computeIfAbsent(frame.stream(), number -> new StringBuilder())
                            .append(frame.text());
                    if (random.nextInt(5) == 0) {
                        connection.reset(frame.stream(), CANCEL);
                        reading.remove(frame.stream());
                    }
                }
                if (frame.endsStream() || frame.type() == Http2Connection.RST_STREAM) {
                    reading.remove(frame.stream());
                }
            }
        } catch (SocketTimeoutException silent) {
            throw new IOException("not even a heartbeat on the streams " + reading + ", seed " + SEED, silent);
        } catch (IOException closed) {
            // by the server, which may have had enough of this client
        }
        for (StringBuilder text : texts.values()) {
            user.check(text);
        }
        return null;
    }

    private final class User {
        private final String name;
        private final List<String> jobs = new ArrayList<>();

        User(String name) {
            this.name = name;
            for (int i = 0; i < JOBS; i++) {
                String job = "{\"type\":\"external\",\"title\":\"" + name + "\"}";
                jobs.add(Calls.path(Calls.submit(job, "Authorization", as(name)).is(202)));
            }
        }

        String path(Random random) {
            String job = jobs.get(random.nextInt(JOBS));
            return switch (random.nextInt(6)) {
                case 0 -> job;
                case 1 -> job + "/events?after=0&wait=1&as=json";
                case 2 -> "api/events?job=" + job.substring(job.lastIndexOf('/') + 1);
                case 3 -> job + "/events";
                case 4 -> "api/jobs/none-" + name + "/events";
                default -> job + "/events?after=" + random.nextInt(20);
            };
        }

        /** Whether all jobs and owners named there are this user's. */
        void check(CharSequence text) {
            bytes.addAndGet(text.length());
            var matcher = JOB.matcher(text);
            while (matcher.find()) {
                String id = matcher.group(1);
                assertThat(jobs).as("%s read of %s, seed %d", name, id, SEED).anyMatch(job -> job.endsWith(id));
            }
            matcher = SAID.matcher(text);
            while (matcher.find()) {
                assertThat(matcher.group(1)).as("a line, seed %d", SEED).isEqualTo(name);
            }
            matcher = OWNER.matcher(text);
            while (matcher.find()) {
                assertThat(matcher.group(1)).as("owner, seed %d", SEED).isEqualTo(name);
            }
        }
    }
}
