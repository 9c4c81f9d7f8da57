package dev.tidings.it.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signing in by a form through each balancer, with its configuration of {@code deploy/} in front of two nodes. */
@Timeout(300)
class SignInsIT {
    private static final int SIGN_INS = 20;

    /** So many that some would reach the other node, if the session did not lead them. */
    private static final int REQUESTS = 6;

    @TempDir
    static Path folder;

    private static BalancerSetup world;

    @BeforeAll
    static void start() throws Exception {
        world = new BalancerSetup(Recipes.ALL, Map.of("tidings.security", "container", "war", form().toString()));
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    /** The WAR with the descriptor of deploy/form-login and a realm for a Tomcat that has none. */
    private static Path form() throws IOException {
        Path users = Path.of("src/test/servers/tomcat/tomcat-users.xml").toAbsolutePath();
        WebArchive war = ShrinkWrap.createFromZipFile(
                WebArchive.class, ServerProcess.war().toFile());
        war.delete("/WEB-INF/web.xml");
        war.delete("/META-INF/context.xml");
        war.setWebXML(Path.of("deploy/form-login/web.xml").toFile());
        war.addAsManifestResource(
                new StringAsset("<Context unloadDelay='30000'><Realm"
                        + " className='org.apache.catalina.realm.MemoryRealm' pathname='" + users + "'/></Context>"),
                "context.xml");
        Path file = folder.resolve("form.war");
        try (OutputStream out = Files.newOutputStream(file)) {
            war.as(ZipExporter.class).exportTo(out);
        }
        return file;
    }

    static List<Recipe> balancers() {
        return Recipes.ALL;
    }

    @ParameterizedTest
    @MethodSource("balancers")
    void each_sign_in_works_and_its_requests_find_their_session(Recipe recipe) throws Exception {
        for (BalancerEndpoint front : world.balancer(recipe).fronts()) {
            for (int i = 0; i < SIGN_INS; i++) {
                var browser = new Browser(front);
                assertThat(browser.get("login").body()).contains("j_security_check");

                String login = location(browser.post("j_security_check", "j_username=alice&j_password=alice"));
                assertThat(location(browser.get(login))).endsWith("/tidings/");

                for (int request = 0; request < REQUESTS; request++) {
                    assertThat(browser.get("api/jobs").statusCode())
                            .as("sign-in %s, request %s, by %s, with %s", i, request, front, browser.cookies)
                            .isEqualTo(200);
                }
            }
        }
    }

    private static String location(HttpResponse<?> answer) {
        assertThat(answer.statusCode()).isBetween(302, 303);
        return answer.headers().firstValue("location").orElseThrow();
    }

    /** One that keeps cookies, {@code Secure} ones by cleartext too, and follows no redirect by itself. */
    private static final class Browser {
        private final BalancerEndpoint front;
        private final Map<String, String> cookies = new TreeMap<>();

        Browser(BalancerEndpoint front) {
            this.front = front;
        }

        HttpResponse<String> get(String path) throws Exception {
            return send("GET", path, BodyPublishers.noBody());
        }

        HttpResponse<String> post(String path, String form) throws Exception {
            return send("POST", path, BodyPublishers.ofString(form));
        }

        private HttpResponse<String> send(String method, String path, BodyPublisher body) throws Exception {
            var request = HttpRequest.newBuilder(front.at(path))
                    .method(method, body)
                    .header("Content-Type", "application/x-www-form-urlencoded");
            if (!cookies.isEmpty()) {
                var pairs = cookies.entrySet().stream().map(cookie -> cookie.getKey() + "=" + cookie.getValue());
                request.header("Cookie", String.join("; ", pairs.toList()));
            }
            HttpResponse<String> answer = front.client().send(request.build(), BodyHandlers.ofString());
            for (String line : answer.headers().allValues("set-cookie")) {
                String[] pair = line.split(";", 2)[0].split("=", 2);
                cookies.put(pair[0], pair[1]);
            }
            return answer;
        }
    }
}
