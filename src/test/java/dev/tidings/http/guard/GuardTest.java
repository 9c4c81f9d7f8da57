package dev.tidings.http.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.http.Answer;
import dev.tidings.http.ApiServlet;
import dev.tidings.http.Caller;
import dev.tidings.http.ErrorServlet;
import dev.tidings.http.PublicPath;
import dev.tidings.http.Role;
import dev.tidings.http.Routes;
import dev.tidings.http.check.PathCheck;
import dev.tidings.http.ops.OpsResources;
import dev.tidings.testing.EmbeddedServer;
import dev.tidings.testing.RawHttp;
import dev.tidings.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.catalina.Context;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.authenticator.FormAuthenticator;
import org.apache.catalina.realm.RealmBase;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.util.descriptor.web.SecurityCollection;
import org.apache.tomcat.util.descriptor.web.SecurityConstraint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private final VirtualTime time = new VirtualTime();
    private final ExecutorService store = Executors.newSingleThreadExecutor();
    private final SubscriberLimiter readers = new SubscriberLimiter(3, 2, time, new Random(1));
    private boolean form;
    private EmbeddedServer server;

    private void start(GuardSettings settings) {
        var routes = new Routes()
                .add(
                        "GET",
                        "/api/who",
                        e -> e.answer(Answer.json(
                                200,
                                "\"" + e.caller().name() + " "
                                        + e.caller().roles().size() + "\"")),
                        Role.USER)
                .add("POST", "/api/who", e -> e.answer(Answer.empty(204)), Role.USER)
                .add(
                        "GET",
                        "/api/path-check",
                        new PathCheck(readers, Duration.ofSeconds(5), new Random(1)),
                        Role.USER,
                        Role.WORKER);
        new OpsResources(() -> true, () -> false, () -> false, () -> {}, () -> "up 1\n", () -> {}, () -> {})
                .addTo(routes);
        new SignIn(settings.container()).addTo(routes);
        server = EmbeddedServer.start(
                context -> {
                    EmbeddedServer.filter(context, "guard", new Guard(settings, time));
                    EmbeddedServer.servlet(
                            context, "problem", new ErrorServlet(routes, settings.container()), ErrorServlet.PATH);
                    EmbeddedServer.servlet(
                            context,
                            "api",
                            new ApiServlet(
                                    routes,
                                    store,
                                    store,
                                    time,
                                    settings.container() ? Caller.NOBODY : Caller.ANONYMOUS,
                                    PublicPath.CONTEXT),
                            "/api/*",
                            "/health/*",
                            "/metrics",
                            "/admin/*",
                            "/login",
                            "/logout");
                },
                this::adjust);
    }

    private void adjust(Context context) {
        Tomcat.addServlet(context, "default", new DefaultServlet()).setLoadOnStartup(1);
        context.addServletMapping("/", "default");
        var page = new ErrorPage();
        page.setLocation(ErrorServlet.PATH);
        context.addErrorPage(page);
        var login = new SecurityConstraint();
        var path = new SecurityCollection();
        path.addPattern("/login");
        login.addCollection(path);
        login.addAuthRole("**");
        context.addConstraint(login);
        if (form) {
            writeForm(Path.of(context.getDocBase()));
            context.setLoginConfig(new LoginConfig("FORM", null, "/login.html", "/login.html"));
            context.getPipeline().addValve(new FormAuthenticator());
        } else {
            context.setLoginConfig(new LoginConfig("BASIC", "Tidings", null, null));
            context.getPipeline().addValve(new BasicAuthenticator());
        }
        context.getPipeline().addValve(new RemoteIpValve());
        context.setRealm(new Users());
    }

    private static void writeForm(Path folder) {
        try {
            Files.createDirectories(folder.resolve("WEB-INF"));
            Files.writeString(
                    folder.resolve("WEB-INF/web.xml"),
                    "<web-app><login-config><auth-method>FORM</auth-method></login-config></web-app>");
            Files.writeString(folder.resolve("login.html"), "<html>Sign in</html>");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Alice may use it, root is the admin; the password is the name. */
    private static final class Users extends RealmBase {
        @Override
        protected String getPassword(String name) {
            return name;
        }

        @Override
        protected java.security.Principal getPrincipal(String name) {
            var roles = name.equals("root") ? List.of("tidings-admin") : List.of("tidings-user");
            return new org.apache.catalina.realm.GenericPrincipal(name, roles);
        }
    }

    private static GuardSettings none(String... hosts) {
        return new GuardSettings(false, List.of("https://portal.example.com"), List.of(hosts), Duration.ofMinutes(30));
    }

    private static GuardSettings container() {
        return new GuardSettings(true, List.of(), List.of(), Duration.ofMinutes(30));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        store.shutdownNow();
    }

    private String send(String method, String path, String... headers) throws IOException {
        return sendTo("localhost", method, path, headers);
    }

    private String sendTo(String host, String method, String path, String... headers) throws IOException {
        var request = new StringBuilder(method + " /tidings" + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return RawHttp.exchange(server.port(), request + "Connection: close\r\n\r\n");
    }

    private static void assertProblem(String response, int status) {
        assertThat(RawHttp.status(response)).describedAs(response).isEqualTo(status);
        assertThat(response)
                .contains("Content-Type: application/problem+json", "\"status\":" + status)
                .doesNotContain("<html", "Exception", "org.apache");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8080",
                "localhost.",
                "app.localhost",
                "127.0.0.1",
                "127.8.9.255:1",
                "[::1]",
                "[::1]:8080",
                "tidings.example.com",
                "tidings.example.com:8443"
            })
    void without_security_loopback_names_and_listed_ones_are_served(String host) throws IOException {
        start(none("tidings.example.com"));

        assertThat(RawHttp.status(sendTo(host, "GET", "/api/who"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.256",
                "10.0.0.1",
                "[::2]",
                "localhostx",
                "0.0.0.0"
            })
    void without_security_other_names_are_refused_but_for_health(String host) throws IOException {
        start(none("tidings.example.com"));

        assertProblem(sendTo(host, "GET", "/api/who"), 421);
        assertProblem(sendTo(host, "GET", "/index.html"), 421);
        assertThat(RawHttp.status(sendTo(host, "GET", "/health/live"))).isEqualTo(200);
        assertThat(RawHttp.status(sendTo(host, "GET", "/health/ready"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "10.0.0.1", "2001:db8:0:0:0:0:0:1", "128.0.0.1"})
    void without_security_and_hosts_other_machines_are_refused_but_for_health(String peer) throws IOException {
        start(none());

        assertProblem(sendFrom(peer, "/api/who"), 403);
        assertProblem(sendFrom(peer, "/index.html"), 403);
        assertThat(RawHttp.status(sendFrom(peer, "/health/live"))).isEqualTo(200);
        assertThat(RawHttp.status(sendFrom(peer, "/health/ready"))).isEqualTo(200);
        assertThat(sendFrom(peer, "/api/who")).contains("tidings.hosts", "tidings.security=container");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "0:0:0:0:0:0:0:1", "::1"})
    void without_security_this_machine_is_served(String peer) throws IOException {
        start(none());

        assertThat(RawHttp.status(sendFrom(peer, "/api/who"))).isEqualTo(200);
    }

    @Test
    void named_hosts_and_a_container_that_signs_in_serve_other_machines() throws IOException {
        start(none("tidings.example.com"));
        assertThat(RawHttp.status(sendFrom("192.0.2.7", "/api/who"))).isEqualTo(200);
        server.close();

        start(container());
        assertProblem(sendFrom("192.0.2.7", "/api/who"), 401);
    }

    /** As Tomcat's valve reads it from a trusted proxy. */
    private String sendFrom(String peer, String path) throws IOException {
        return sendTo("localhost", "GET", path, "X-Forwarded-For: " + peer);
    }

    @Test
    void a_star_serves_any_host() throws IOException {
        start(none("*"));

        assertThat(RawHttp.status(sendTo("evil.example", "GET", "/api/who"))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site: same-origin,204",
        "Sec-Fetch-Site: none,204",
        "Sec-Fetch-Site: same-site,403",
        "Sec-Fetch-Site: cross-site,403",
        "Origin: http://localhost,204",
        "Origin: https://localhost,204",
        "Origin: https://portal.example.com,204",
        "Origin: http://portal.example.com,403",
        "Origin: https://portal.example.com.evil.example,403",
        "Origin: https://sub.portal.example.com,403",
        "Origin: http://localhost:81,403",
        "Origin: http://localhost.evil.example,403",
        "Origin: http://evil.example,403",
        "Origin: null,403",
        "Origin: ::,403",
        "X-Nothing: x,204"
    })
    void what_changes_something_comes_from_our_own_pages(String header, int status) throws IOException {
        start(none());

        assertThat(RawHttp.status(send("POST", "/api/who", header))).isEqualTo(status);
        assertThat(RawHttp.status(send("GET", "/api/who", header))).isEqualTo(200);
    }

    @Test
    void an_allowed_origin_may_read_and_others_may_not() throws IOException {
        start(none());

        assertThat(send("GET", "/api/who", "Origin: https://portal.example.com"))
                .contains(
                        "Access-Control-Allow-Origin: https://portal.example.com\r\n",
                        "Access-Control-Allow-Credentials: true",
                        "Vary: Origin");
        assertThat(send(
                        "OPTIONS",
                        "/api/who",
                        "Origin: https://portal.example.com",
                        "Access-Control-Request-Method: POST",
                        "Access-Control-Request-Headers: idempotency-key"))
                .startsWith("HTTP/1.1 204")
                .contains("Access-Control-Allow-Methods", "Idempotency-Key");
        for (String origin : new String[] {"http://portal.example.com", "null", "https://evil.example"}) {
            assertThat(send("GET", "/api/who", "Origin: " + origin))
                    .contains("Vary: Origin")
                    .doesNotContain("Access-Control");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://portal.example.com/",
                "HTTPS://Portal.Example.COM",
                "https://portal.example.com:443",
                " https://portal.example.com "
            })
    void a_listed_origin_matches_as_browsers_write_it(String listed) throws IOException {
        start(new GuardSettings(false, List.of(listed), List.of(), Duration.ofMinutes(30)));

        assertThat(send("GET", "/api/who", "Origin: https://portal.example.com"))
                .contains("Access-Control-Allow-Origin: https://portal.example.com\r\n");
        assertThat(send("GET", "/api/who", "Origin: null")).doesNotContain("Access-Control-Allow-Origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "portal.example.com",
                "*",
                "null",
                "https://*.example.com",
                "https://portal.example.com/app",
                "https://a@portal.example.com",
                "ftp://portal.example.com",
                "https://"
            })
    void what_is_no_origin_stops_the_deployment_in_words(String listed) {
        assertThatThrownBy(() -> new Origins(List.of(listed)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tidings.cors.origins has '" + listed + "'")
                .hasMessageContaining("https://portal.example.com");
    }

    @Test
    void a_preflight_allows_what_tracing_and_frameworks_send() throws IOException {
        start(none());

        String answer = send(
                        "OPTIONS",
                        "/api/jobs",
                        "Origin: https://portal.example.com",
                        "Access-Control-Request-Method: POST")
                .toLowerCase(Locale.ROOT);

        String allowed = answer.lines()
                .filter(line -> line.startsWith("access-control-allow-headers:"))
                .findFirst()
                .orElseThrow();
        assertThat(List.of(allowed.substring(allowed.indexOf(':') + 1).split(",")).stream()
                        .map(String::strip))
                .contains(("Authorization Tidings-Ticket Tidings-Claim traceparent tracestate baggage sentry-trace b3"
                                + " X-B3-TraceId X-B3-SpanId X-B3-Sampled X-Requested-With X-Request-Id"
                                + " X-Correlation-Id X-CSRF-Token Cache-Control Content-Type Idempotency-Key"
                                + " Last-Event-ID Prefer If-None-Match")
                        .toLowerCase(Locale.ROOT)
                        .split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tidings/%252e%252e/evil",
                "/tidings/%2e%2e/evil",
                "/tidings/../evil",
                "/tidings/x/%252E./evil",
                "/tidings/.%252e?x",
                "//evil.example",
                "/tidings//evil.example"
            })
    void a_sign_in_leads_nowhere_else(String target) throws IOException {
        start(container());

        String login = send("GET", "/login?return=" + target, "Authorization: Basic YWxpY2U6YWxpY2U=");

        assertThat(login).contains("HTTP/1.1 303", "Location: /tidings/\r\n");
    }

    @Test
    void a_host_of_any_length_is_refused_in_one_pass() throws IOException {
        start(none());

        assertProblem(sendTo("a.".repeat(3000) + "x", "GET", "/api/who"), 421);
    }

    @Test
    void every_answer_has_the_security_headers() throws IOException {
        start(none());

        for (String path : new String[] {"/api/who", "/nothing", "/health/live", "/api/nothing"}) {
            assertThat(send("GET", path))
                    .contains("Content-Security-Policy: default-src 'self'", "frame-ancestors 'self'")
                    .contains("X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer")
                    .doesNotContain("unsafe-inline", "Strict-Transport-Security");
        }
    }

    @Test
    void an_encoded_body_is_refused() throws IOException {
        start(none());

        assertProblem(send("POST", "/api/who", "Content-Encoding: gzip", "Content-Length: 0"), 415);
        assertThat(RawHttp.status(send("POST", "/api/who", "Content-Encoding: identity")))
                .isEqualTo(204);
    }

    @Test
    void what_the_container_refuses_is_a_problem_too() throws IOException {
        start(none());

        assertProblem(send("GET", "/no/such/file"), 404);
        assertProblem(send("GET", "/problem"), 404);
        assertProblem(send("PUT", "/file.txt", "Content-Length: 0"), 405);
        assertProblem(send("DELETE", "/file.txt"), 405);
        assertProblem(send("TRACE", "/api/who"), 405);
        assertProblem(send("GET", "/WEB-INF/web.xml"), 404);
    }

    @Test
    void without_security_everybody_is_anonymous_with_every_role() throws IOException {
        start(none());

        assertThat(send("GET", "/api/who")).endsWith("\"anonymous 3\"");
        assertThat(send("GET", "/metrics")).contains("version=0.0.4", "up 1");
        assertThat(RawHttp.status(send("POST", "/admin/drain"))).isEqualTo(202);
    }

    @Test
    void with_security_a_request_without_a_user_is_a_problem_and_no_login_page() throws IOException {
        start(container());

        assertProblem(sendTo("evil.example", "GET", "/api/who"), 401);
        assertProblem(send("GET", "/metrics"), 401);
        assertProblem(send("GET", "/login"), 401);
        assertThat(RawHttp.status(send("GET", "/health/ready"))).isEqualTo(200);
        assertThat(RawHttp.status(send("GET", "/health/ready", "Authorization: Basic YWxpY2U6ZXZl")))
                .isEqualTo(200);
    }

    @Test
    void credentials_are_handed_to_the_container() throws IOException {
        start(container());

        assertThat(send("GET", "/api/who", "Authorization: Basic YWxpY2U6YWxpY2U="))
                .endsWith("\"alice 1\"");
        assertProblem(send("GET", "/api/who", "Authorization: Basic YWxpY2U6ZXZl"), 401);
        assertProblem(send("GET", "/api/who", "Authorization: Basic ???"), 401);
        assertProblem(send("GET", "/api/who", "Authorization: Bearer x"), 401);
        assertProblem(send("GET", "/metrics", "Authorization: Basic YWxpY2U6YWxpY2U="), 403);
        assertThat(RawHttp.status(send("GET", "/metrics", "Authorization: Basic cm9vdDpyb290")))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x", "Negotiate YII=", "Digest username=\"alice\"", "nonsense"})
    void other_credentials_get_a_problem_and_no_login_page_where_users_sign_in_by_a_form(String credentials)
            throws IOException {
        form = true;
        start(container());

        String answer = send("GET", "/api/who", "Authorization: " + credentials);

        assertProblem(answer, 401);
        assertThat(answer).doesNotContain("Set-Cookie");
        assertThat(send("GET", "/api/who", "Authorization: Basic YWxpY2U6YWxpY2U="))
                .contains("\"alice 1\"");
        assertThat(send("GET", "/login")).contains("<html>Sign in</html>");
    }

    @Test
    void a_session_that_only_reads_ends() throws IOException {
        start(container());
        String login = send("GET", "/login?return=//evil.example", "Authorization: Basic YWxpY2U6YWxpY2U=");
        assertThat(login).startsWith("HTTP/1.1 303").contains("Location: /tidings/\r\n");
        String cookie = cookie(login);
        assertThat(send("GET", "/api/who", cookie)).endsWith("\"alice 1\"");

        time.advance(Duration.ofMinutes(29));
        assertThat(RawHttp.status(send("GET", "/api/who", cookie))).isEqualTo(200);
        assertThat(RawHttp.status(send("POST", "/api/who", cookie))).isEqualTo(204);
        time.advance(Duration.ofMinutes(29));
        assertThat(RawHttp.status(send("GET", "/api/who", cookie))).isEqualTo(200);
        time.advance(Duration.ofMinutes(2));
        assertProblem(send("GET", "/api/who", cookie), 401);
    }

    private static String cookie(String response) {
        int at = response.indexOf("Set-Cookie: ");
        return response.substring(at + 4, response.indexOf(';', at));
    }

    @Test
    void a_path_check_is_ten_events_or_a_poll() throws Exception {
        start(none());
        var poll = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return send("GET", "/api/path-check?wait=3", "Accept: application/json")
                        + send("GET", "/api/path-check", "Accept: text/event-stream");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (!poll.isDone()) {
            time.advance(Duration.ofMillis(50));
            Thread.onSpinWait();
        }
        assertThat(poll.get()).contains("\"waited\":3", "event: hello", "data: {\"n\":1,", "id: 10\n\n");
        assertProblem(send("GET", "/api/path-check", "Accept: image/png"), 406);
    }

    @Test
    void a_path_check_needs_a_role_and_a_seat() throws Exception {
        start(container());

        assertProblem(send("GET", "/api/path-check?wait=3", "Accept: application/json"), 401);
        assertProblem(send("GET", "/api/path-check", "Accept: text/event-stream"), 401);
        var seats = List.of(
                readers.tryAcquire("alice").orElseThrow(),
                readers.tryAcquire("alice").orElseThrow());
        String alice = "Authorization: Basic YWxpY2U6YWxpY2U=";
        assertProblem(send("GET", "/api/path-check?wait=3", "Accept: application/json", alice), 429);
        assertThat(send("GET", "/api/path-check?wait=0", "Accept: application/json", alice))
                .contains("\"waited\":0");
        assertThat(send("GET", "/api/path-check", "Accept: text/event-stream", alice))
                .contains("HTTP/1.1 200", "event: hello", "event: bye\ndata: {\"reason\":\"limit\"}");
        seats.forEach(SubscriberLimiter.Permit::leave);
        assertThat(readers.count()).isZero();
    }

    @Test
    void a_path_check_gives_its_seat_back_and_ends_early_when_the_node_drains() throws Exception {
        start(none());
        var poll = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return send("GET", "/api/path-check?wait=5", "Accept: application/json");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (readers.count() == 0) {
            Thread.onSpinWait();
        }
        readers.drain(Duration.ZERO);
        while (!poll.isDone()) {
            time.advance(Duration.ofMillis(50));
            Thread.onSpinWait();
        }

        assertThat(poll.get()).contains("HTTP/1.1 200");
        while (readers.count() > 0) {
            Thread.onSpinWait();
        }
    }
}
