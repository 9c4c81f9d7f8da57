package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.EventStream;
import dev.tidings.testing.SseParser;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signing in by a form, with the recipe of deploy/form-login: sessions, and how they and their streams end. */
@Tag("server")
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class FormSignInIT {
    private static final Pattern LOGIN_CONFIG = Pattern.compile("<login-config>.*</login-config>", Pattern.DOTALL);

    @Deployment(testable = false)
    static WebArchive war() {
        return Secured.war(Secured.FORM, Map.of("tidings.session.idle", "6s"));
    }

    @Test
    void the_recipe_differs_from_the_wars_descriptor_in_the_login_only() throws IOException {
        assertThat(without(Files.readString(Secured.FORM))).isEqualTo(without(Files.readString(Secured.BASIC)));
    }

    private static String without(String descriptor) {
        return LOGIN_CONFIG.matcher(descriptor).replaceFirst("");
    }

    @Test
    void the_login_page_answers_the_login_and_nothing_else() throws Exception {
        var browser = new Browser(InServer.BASE);

        Calls.get("api/jobs").isProblem(401);
        Calls.get("api/events", "Accept", "text/event-stream").isProblem(401);
        var page = browser.get("login?return=/tidings/path-check.html");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("j_security_check");
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("form-action 'self'"));
        assertThat(browser.post("alice", "wrong").body()).contains("is wrong");
        assertThat(browser.post("alice", "wrong").uri().getPath()).endsWith("/j_security_check");
        assertThat(browser.get("api/jobs").statusCode()).isEqualTo(401);
    }

    @Test
    void credentials_of_another_kind_get_a_problem_and_never_the_login_page() {
        for (String credentials : List.of("Bearer x", "Negotiate YII=", "nonsense")) {
            Calls.get("api/jobs", "Authorization", credentials).isProblem(401);
            Calls.get("api/events", "Authorization", credentials, "Accept", "text/event-stream")
                    .isProblem(401);
        }
    }

    @Test
    void a_sign_in_changes_the_sessions_id_and_a_sign_out_ends_its_streams() throws Exception {
        var browser = new Browser(InServer.BASE);
        browser.get("login?return=/tidings/path-check.html");
        String before = browser.cookie();

        String back = browser.signIn("alice");

        assertThat(browser.cookie()).isNotEqualTo(before);
        assertThat(back).endsWith("/tidings/path-check.html");
        assertThat(browser.get("api/me").body()).contains("\"user\":\"alice\"", "\"signOut\":true");
        assertThat(browser.setCookie)
                .contains("HttpOnly")
                .contains("SameSite=Lax")
                .doesNotContainIgnoringCase("; secure");
        try (var stream = EventStream.open(
                InServer.BASE.resolve("api/events"), "Cookie", "TIDINGS_SESSION=" + browser.cookie())) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.next().event()).isEqualTo("hello");

            assertThat(browser.send("POST", "logout", BodyPublishers.noBody()).statusCode())
                    .isEqualTo(204);

            var last = stream.rest();
            assertThat(last.get(last.size() - 1).event()).isEqualTo("bye");
            assertThat(last.get(last.size() - 1).data()).contains("signed-out");
            assertThat(stream.endedBetweenBlocks()).isTrue();
        }
        assertThat(browser.get("api/jobs").statusCode()).isEqualTo(401);
    }

    /** Heartbeats, polls and reconnections go on all the while. */
    @Test
    void a_session_that_only_reads_ends_and_its_streams_with_it() throws Exception {
        var browser = new Browser(InServer.BASE);
        browser.get("login");
        browser.signIn("bob");

        try (var stream = EventStream.open(
                InServer.BASE.resolve("api/events"), "Cookie", "TIDINGS_SESSION=" + browser.cookie())) {
            // A block a second, and a poll after each.
            var read = new ArrayList<SseParser.Block>();
            for (var block = stream.next(); block != null; block = stream.next()) {
                read.add(block);
                browser.get("api/jobs");
            }
            assertThat(read.get(read.size() - 1).event()).isEqualTo("bye");
            assertThat(read.get(read.size() - 1).data()).contains("signed-out");
            assertThat(stream.endedBetweenBlocks()).isTrue();
            assertThat(browser.get("api/jobs").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void over_https_the_cookie_is_secure() throws Exception {
        var browser = new Browser(InServer.TLS_BASE);
        browser.get("login");

        browser.signIn("alice");

        assertThat(browser.setCookie).containsIgnoringCase("; secure").contains("HttpOnly");
        assertThat(browser.get("api/jobs").headers().firstValue("strict-transport-security"))
                .isPresent();
    }

    @Test
    void a_session_is_never_taken_from_the_address() throws Exception {
        var browser = new Browser(InServer.BASE);
        browser.get("login");
        browser.signIn("alice");

        Calls.get("api/jobs;jsessionid=" + browser.cookie()).isProblem(401);
    }

    /** One that keeps cookies, follows no redirect by itself, and has one page open. */
    private static final class Browser {
        private final CookieManager cookies = new CookieManager();
        private final URI base;
        private final HttpClient client;
        private String setCookie = "";

        Browser(URI base) {
            this.base = base;
            client = Tls.client()
                    .version(HttpClient.Version.HTTP_1_1)
                    .cookieHandler(cookies)
                    .build();
        }

        HttpResponse<String> get(String path) throws Exception {
            return send("GET", path, BodyPublishers.noBody());
        }

        HttpResponse<String> post(String user, String password) throws Exception {
            return send(
                    "POST",
                    "j_security_check",
                    BodyPublishers.ofString("j_username=" + user + "&j_password=" + password),
                    "Content-Type",
                    "application/x-www-form-urlencoded");
        }

        /** Sends the form and follows where that leads; answers where the last redirect goes. */
        String signIn(String user) throws Exception {
            String login = location(post(user, user));
            assertThat(login).contains("/tidings/login");
            return location(get(login));
        }

        private static String location(HttpResponse<?> answer) {
            assertThat(answer.statusCode()).isBetween(302, 303);
            return answer.headers().firstValue("location").orElseThrow();
        }

        String cookie() {
            List<HttpCookie> all = cookies.getCookieStore().getCookies();
            assertThat(all).hasSize(1);
            return all.get(0).getValue();
        }

        HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers)
                throws Exception {
            var request = HttpRequest.newBuilder(base.resolve(path)).method(method, body);
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            answer.headers().allValues("set-cookie").forEach(line -> setCookie = line);
            return answer;
        }
    }
}
