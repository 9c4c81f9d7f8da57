package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.log.StoreException;
import dev.tidings.testing.EmbeddedServer;
import dev.tidings.testing.VirtualTime;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    /** More than calls fit on a stack: a download of hours has one for each time that its client was waited for. */
    private static final int ENDINGS = 100_000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService store = Executors.newFixedThreadPool(2);
    private final ExecutorService answers = Executors.newFixedThreadPool(1, work -> new Thread(work, "answers"));
    private final VirtualTime time = new VirtualTime();
    private final CompletableFuture<Integer> endings = new CompletableFuture<>();
    private final CompletableFuture<Boolean> reading = new CompletableFuture<>();
    private EmbeddedServer server;

    @BeforeEach
    void start() {
        var big = new byte[3_000_000];
        Arrays.fill(big, (byte) 'x');
        var routes = new Routes()
                .add("GET", "/api/hello/{name}", e -> e.answer(Answer.json(200, "{\"n\":\"" + e.path("name") + "\"}")))
                .add("POST", "/api/hello/{name}", e -> e.answer(Answer.empty(204)))
                .add("GET", "/api/big", e -> e.store(() -> e.answer(Answer.of(200, "text/plain", big))))
                .add("GET", "/api/broken", e -> {
                    throw new IllegalStateException("secret");
                })
                .add(
                        "GET",
                        "/api/no-store",
                        e -> e.store(() -> {
                            throw new StoreException("down", null);
                        }))
                .add(
                        "GET",
                        "/api/full",
                        e -> e.store(() -> {
                            throw new RejectedExecutionException();
                        }))
                .add("GET", "/api/slow", e -> e.store(() -> time.advance(Exchange.STORE_PATIENCE.plusSeconds(1))))
                .add("GET", "/api/later", e -> {
                    e.after(
                            Duration.ofSeconds(1),
                            () -> e.answer(Answer.json(
                                    200, "\"" + Thread.currentThread().getName() + "\"")));
                    time.advance(Duration.ofSeconds(2));
                })
                .add("GET", "/api/touched", e -> {
                    var claimed = new AtomicReference<@Nullable Boolean>();
                    e.whileOpen(() -> claimed.set(CompletableFuture.supplyAsync(e::claim, store)
                            .completeOnTimeout(null, 10, TimeUnit.SECONDS)
                            .join()));
                    e.send(Answer.json(200, "\"" + claimed.get() + "\""));
                })
                .add("GET", "/api/ended", e -> {
                    e.claim();
                    var ends = new ArrayList<Boolean>();
                    e.onEnd(() -> ends.add(true));
                    e.whileOpen(() -> {
                        e.end();
                        ends.add(e.ended());
                        e.response().setHeader("Ended", "" + ends);
                    });
                })
                .add("GET", "/api/endings", e -> {
                    var count = new AtomicInteger();
                    e.onEnd(() -> endings.complete(count.get())); // runs last
                    for (int i = 0; i < ENDINGS; i++) {
                        e.onEnd(count::incrementAndGet);
                    }
                    e.answer(Answer.empty(204));
                })
                .add(
                        "POST",
                        "/api/body",
                        e -> BlockingBody.read(e, new Uploads(store, 2), 1000, body -> {
                            reading.complete(true);
                            body.readAllBytes();
                            e.answer(Answer.empty(204));
                        }))
                .add("GET", "/api/admin", e -> e.answer(Answer.empty(204)), Role.ADMIN);
        server = EmbeddedServer.start(context -> EmbeddedServer.servlet(
                context,
                "api",
                new ApiServlet(routes, store, answers, time, Caller.NOBODY, PublicPath.CONTEXT),
                "/api/*"));
    }

    @AfterEach
    void stop() {
        server.close();
        store.shutdownNow();
        answers.shutdownNow();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_resource_of_method_and_path_answers() throws Exception {
        var answer = send("GET", "/api/hello/you%20there");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"n\":\"you there\"}");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void a_head_request_gets_the_headers_only() throws Exception {
        var answer = send("HEAD", "/api/hello/you");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).hasValue("11");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void a_long_body_arrives_whole() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(send("GET", "/api/big").body()).hasSize(3_000_000);
        }
    }

    @Test
    void other_methods_are_refused_with_those_that_are_allowed() throws Exception {
        for (String method : new String[] {"PUT", "DELETE", "FOO"}) {
            var answer = send(method, "/api/hello/you");

            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, POST, OPTIONS");
            assertProblem(answer, "method-not-allowed");
        }
        assertThat(send("OPTIONS", "/api/hello/you").headers().firstValue("Allow"))
                .hasValue("GET, HEAD, POST, OPTIONS");
    }

    @Test
    void unknown_paths_are_problems() throws Exception {
        for (String path : new String[] {"/api/", "/api/hello/", "/api/hello/a/b", "/api"}) {
            var answer = send("GET", path);

            assertThat(answer.statusCode()).isEqualTo(404);
            assertProblem(answer, "not-found");
        }
    }

    @Test
    void a_broken_query_is_a_problem() throws Exception {
        var answer = send("GET", "/api/hello/you?x=%ff");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertProblem(answer, "bad-request");
    }

    @Test
    void a_fault_of_ours_tells_nothing_of_its_kind() throws Exception {
        var answer = send("GET", "/api/broken");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertProblem(answer, "internal");
        assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void what_may_succeed_later_says_when_to_try_again() throws Exception {
        for (String path : new String[] {"/api/no-store", "/api/full", "/api/slow"}) {
            var answer = send("GET", path);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void the_timer_hands_answers_over() throws Exception {
        assertThat(send("GET", "/api/later").body()).isEqualTo("\"answers\"");
    }

    @Test
    void a_client_that_trickles_its_body_gives_the_thread_back() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            out.write("POST /tidings/api/body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nx"
                    .getBytes(StandardCharsets.US_ASCII));
            reading.get();
            time.advance(BlockingBody.PATIENCE.plusSeconds(2));
            out.write('x');

            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void nobody_is_asked_to_sign_in() throws Exception {
        var answer = send("GET", "/api/admin");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertProblem(answer, "unauthorized");
    }

    @Test
    void who_claims_does_not_wait_for_who_writes() throws Exception {
        assertThat(send("GET", "/api/touched").body()).isEqualTo("\"true\"");
    }

    @Test
    void an_end_that_comes_while_the_response_is_touched_waits_until_it_is_not() throws Exception {
        assertThat(send("GET", "/api/ended").headers().firstValue("Ended")).hasValue("[false]");
    }

    @Test
    void all_that_waits_for_the_end_is_run_however_much_it_is() throws Exception {
        send("GET", "/api/endings");

        assertThat(endings).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(ENDINGS);
    }

    /** Tomcat waits there for the thread that already runs the listener, which ends the exchange. */
    @Test
    void a_container_may_wait_in_setting_a_listener_until_the_listener_has_run() throws Exception {
        var ran = new CompletableFuture<Boolean>();
        var routes = new Routes().add("GET", "/api/short", e -> e.store(() -> e.answer(Answer.json(200, "{}"))));
        Filter waiting = (request, response, chain) ->
                chain.doFilter(request, new WaitingResponse((HttpServletResponse) response, ran));
        try (var other = EmbeddedServer.start(context -> {
            EmbeddedServer.filter(context, "waiting", waiting);
            EmbeddedServer.servlet(
                    context,
                    "api",
                    new ApiServlet(routes, store, answers, time, Caller.NOBODY, PublicPath.CONTEXT),
                    "/api/*");
        })) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(other.url() + "/api/short"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.body()).isEqualTo("{}");
            assertThat(ran).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        }
    }

    private static void assertProblem(HttpResponse<String> answer, String type) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"type\":\"" + type + "\"").contains("\"status\":" + answer.statusCode());
    }

    /** Does not return from setting a listener before the listener has run on another thread; tells whether it did. */
    private static final class WaitingResponse extends HttpServletResponseWrapper {
        private static final int SECONDS = 10;
        private final CompletableFuture<Boolean> ran;

        WaitingResponse(HttpServletResponse response, CompletableFuture<Boolean> ran) {
            super(response);
            this.ran = ran;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            ServletOutputStream out = super.getOutputStream();
            return new ServletOutputStream() {
                @Override
                public boolean isReady() {
                    return out.isReady();
                }

                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    var called = new CompletableFuture<Boolean>();
                    out.setWriteListener(new WriteListener() {
                        @Override
                        public void onWritePossible() {
                            called.complete(elsewhere(listener));
                        }

                        @Override
                        public void onError(Throwable thrown) {
                            listener.onError(thrown);
                        }
                    });
                    ran.complete(called.completeOnTimeout(false, SECONDS, TimeUnit.SECONDS)
                            .join());
                }
            };
        }

        private static boolean elsewhere(WriteListener listener) {
            return CompletableFuture.supplyAsync(() -> {
                        try {
                            listener.onWritePossible();
                            return true;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .completeOnTimeout(false, SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }
}
