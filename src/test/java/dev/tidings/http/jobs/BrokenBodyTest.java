package dev.tidings.http.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.ErrorServlet;
import dev.tidings.testing.RawHttp;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request whose chunked body is malformed reaches the application, and is a 400 like any other. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BrokenBodyTest {
    private final ApiFixture api = new ApiFixture(context -> {
        var page = new ErrorPage();
        page.setLocation(ErrorServlet.PATH);
        context.addErrorPage(page);
    });

    @AfterEach
    void close() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "multipart/form-data; boundary=b",
                "application/json; charset=utf-8",
                "multipart/form-data;boundary=b"
            })
    void a_malformed_chunk_is_a_problem(String type) throws Exception {
        String response = RawHttp.exchange(
                api.server.port(),
                "POST /tidings/api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                        + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\n--b\r\r\nzz\r\n");

        assertThat(response)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"status\":400")
                .doesNotContain("Exception");
    }
}
