package dev.tidings.it.balancers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tidings.it.JobsClient;
import dev.tidings.it.balancers.EndpointStream.Arrival;
import dev.tidings.it.nodes.Sightings;
import dev.tidings.testing.IncompressibleStream;
import dev.tidings.testing.Waiting;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What holds through every balancer, by every version of HTTP that it speaks to clients. What happens when nodes go is in
 * {@link BalancersIT}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(400)
abstract class BalancerContract {
    /** What is held back comes with the next heartbeat, a second later, or never. */
    private static final Duration NOT_HELD_BACK = Duration.ofMillis(500);

    private static final int EVENTS = 12;

    /** A heartbeat may be on its way when one leaves, and the machine may be busy. */
    private static final int TRIES = 5;

    private static final int HEARTBEATS_TO_LEAVE = 2;

    private static final long FILE_BYTES = Long.getLong("balancer.mb", 100) * 1024 * 1024;

    private final Recipe recipe;
    private final Supplier<BalancerSetup> worlds;
    private BalancerSetup world;
    private Balancer balancer;

    BalancerContract(Recipe recipe, Supplier<BalancerSetup> worlds) {
        this.recipe = recipe;
        this.worlds = worlds;
    }

    @BeforeAll
    void start() {
        world = worlds.get();
        balancer = world.balancer(recipe);
    }

    @Test
    void the_first_byte_comes_at_once_and_the_head_as_it_was_sent() throws Exception {
        FedJob job = FedJob.submit(world.node(0));
        for (BalancerEndpoint front : balancer.fronts()) {
            Duration best = firstByte(front, job);

            figure("first byte, ms", best.toMillis());
            assertThat(best).as("by " + front).isLessThan(NOT_HELD_BACK);
        }
        job.succeed(world.node(0));
    }

    /** The quickest of some. */
    private static Duration firstByte(BalancerEndpoint front, FedJob job) throws Exception {
        Duration best = EndpointStream.PATIENCE;
        for (int i = 0; i < TRIES; i++) {
            Instant asked = Instant.now();
            try (var stream = EndpointStream.open(front, job.events())) {
                Arrival first = stream.next();
                assertThat(first.is("hello")).isTrue();
                Duration took = Duration.between(asked, first.at());
                best = took.compareTo(best) < 0 ? took : best;
                var headers = stream.response().headers();
                assertThat(headers.firstValue("Content-Type")).contains("text/event-stream");
                assertThat(headers.firstValue("Cache-Control")).contains("no-store, no-transform");
                assertThat(headers.firstValue("Content-Encoding")).isEmpty();
                assertThat(headers.firstValue("Set-Cookie")).as("no stickiness").isEmpty();
                assertThat(stream.response().version()).isEqualTo(front.client().version());
            }
        }
        return best;
    }

    /** As large cookies and Kerberos tickets are. AJP's packet takes 8 KB. */
    @Test
    void a_request_with_a_header_of_12_000_bytes_reaches_a_node() throws Exception {
        assumeThat(recipe).isNotEqualTo(Recipes.APACHE_AJP);
        for (BalancerEndpoint front : balancer.fronts()) {
            var request = HttpRequest.newBuilder(front.at("api/types"))
                    .header("Authorization", "Negotiate " + "x".repeat(12_000))
                    .build();

            var answer = front.client().send(request, BodyHandlers.ofString());

            assertThat(answer.statusCode()).as("by " + front).isEqualTo(200);
        }
    }

    /** A client that sends slowly holds the balancer, which has threads or none, and not a node's thread. */
    @Test
    void a_request_with_a_small_body_reaches_a_node_when_its_body_has_come() throws Exception {
        assumeThat(recipe).as("mod_proxy_ajp waits for no body").isNotEqualTo(Recipes.APACHE_AJP);
        BalancerEndpoint front = balancer.fronts().get(0);
        assumeThat(front.bothNodes()).as("a balancer").isTrue();
        try (Socket socket = front.connect()) {
            var in = socket.getInputStream();
            var head = "POST /tidings/api/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 20\r\nConnection: close\r\n\r\n0123456789";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(1_000);
            assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);

            socket.getOutputStream().write("0123456789".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(20_000);
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 404");
        }
    }

    /** The next event is made when the one before has come, so an event that waits for another is never seen. */
    @Test
    void twelve_events_come_one_by_one() throws Exception {
        delay(world.direct());
        Duration direct = delay(world.direct());
        for (BalancerEndpoint front : balancer.fronts()) {
            Duration through = delay(front);

            figure("event, added ms", tenths(through.minus(direct)));
            assertThat(through).as("by " + front).isLessThan(NOT_HELD_BACK);
        }
    }

