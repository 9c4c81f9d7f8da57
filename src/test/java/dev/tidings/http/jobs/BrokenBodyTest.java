package dev.tidings.http.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.ErrorServlet;
import dev.tidings.testing.RawHttp;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestAttributeEvent;
import jakarta.servlet.ServletRequestAttributeListener;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request whose chunked body is malformed reaches the application, and is a 400 like any other. */
class BrokenBodyTest {
    private static final String NO_CHUNK = "4\r\n--b\r\r\nzz\r\n";

    private final TwoThreads threads = new TwoThreads();
    private final ApiFixture api = new ApiFixture(context -> {
        var page = new ErrorPage();
        page.setLocation(ErrorServlet.PATH);
        context.addErrorPage(page);
        context.getPipeline().addValve(threads);
        context.addServletContainerInitializer(
                (classes, servlets) -> {
                    servlets.addListener(threads);
                    var filter = servlets.addFilter("threads", (Filter) threads::inPage);
                    filter.setAsyncSupported(true);
                    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.ERROR), false, "/*");
                },
                Set.of());
    });

    @AfterEach
    void close() {
        api.close();
    }

    @ParameterizedTest
    @EnumSource(Meeting.class)
    void a_malformed_chunk_found_while_the_first_thread_leaves_is_a_problem(Meeting meeting) throws Exception {
        threads.meeting = meeting;

        assertProblem(send("application/json"));
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
        assertProblem(send(type));
    }

    private String send(String type) throws Exception {
        return RawHttp.exchange(
                api.server.port(),
                "POST /tidings/api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                        + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + NO_CHUNK);
    }

    private static void assertProblem(String response) {
        assertThat(response)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"status\":400")
                .doesNotContain("Exception");
    }

    /** Where the first thread is when the other suspends the response. */
    private enum Meeting {
        BEFORE_THE_ERROR_PAGE,
        IN_THE_ERROR_PAGE
    }

    /**
     * Lets the request's first thread and the one that reads the body meet, as they do in one of ten thousand tries: the first
     * has lifted the suspension of the response and sees an error, the other suspends the response just then.
     */
    private static final class TwoThreads extends ValveBase implements ServletRequestAttributeListener {
        private volatile Meeting meeting;
        private volatile Response response;

        TwoThreads() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            getNext().invoke(request, response);
            if (meeting != null && this.response == null) {
                this.response = response;
                long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                while (!response.isSuspended() && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void attributeAdded(ServletRequestAttributeEvent event) {
            if (event.getName().equals(RequestDispatcher.ERROR_STATUS_CODE)) {
                meet(Meeting.BEFORE_THE_ERROR_PAGE);
            }
        }

        void inPage(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            meet(Meeting.IN_THE_ERROR_PAGE);
            chain.doFilter(request, response);
        }

        private void meet(Meeting here) {
            if (meeting == here) {
                meeting = null;
                response.setSuspended(true);
            }
        }
    }
}
