package dev.tidings.it;

import static dev.tidings.it.Secured.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Http2Connection;
import dev.tidings.testing.SseParser;
import jakarta.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * HTTP/2 server push (contract §5.3) with clients that accept it, and a user who has signed in. Tomcat 11 has none any more:
 * there the same streams come without.
 */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class PushIT {
    private static final boolean PUSHES = !InServer.SERVER.equals("tomcat-11");
    private static final int PUSH_MAX = 20_000;

    @Deployment(testable = false)
    static WebArchive war() {
        return Secured.war(Secured.BASIC, Map.of("tidings.push.max", Integer.toString(PUSH_MAX)));
    }

    @Test
    void an_artifacts_bytes_are_pushed_and_are_what_a_get_of_its_href_answers() throws Exception {
        String job = submit(9000);

        var read = read(job + "/events?after=0&push=true");

        JsonObject artifact = artifact(read.events());
        assertThat(read.pushed().keySet())
                .isEqualTo(PUSHES ? java.util.Set.of(artifact.getString("href")) : java.util.Set.of());
        if (PUSHES) {
            HttpResponse<byte[]> pushed =
                    read.pushed().get(artifact.getString("href")).get(60, TimeUnit.SECONDS);
            var fetched = Calls.get(artifact.getString("href"), "Authorization", as("alice"))
                    .is(200);
            assertThat(pushed.statusCode()).isEqualTo(200);
            assertThat(pushed.body()).hasSize(9000).isEqualTo(fetched.bytes());
            assertThat(pushed.headers().firstValue("etag")).hasValue(fetched.header("etag"));
            assertThat(pushed.headers().firstValue("cache-control")).hasValue(fetched.header("cache-control"));
        }
    }

    @Test
    void the_stream_is_the_same_with_and_without() throws Exception {
        String job = submit(9000);

        var with = read(job + "/events?after=0&push=true");
        var without = read(job + "/events?after=0");

        assertThat(without.pushed()).isEmpty();
        assertThat(told(with.events())).isEqualTo(told(without.events()));
    }

    @Test
    void what_is_larger_than_the_limit_is_not_pushed() throws Exception {
        var read = read(submit(PUSH_MAX + 1) + "/events?after=0&push=true");

        assertThat(read.pushed()).isEmpty();
        assertThat(artifact(read.events()).getInt("size")).isEqualTo(PUSH_MAX + 1);
    }

    @Test
    void by_http_1_1_it_is_not_pushed() throws Exception {
        String job = submit(100);

        try (var stream = Calls.stream(job + "/events?after=0&push=true", "Authorization", as("alice"))) {
            var events = stream.rest().stream()
                    .filter(block -> block.event().equals("message"))
                    .map(block -> Calls.json(block.data()))
                    .toList();
            assertThat(artifact(events).getInt("size")).isEqualTo(100);
        }
    }

    /** Seen in the frames themselves, since a client's library may tell of them in another order. */
    @Test
    void the_promise_comes_before_the_event_that_announces_the_artifact() throws Exception {
        String job = submit(3000);

        try (var connection = new Http2Connection(InServer.TLS_BASE, Tls.context(), 1 << 20)) {
            int stream = connection.get(
                    "/tidings/" + job + "/events?after=0&push=true",
                    "accept",
                    "text/event-stream",
                    "authorization",
                    as("alice"));
            int promised = 0;
            var told = new StringBuilder();
            for (var frame = connection.next(); frame != null; frame = connection.next()) {
                if (frame.type() == Http2Connection.PUSH_PROMISE) {
                    assertThat(told).doesNotContain("\"type\":\"artifact\"");
                    promised = frame.number();
                } else if (frame.stream() == stream && frame.type() == Http2Connection.DATA) {
                    told.append(frame.text());
                }
                if (frame.stream() == stream && frame.endsStream()) {
                    break;
                }
            }
            assertThat(told).contains("\"type\":\"artifact\"").contains("\"type\":\"succeeded\"");
            assertThat(promised > 0).isEqualTo(PUSHES);
        }
    }

    private static String submit(int artifactBytes) {
        return Calls.path(Calls.submit(
                        "{\"type\":\"countdown\",\"params\":{\"steps\":3,\"interval\":\"100ms\",\"artifactBytes\":"
                                + artifactBytes + "}}",
                        "Authorization",
                        as("alice"))
                .is(202));
    }

    private record Seen(List<JsonObject> events, Map<String, CompletableFuture<HttpResponse<byte[]>>> pushed) {}

    private static Seen read(String path) throws Exception {
        var pushed = new ConcurrentHashMap<String, CompletableFuture<HttpResponse<byte[]>>>();
        PushPromiseHandler<byte[]> handler = (initiating, push, accept) -> pushed.put(
                push.uri().getRawPath() + "?" + push.uri().getRawQuery(), accept.apply(BodyHandlers.ofByteArray()));
        HttpClient client = Tls.client().build();
        var request = HttpRequest.newBuilder(InServer.TLS_BASE.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .headers("Accept", "text/event-stream", "Authorization", as("alice"))
                .build();
        HttpResponse<byte[]> answer =
                client.sendAsync(request, BodyHandlers.ofByteArray(), handler).get(60, TimeUnit.SECONDS);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        var events = new ArrayList<JsonObject>();
        for (SseParser.Block block : new SseParser().feed(answer.body(), 0, answer.body().length)) {
            if (block.event().equals("message")) {
                events.add(Calls.json(block.data()));
            }
        }
        return new Seen(events, pushed);
    }

    private static JsonObject artifact(List<JsonObject> events) {
        return events.stream()
                .filter(event -> event.getString("type").equals("artifact"))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonObject> told(List<JsonObject> events) {
        return events.stream()
                .filter(event -> !event.getString("type").equals("progress"))
                .toList();
    }
}