    /** From the append to the arrival: the median of the twelve. */
    private Duration delay(BalancerEndpoint front) throws Exception {
        FedJob job = FedJob.submit(world.node(0));
        var delays = new ArrayList<Duration>();
        try (var stream = EndpointStream.open(front, job.events(), "Last-Event-ID", "0")) {
            for (int i = 0; i < EVENTS; i++) {
                long said = job.say(world.node(i % 2), "line " + i);
                JsonObject event;
                Arrival arrival;
                do {
                    arrival = stream.next("message");
                    event = Sightings.json(arrival.block().data());
                } while (Sightings.seq(event) < said);
                delays.add(Duration.between(Instant.parse(event.getString("at")), arrival.at()));
            }
            job.succeed(world.node(0));
            Arrival end = stream.next();
            while (end.block() != null) {
                end = stream.next();
            }
            assertThat(end.cut()).isNull();
        }
        delays.sort(null);
        return delays.get(EVENTS / 2);
    }

    @Test
    void an_idle_stream_lives_for_three_heartbeats_and_goes_on() {
        world.together("idle", balancer, (each, front) -> {
            FedJob job = FedJob.submit(world.node(1));
            try (var stream = EndpointStream.open(front, job.events())) {
                for (int i = 0; i < 3; i++) {
                    stream.next("heartbeat");
                }
                job.say(world.node(0), "at last");
                stream.next("message");
                job.succeed(world.node(0));
            }
            return true;
        });
    }

    @Test
    void the_path_is_found_clear() {
        List<Duration> late = world.together("path-check", balancer, (each, front) -> {
            Duration worst = Duration.ZERO;
            try (var stream = EndpointStream.open(front, "api/path-check")) {
                int events = 0;
                for (Arrival next = stream.next(); next.block() != null; next = stream.next()) {
                    if (next.is("message")) {
                        events++;
                        String at = Sightings.json(next.block().data()).getString("at");
                        Duration took = Duration.between(Instant.parse(at), next.at());
                        worst = took.compareTo(worst) > 0 ? took : worst;
                    }
                }
                assertThat(events).isEqualTo(10);
            }
            return worst;
        });
        late.forEach(each -> figure("path-check, latest ms", each.toMillis()));
    }

    /** The node learns it when it writes: at the second heartbeat where the balancer learns it by the first. */
    @Test
    void the_clients_leaving_reaches_the_server_within_two_heartbeats() throws Exception {
        FedJob job = FedJob.submit(world.node(0));
        for (BalancerEndpoint front : balancer.fronts()) {
            double heartbeats = leave(front, job);
            for (int i = 1; i < TRIES && heartbeats > HEARTBEATS_TO_LEAVE; i++) {
                heartbeats = leave(front, job);
            }

            figure("leaving, heartbeats", (int) heartbeats);
            assertThat(heartbeats).as("by " + front).isLessThanOrEqualTo(HEARTBEATS_TO_LEAVE);
        }
        job.succeed(world.node(0));
    }

    /** How many heartbeats are written to the one who has left. */
    private double leave(BalancerEndpoint front, FedJob job) throws Exception {
        awaitOpen(0);
        var stream = EndpointStream.open(front, job.events());
        stream.next("heartbeat");
        awaitOpen(1);
        double before = world.meter().heartbeats();
        stream.close();
        awaitOpen(0);
        return world.meter().heartbeats() - before;
    }

    private void awaitOpen(int wanted) throws Exception {
        Waiting.until(
                () -> "not " + wanted + " streams open",
                EndpointStream.PATIENCE,
                () -> world.meter().open() == wanted);
    }

    /** By the newest version of HTTP that it speaks. */
    @Test
    void large_files_go_in_and_out() throws Exception {
        BalancerEndpoint front = balancer.fronts().get(balancer.fronts().size() - 1);
        var client = new JobsClient(front.base(), front.client());
        MessageDigest sent = JobsClient.sha256();
        long began = System.nanoTime();
        JsonObject job = client.submit(
                "large-" + balancer.fronts().hashCode(),
                "{\"type\":\"digest\",\"params\":{\"algorithms\":[\"SHA-256\"]}}",
                "large.bin",
                BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(
                                () -> new DigestInputStream(new IncompressibleStream(FILE_BYTES), sent)),
                        FILE_BYTES));
        figure("upload, s", tenths(System.nanoTime() - began));
        assertThat(client.awaitEnd(job.getString("id")).toString())
                .contains(HexFormat.of().formatHex(sent.digest()));

        JsonObject artifact = world.largeArtifact(FILE_BYTES);
        began = System.nanoTime();
        assertThat(etag(client, artifact.getString("href"))).isEqualTo(artifact.getString("etag"));
        figure("download, s", tenths(System.nanoTime() - began));
    }

    private static String etag(JobsClient client, String href) throws Exception {
        MessageDigest digest = JobsClient.sha256();
        try (InputStream in = client.stream(href)) {
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return JobsClient.etag(digest.digest());
    }

    private void figure(String column, Object figure) {
        world.figures().put(recipe.name(), column, figure.toString());
    }

    /** Milliseconds. */
    private static double tenths(Duration duration) {
        return Math.round(duration.toNanos() / 1e5) / 10.0;
    }

    /** Seconds. */
    private static double tenths(long nanos) {
        return Math.round(nanos / 1e8) / 10.0;
    }
}
