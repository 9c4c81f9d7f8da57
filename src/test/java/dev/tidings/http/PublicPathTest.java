package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.testing.EmbeddedServer;
import dev.tidings.testing.RawHttp;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PublicPathTest {
    private static String seen(@Nullable String prefix, List<String> proxies, String target, String forwarded)
            throws IOException {
        var path = new PublicPath(prefix, proxies);
        var servlet = new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.getWriter().print("[" + path.of(request) + "]");
            }
        };
        try (var server = EmbeddedServer.start(context -> EmbeddedServer.servlet(context, "s", servlet, "/*"))) {
            String answer = RawHttp.exchange(
                    server.port(),
                    "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Prefix: " + forwarded
                            + "\r\nConnection: close\r\n\r\n");
            return answer.substring(answer.indexOf('[') + 1, answer.lastIndexOf(']'));
        }
    }

    @Test
    void links_begin_with_the_context_path_unless_a_deployer_says_otherwise() throws IOException {
        assertThat(seen(null, List.of(), "/tidings/x", "/evil")).isEqualTo("/tidings");
        assertThat(seen("/jobs/", List.of(), "/tidings/x", "/evil")).isEqualTo("/jobs");
        assertThat(seen("/", List.of(), "/tidings/x", "/evil")).isEmpty();
    }

    @Test
    void a_listed_proxy_says_the_prefix_and_nobody_else() throws IOException {
        assertThat(seen(null, List.of("127.0.0.1"), "/tidings/x", "/jobs")).isEqualTo("/jobs");
        assertThat(seen(null, List.of("127.0.0.1"), "/tidings/x", "/a/b-c_d~/")).isEqualTo("/a/b-c_d~");
        assertThat(seen(null, List.of("10.0.0.7"), "/tidings/x", "/jobs")).isEqualTo("/tidings");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jobs", "//evil.example", "/a b", "/a/../b", "/a?b", "/a, /b", "/%2e%2e", "https://evil.example"
            })
    void a_prefix_that_is_no_plain_path_is_ignored(String forwarded) throws IOException {
        assertThat(seen(null, List.of("127.0.0.1"), "/tidings/x", forwarded)).isEqualTo("/tidings");
    }

    @Test
    void a_setting_that_is_no_path_or_address_stops_the_deployment_in_words() {
        assertThatThrownBy(() -> new PublicPath("jobs", List.of())).hasMessageContaining("tidings.prefix is 'jobs'");
        assertThatThrownBy(() -> new PublicPath(null, List.of("proxy.example")))
                .hasMessageContaining("tidings.proxies has 'proxy.example'");
    }

    /** A pattern with a group for each segment needs a stack frame for each of them. */
    @Test
    void a_context_path_that_a_request_spells_in_thousands_of_segments_is_not_repeated() throws IOException {
        assertThat(seen(null, List.of(), "/a/..".repeat(1200) + "/tidings/x", ""))
                .isEqualTo("/tidings");
    }
}
