package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it writes is shown by {@code PushIT}, in Tomcat 10.1. */
class PushedOutputTest {
    @ParameterizedTest
    @CsvSource({"HTTP/2.0,2,true", "HTTP/2.0,110,true", "HTTP/2.0,1,false", "HTTP/2.0,23,false"})
    void requests_of_the_server_have_even_numbers(String protocol, String stream, boolean pushed) {
        assertThat(PushedOutput.isFor(request(protocol, stream))).isEqualTo(pushed);
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1,''", "HTTP/3.0,4", "HTTP/2.0,''"})
    void other_protocols_and_servers_without_numbers_have_none(String protocol, String stream) {
        assertThat(PushedOutput.isFor(request(protocol, stream))).isFalse();
    }

    @Test
    void it_is_always_ready() {
        assertThat(new PushedOutput(null, Runnable::run).isReady()).isTrue();
    }

    private static HttpServletRequest request(String protocol, String stream) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                PushedOutputTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getProtocol" -> protocol;
                    case "getProtocolRequestId" -> stream;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
