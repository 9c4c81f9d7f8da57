package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EmbeddedServer;
import dev.tidings.testing.RawHttp;
import dev.tidings.time.TimerWheel;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that never send the rest of their bodies; there are more of them than the container has threads. */
class UnreadBodyTest {
    private static final int THREADS = 4;
    private static final int CLIENTS = 12;

    private final ExecutorService store = Executors.newFixedThreadPool(2);
    private final ExecutorService uploads = new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final TimerWheel timer = new TimerWheel(InstantSource.system());
    private EmbeddedServer server;

    @BeforeEach
    void start() {
        ticks.scheduleAtFixedRate(timer::tick, 20, 20, TimeUnit.MILLISECONDS);
        var routes = new Routes()
                .add("GET", "/api/up", e -> e.answer(Answer.json(200, "1")))
                .add(
                        "POST",
                        "/api/gone",
                        e -> e.store(() -> {
                            throw Problems.noSuchJob();
                        }))
                .add("POST", "/api/done", e -> e.store(() -> e.answer(Answer.empty(204))))
                .add("POST", "/api/admin", e -> {}, Role.ADMIN)
                .add(
                        "POST",
                        "/api/json",
                        e -> RequestBody.read(e, new Uploads(uploads, 1), 100, json -> e.answer(Answer.empty(204))));
        server = EmbeddedServer.start(
                context -> {
                    EmbeddedServer.filter(context, "bodies", new UnreadBodies());
                    EmbeddedServer.filter(context, "guard", guard());
                    EmbeddedServer.servlet(context, "problem", new ErrorServlet(routes, false), ErrorServlet.PATH);
                    EmbeddedServer.servlet(
                            context,
                            "api",
                            new ApiServlet(routes, store, store, timer, Caller.NOBODY, PublicPath.CONTEXT),
                            "/api/*");
                    if (context.getServletRegistration("default") instanceof ServletRegistration.Dynamic files) {
                        files.setAsyncSupported(true);
                    }
                },
                UnreadBodyTest::adjust);
    }

    private static Filter guard() {
        return (request, response, chain) -> {
            if (((HttpServletRequest) request).getRequestURI().endsWith("/refused")) {
                BlockingAnswers.write(
                        (HttpServletRequest) request,
                        (HttpServletResponse) response,
                        Problems.unauthorized().answer());
            } else {
                chain.doFilter(request, response);
            }
        };
    }

    private static void adjust(Context context) {
        Tomcat.addServlet(context, "default", new DefaultServlet()).setLoadOnStartup(1);
        context.addServletMapping("/", "default");
        var page = new ErrorPage();
        page.setLocation(ErrorServlet.PATH);
        context.addErrorPage(page);
        var connector = ((Engine) context.getParent().getParent()).getService().findConnectors()[0];
        connector.setProperty("maxThreads", "" + THREADS);
        connector.setProperty("minSpareThreads", "1");
    }

    @AfterEach
    void stop() {
        server.close();
        store.shutdownNow();
        uploads.shutdownNow();
        ticks.shutdownNow();
    }

    private Socket open(String head, String part) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write((head + "\r\n\r\n" + part).getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertThat(c).describedAs("the end after: " + head).isNotNegative();
            head.append((char) c);
        }
        return head.toString();
    }

    /** Whether the server ends the connection; answers of any length are passed over. */
    private static boolean closes(InputStream in) throws IOException {
        try {
            in.readAllBytes();
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST /tidings/refused, 401",
        "POST /tidings/api/admin, 401",
        "POST /tidings/api/gone, 404",
        "POST /tidings/api/nothing, 404",
        "POST /tidings/api/up, 405",
        "POST /tidings/api/done, 204",
        "GET /tidings/api/up, 200",
        "POST /tidings/api/json, 413",
        "GET /tidings/nothing.html, 404",
        "POST /tidings/nothing.html, 404",
    })
    void a_body_that_never_comes_holds_no_thread(String request, int status) throws Exception {
        for (String body : List.of("Content-Length: 1000", "Transfer-Encoding: chunked")) {
            if (status == 413 && body.startsWith("Transfer")) {
                continue; // read by an upload thread
            }
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < CLIENTS; i++) {
                sockets.add(open(
                        request + " HTTP/1.1\r\nHost: localhost\r\n" + body, body.startsWith("T") ? "9\r\nx" : "x"));
            }
            for (Socket socket : sockets) {
                assertThat(RawHttp.status(head(socket.getInputStream()))).isEqualTo(status);
            }
            assertThat(RawHttp.status(RawHttp.exchange(
                            server.port(),
                            "GET /tidings/api/up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")))
                    .isEqualTo(200);
            for (Socket socket : sockets) {
                try (socket) {
                    assertThat(closes(socket.getInputStream())).isTrue();
                }
            }
        }
    }

    @Test
    void a_client_that_sends_for_ever_is_cut_off() throws Exception {
        try (var socket = open("POST /tidings/refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999", "x")) {
            assertThat(RawHttp.status(head(socket.getInputStream()))).isEqualTo(401);
            long sent = 0;
            try {
                while (sent < 64 << 20) {
                    socket.getOutputStream().write(new byte[64 * 1024]);
                    sent += 64 * 1024;
                }
            } catch (SocketException cut) {
                // as it should be
            }
            assertThat(sent).isLessThan(64 << 20);
        }
    }

    @Test
    void a_connection_stays_open_after_a_body_that_came_whole() throws Exception {
        try (var socket =
                open("POST /tidings/refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10", "0123456789")) {
            var in = new BufferedInputStream(socket.getInputStream());
            for (String next : List.of("/api/gone", "/api/done", "/api/json", "/api/done")) {
                String head = head(in);
                assertThat(RawHttp.status(head)).describedAs(head).isIn(401, 404, 204);
                int length = head.indexOf("Content-Length: ");
                if (length >= 0) {
                    in.skipNBytes(Long.parseLong(head.substring(length + 16, head.indexOf('\r', length))));
                }
                socket.getOutputStream()
                        .write(("POST /tidings" + next + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(RawHttp.status(head(in))).isEqualTo(204);
        }
    }
}
