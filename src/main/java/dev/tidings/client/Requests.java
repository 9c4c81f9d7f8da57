package dev.tidings.client;

import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How requests to Tidings begin: with the headers that the application adds, and by HTTP/1.1 without TLS, where the JDK's client would try an
 * upgrade first.
 *
 * @param headers asked before each request, so that a token can be renewed
 */
record Requests(Supplier<Map<String, String>> headers) {

    HttpRequest.Builder to(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!"https".equalsIgnoreCase(uri.getScheme())) {
            request.version(Version.HTTP_1_1);
        }
        headers.get().forEach(request::setHeader);
        return request;
    }
}
