package dev.tidings.it;

import static dev.tidings.it.Secured.as;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tidings.security=container} with the WAR's own descriptor and the users of the servers' configurations in deploy/ (contract §9). */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class BasicSignInIT {
    private static final String PORTAL = "https://portal.example.com";
    private static final String EXTERNAL = "{\"type\":\"external\"}";

    @Deployment(testable = false)
    static WebArchive war() {
        return Secured.war(Secured.BASIC, Map.of("tidings.cors.origins", PORTAL));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,api/jobs",
        "POST,api/jobs",
        "GET,api/jobs/x",
        "DELETE,api/jobs/x",
        "POST,api/jobs/x/cancel",
        "POST,api/jobs/x/events",
        "GET,api/jobs/x/events",
        "GET,api/jobs/x/artifacts/y",
        "PUT,api/jobs/x/artifacts/y",
        "GET,api/events",
        "GET,api/types",
        "GET,api/me",
        "GET,metrics",
        "POST,admin/drain",
        "POST,admin/restored"
    })
    void who_is_nobody_gets_401_from_the_application_and_never_a_challenge(String method, String path) {
        var answer = Calls.send(
                        method,
                        path,
                        BodyPublishers.ofString("{}"),
                        "Content-Type",
                        "application/json",
                        "Accept",
                        "text/event-stream")
                .isProblem(401);

        assertThat(answer.header("www-authenticate")).isEmpty();
        assertHeaders(answer);
    }

    @Test
    void pages_and_health_are_open_and_only_login_asks() {
        Calls.get("index.html").is(200);
        Calls.get("health/live").is(200);
        Calls.get("health/ready").is(200);

        var asked = Calls.get("login").isProblem(401);

        assertThat(asked.header("www-authenticate")).startsWith("Basic realm=\"Tidings\"");
        assertHeaders(asked);
        assertThat(Calls.get("login?return=/tidings/path-check.html", "Authorization", as("alice"))
                        .is(303)
                        .header("location"))
                .isEqualTo("/tidings/path-check.html");
        assertThat(Calls.get("login?return=//evil.example/", "Authorization", as("alice"))
                        .is(303)
                        .header("location"))
                .isEqualTo("/tidings/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/jobs", "api/events", "login", "metrics"})
    void wrong_credentials_are_refused_by_a_problem_on_every_path(String path) {
        for (String credentials :
                List.of(Secured.basic("alice", "wrong"), Secured.basic("nobody", ""), "Basic ???", "Bearer x")) {
            assertHeaders(Calls.get(path, "Authorization", credentials).isProblem(401));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,''",
        "DELETE,''",
        "POST,/cancel",
        "POST,/retry",
        "GET,/events",
        "GET,/artifacts/countdown.bin",
    })
    void the_job_of_another_and_one_that_is_not_there_are_the_same_404(String method, String route) {
        String theirs = finished("alice");
        String none = "api/jobs/0197f0c2-7a31-7c55-9a53-5f0c6f1b1c11";

        var foreign = Calls.send(method, theirs + route, BodyPublishers.noBody(), "Authorization", as("bob"))
                .isProblem(404);
        var missing = Calls.send(method, none + route, BodyPublishers.noBody(), "Authorization", as("bob"))
                .isProblem(404);

        assertThat(foreign.text()).isEqualTo(missing.text());
        assertThat(headerNames(foreign)).isEqualTo(headerNames(missing));
    }

    /** Without {@code Connection}: a server closes a connection after so many requests, whichever they are. */
    private static Set<String> headerNames(Calls.Answer answer) {
        var names = new TreeSet<>(answer.response().headers().map().keySet());
        names.remove("connection");
        return names;
    }

    @Test
    void a_caller_learns_its_name_and_roles() {
        var me = Calls.get("api/me", "Authorization", as("alice")).is(200).json();

        assertThat(me.getString("user")).isEqualTo("alice");
        assertThat(me.getJsonArray("roles")).extracting(Object::toString).containsExactly("\"tidings-user\"");
        assertThat(me.getBoolean("signOut")).isFalse();
    }

    @Test
    void owners_see_their_own_and_an_admin_sees_all() throws IOException {
        String theirs = finished("alice");
        String id = theirs.substring(theirs.lastIndexOf('/') + 1);

        assertThat(Calls.get(theirs, "Authorization", as("alice"))
                        .is(200)
                        .json()
                        .getString("owner"))
                .isEqualTo("alice");
        assertThat(ids("bob", "")).doesNotContain(id);
        assertThat(ids("admin", "")).doesNotContain(id);
        assertThat(ids("admin", "&owner=*")).contains(id);
        assertThat(ids("admin", "&owner=alice")).contains(id);
        Calls.get("api/jobs?owner=*", "Authorization", as("bob")).isProblem(403);
        Calls.get("api/jobs?owner=alice", "Authorization", as("bob")).isProblem(403);
        Calls.get(theirs, "Authorization", as("admin")).is(200);
        Calls.get("api/events?job=" + id, "Authorization", as("bob"), "Accept", "text/event-stream")
                .isProblem(404);
        try (var stream = Calls.stream(theirs + "/events?after=0", "Authorization", as("admin"))) {
            assertThat(stream.rest().get(1).data()).contains("\"type\":\"queued\"");
        }
    }

    @Test
    void an_idempotency_key_is_its_owners_own() {
        String key = UUID.randomUUID().toString();
        String alices = Calls.path(Calls.submit(EXTERNAL, "Authorization", as("alice"), "Idempotency-Key", key)
                .is(202));
        String bobs = Calls.path(Calls.submit(EXTERNAL, "Authorization", as("bob"), "Idempotency-Key", key)
                .is(202));

        assertThat(bobs).isNotEqualTo(alices);
        cancel(alices, "alice");
        cancel(bobs, "bob");
    }

    @Test
    void a_worker_reads_external_jobs_and_reports_on_them_and_does_nothing_else() {
        String theirs =
                Calls.path(Calls.submit(EXTERNAL, "Authorization", as("alice")).is(202));
        String other = finished("alice");

        Calls.get(theirs, "Authorization", as("worker")).is(200);
        Calls.get(other, "Authorization", as("worker")).isProblem(404);
        Calls.submit(EXTERNAL, "Authorization", as("worker")).isProblem(403);
        Calls.post(theirs + "/cancel", "Authorization", as("worker")).isProblem(403);
        Calls.post(other + "/cancel", "Authorization", as("worker")).isProblem(404);
        report(theirs, "alice", "{\"type\":\"progress\",\"done\":1}").isProblem(403);
        report(theirs, "worker", "{\"type\":\"progress\",\"done\":1}").is(200);
        report(theirs, "worker", "{\"type\":\"succeeded\",\"result\":7}").is(200);

        assertThat(Calls.get(theirs, "Authorization", as("alice")).json().getInt("result"))
                .isEqualTo(7);
    }

    @Test
    void figures_and_drain_are_the_admins() {
        for (String user : List.of("alice", "worker")) {
            Calls.get("metrics", "Authorization", as(user)).isProblem(403);
            Calls.post("admin/drain", "Authorization", as(user)).isProblem(403);
            Calls.post("admin/restored", "Authorization", as(user)).isProblem(403);
        }
        Calls.get("metrics", "Authorization", as("admin")).is(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin,https://evil.example",
        "Origin,null",
        "Origin,http://127.0.0.1.evil.example",
        "Origin,https://portal.example.com.evil.example",
        "Origin,http://portal.example.com",
        "Sec-Fetch-Site,cross-site",
        "Sec-Fetch-Site,same-site"
    })
    void a_foreign_page_can_do_nothing_with_a_users_credentials(String header, String value) throws IOException {
        // Written by hand: the JDK's client keeps some of these headers to itself.
        String head = "POST /tidings/api/jobs HTTP/1.1\r\nHost: " + InServer.BASE.getAuthority() + "\r\nAuthorization: "
                + as("alice") + "\r\nContent-Type: application/json\r\nContent-Length: " + EXTERNAL.length() + "\r\n"
                + header + ": " + value + "\r\nConnection: close\r\n\r\n";
        int before = ids("alice", "").size();

        String refused = dev.tidings.testing.RawHttp.exchange(InServer.BASE.getPort(), head + EXTERNAL);

        assertThat(refused).startsWith("HTTP/1.1 403").contains("application/problem+json");
        assertThat(refused).doesNotContainIgnoringCase("access-control-allow");
        assertThat(ids("alice", "")).hasSize(before);
    }

    @Test
    void a_page_of_an_allowed_origin_may_read_and_change() {
        var read = Calls.get("api/jobs", "Authorization", as("alice"), "Origin", PORTAL)
                .is(200);
        assertThat(read.header("access-control-allow-origin")).isEqualTo(PORTAL);
        assertThat(read.header("access-control-allow-credentials")).isEqualTo("true");
        assertThat(read.header("vary")).contains("Origin");
        String job = Calls.path(
                Calls.submit(EXTERNAL, "Authorization", as("alice"), "Origin", PORTAL, "Sec-Fetch-Site", "cross-site")
                        .is(202));
        cancel(job, "alice");
        var preflight = Calls.send(
                        "OPTIONS",
                        "api/jobs",
                        BodyPublishers.noBody(),
                        "Origin",
                        PORTAL,
                        "Access-Control-Request-Method",
                        "POST")
                .is(204);
        assertThat(preflight.header("access-control-allow-methods")).contains("POST");
        assertThat(Calls.get("api/jobs", "Authorization", as("alice"), "Origin", "https://evil.example")
                        .is(200)
                        .header("access-control-allow-origin"))
                .isEmpty();
    }

    private static String finished(String user) {
        return Calls.path(Calls.submit(Calls.QUICK, "Authorization", as(user), "Prefer", "wait=50")
                .is(200));
    }

    private static void cancel(String job, String user) {
        Calls.post(job + "/cancel", "Authorization", as(user)).is(202);
    }

    private static Calls.Answer report(String job, String user, String event) {
        return Calls.send(
                "POST",
                job + "/events",
                BodyPublishers.ofString(event),
                "Content-Type",
                "application/json",
                "Authorization",
                as(user));
    }

    private static List<String> ids(String user, String query) {
        return Calls.get("api/jobs?limit=200" + query, "Authorization", as(user))
                .is(200)
                .json()
                .getJsonArray("jobs")
                .getValuesAs(JsonObject.class)
                .stream()
                .map(job -> job.getString("id"))
                .toList();
    }

    private static void assertHeaders(Calls.Answer answer) {
        assertThat(answer.header("content-security-policy")).contains("frame-ancestors 'self'");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("referrer-policy")).isEqualTo("no-referrer");
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
    }
}
