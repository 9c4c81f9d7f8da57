package dev.tidings.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Report;
import dev.tidings.testing.Waiting;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs whose time is over, and who still reads them at another node than the one that keeps house. */
@Tag("soak")
class RetentionIT {
    /** Jobs are removed at the latest three and a half times this after their end; each node keeps house once in this time. */
    private static final Duration RETENTION = Duration.ofSeconds(8);

    private static final int ARTIFACT_BYTES = 48_000_000;

    private long after;
    private long bytes;

    @Test
    void an_old_job_that_is_polled_or_fetched_from_at_another_node_stays_and_others_go() throws Exception {
        try (var cluster = new Cluster(2, 1, Map.of("tidings.retention", RETENTION.toSeconds() + "s"))) {
            Node keeper = cluster.node(0);
            Node reading = cluster.node(1);
            String unread = cluster.countdown("\"steps\": 2, \"interval\": \"0s\"");
            String polled = cluster.countdown("\"steps\": 2000, \"interval\": \"0s\", \"logEvery\": 1");
            String fetched =
                    cluster.countdown("\"steps\": 2, \"interval\": \"0s\", \"artifactBytes\": " + ARTIFACT_BYTES);
            for (String job : List.of(unread, polled, fetched)) {
                while (!keeper.job(job).getString("state").equals("succeeded")) {
                    pause(Duration.ofMillis(50));
                }
            }
            try (var socket = new Socket()) {
                socket.setReceiveBufferSize(32 * 1024);
                InputStream file = fetch(socket, reading, fetched);
                read(file, reading, polled, RETENTION.multipliedBy(5));
                Report.line("polled to " + after + ", fetched " + bytes + " bytes meanwhile");

                assertThat(keeper.get("api/jobs/" + unread).statusCode()).isEqualTo(404);
                assertThat(reading.get("api/jobs/" + unread).statusCode()).isEqualTo(404);
                assertThat(keeper.get("api/jobs/" + polled).statusCode()).isEqualTo(200);
                while (bytes < ARTIFACT_BYTES) {
                    int more = file.readNBytes(1_000_000).length;
                    assertThat(more).isPositive();
                    bytes += more;
                }
            }
        }
    }

    private void read(InputStream file, Node node, String polled, Duration time) throws Exception {
        long ends = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < ends) {
            HttpResponse<String> page = node.get("api/jobs/" + polled + "/events?wait=1&limit=1&after=" + after);
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            after = Long.parseLong(Sightings.json(page.body()).getString("next"));
            bytes += file.readNBytes(100_000).length;
            pause(Duration.ofMillis(300));
        }
    }

    private static InputStream fetch(Socket socket, Node node, String job) throws IOException {
        URI uri = node.at("api/jobs/" + job + "/artifacts/countdown.bin");
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET " + uri.getPath() + " HTTP/1.0\r\nHost: " + uri.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        var in = new BufferedInputStream(socket.getInputStream());
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head.toString()).contains(" 200 ");
        return in;
    }

    private static void pause(Duration pause) throws InterruptedException {
        Waiting.pass(pause);
    }
}
