package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With Tomcat's buffers as small as {@code deploy/tomcat/conf/many-readers.properties} makes them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ManyReadersIT {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    @Test
    void the_longest_head_and_long_events_fit_through_small_buffers_and_long_requests_are_refused() throws Exception {
        var settings = new Properties();
        try (var file = Files.newBufferedReader(Path.of("deploy/tomcat/conf/many-readers.properties"))) {
            settings.load(file);
        }
        var builder = ServerProcess.at(folder.resolve("home")).name("many-readers");
        settings.stringPropertyNames().forEach(name -> builder.with(name, settings.getProperty(name)));
        try (var server = builder.start()) {
            var jobs = server.base().resolve("api/jobs");
            String job = send(json(jobs).POST(BodyPublishers.ofString("{\"type\":\"external\"}")))
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            URI made = jobs.resolve(job);

            String message = "x".repeat(3000);
            send(json(URI.create(made + "/events"))
                    .POST(BodyPublishers.ofString("{\"type\":\"log\",\"message\":\"" + message + "\"}")));
            try (var stream = EventStream.open(URI.create(made + "/events?after=0"))) {
                assertThat(stream.next().event()).isEqualTo("hello");
                String read = "";
                while (!read.contains("\"log\"")) {
                    read = stream.next().data();
                }
                assertThat(read).contains(message);
            }

            // As long as a name can be; each character is nine of the head.
            URI artifact =
                    URI.create(made + "/artifacts/" + URLEncoder.encode("日".repeat(200), StandardCharsets.UTF_8));
            assertThat(send(HttpRequest.newBuilder(artifact).PUT(BodyPublishers.ofString("content")))
                            .statusCode())
                    .isEqualTo(201);
            var fetched = send(HttpRequest.newBuilder(artifact));
            assertThat(fetched.statusCode()).isEqualTo(200);
            assertThat(fetched.body()).isEqualTo("content");

            assertThat(send(HttpRequest.newBuilder(jobs).header("Cookie", "a=" + "x".repeat(2000)))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send(HttpRequest.newBuilder(jobs).header("Cookie", "a=" + "x".repeat(4000)))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    private static HttpRequest.Builder json(URI uri) {
        return HttpRequest.newBuilder(uri).header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
