package dev.tidings.http.guard;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells what pages of other origins may do: nothing, unless the deployer lists the origin, exactly. */
final class Origins {
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private static final String ALLOWED_HEADERS = "Accept, Authorization, Baggage, Cache-Control, Content-Type,"
            + " Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Prefer, Range, Sentry-Trace,"
            + " Tidings-Claim, Tidings-Ticket, Traceparent, Tracestate, B3, X-B3-SpanId, X-B3-Sampled, X-B3-TraceId,"
            + " X-CSRF-Token, X-Correlation-Id, X-Request-Id, X-Requested-With";

    private final Set<String> allowed;

    /**
     * Reads the origins that a deployer lists.
     *
     * @throws IllegalArgumentException naming the first that is no origin
     */
    Origins(List<String> allowed) {
        this.allowed = allowed.stream().map(Origins::normalised).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * An origin as browsers write it: scheme and host in lower case, no default port, nothing behind it (RFC 6454 §6.2).
     *
     * @throws IllegalArgumentException when it is none
     */
    static String normalised(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException unreadable) {
            throw notAnOrigin(text);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean https = scheme.equals("https");
        boolean bare = uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && (uri.getRawPath() == null
                        || uri.getRawPath().isEmpty()
                        || uri.getRawPath().equals("/"));
        if (uri.getHost() == null || !bare || (!https && !scheme.equals("http"))) {
            throw notAnOrigin(text);
        }
        return scheme + "://" + authority(uri.getRawAuthority(), https);
    }

    private static IllegalArgumentException notAnOrigin(String text) {
        return new IllegalArgumentException("tidings.cors.origins has '" + text
                + "'; each entry must be an origin such as https://portal.example.com, without a path and without *");
    }

    /**
     * Says what a page of an allowed origin may read.
     *
     * @return whether this was a preflight, which is answered now
     */
    boolean cors(HttpServletRequest request, HttpServletResponse response) {
        if (allowed.isEmpty()) {
            return false;
        }
        response.addHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (origin == null || !allowed.contains(origin)) {
            return false;
        }
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.setHeader("Access-Control-Allow-Credentials", "true");
        response.setHeader(
                "Access-Control-Expose-Headers",
                "Content-Disposition, Content-Range, ETag, Link, Location, Preference-Applied, Retry-After");
        boolean preflight =
                request.getMethod().equals("OPTIONS") && request.getHeader("Access-Control-Request-Method") != null;
        if (preflight) {
            response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE");
            response.setHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
            response.setHeader("Access-Control-Max-Age", "600");
        }
        return preflight;
    }

    /**
     * Whether a request that changes something comes from a page of ours, of an allowed origin, or from no page.
     *
     * <p>{@code Sec-Fetch-Site} is the browser's own word and decides; {@code Origin} is compared where it is missing.
     */
    boolean mayChange(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        if (origin != null && allowed.contains(origin)) {
            return true;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return OWN_SITE.contains(site.strip().toLowerCase(Locale.ROOT));
        }
        return origin == null || own(origin, request);
    }

    /** Whether the origin is where the request went to; TLS may have been ended before us. */
    private static boolean own(String origin, HttpServletRequest request) {
        URI uri;
        try {
            uri = new URI(origin);
        } catch (URISyntaxException e) {
            return false;
        }
        String host = request.getHeader("Host");
        if (host == null) {
            host = request.getServerName() + ":" + request.getServerPort(); // HTTP/2 may have no Host
        }
        if (uri.getHost() == null || uri.getScheme() == null) {
            return false;
        }
        boolean https = uri.getScheme().equals("https");
        if (!https && (request.isSecure() || !uri.getScheme().equals("http"))) {
            return false;
        }
        return authority(uri.getRawAuthority(), https).equals(authority(host, https));
    }

    /** Host and port in lower case, without the port that goes without saying. */
    private static String authority(@Nullable String text, boolean https) {
        String lower = text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
        String usual = https ? ":443" : ":80";
        return lower.endsWith(usual) ? lower.substring(0, lower.length() - usual.length()) : lower;
    }
}
