package dev.tidings.it.balancers;

import dev.tidings.it.nodes.Cluster;
import dev.tidings.it.nodes.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What one balancer needs to know to be started here.
 *
 * @param folder its own, which everybody may enter; the certificate's files are in it
 * @param nodes the two behind it
 * @param trusting the certificate of the tests
 * @param portal the balancer in front of the nodes, for who stands in front of that; waits until it has started
 */
record BalancerContext(Path folder, List<Node> nodes, SSLContext trusting, Supplier<Balancer> portal) {
    static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    /** How the product's own account is used: only root may change to it. */
    boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    int freePort() throws IOException {
        return Cluster.freePort();
    }

    /** A file of deploy/ with the nodes' addresses put in. */
    Configuration configuration(String name) throws IOException {
        return nodesIn(Configuration.of(name));
    }

    Configuration nodesIn(Configuration configuration) {
        return configuration.with("node1.internal:8080", address(0)).with("node2.internal:8080", address(1));
    }

    String address(int node) {
        return "127.0.0.1:" + port(node);
    }

    int port(int node) {
        return nodes.get(node).at("").getPort();
    }

    /** By TLS, HTTP/1.1. */
    BalancerEndpoint tls1(int port) {
        return front("HTTP/1.1", "https", port, Version.HTTP_1_1, null);
    }

    /** By TLS, HTTP/2. */
    BalancerEndpoint tls2(int port) {
        return front("HTTP/2", "https", port, Version.HTTP_2, null);
    }

    /** In the clear, HTTP/1.1. */
    BalancerEndpoint plain(int port) {
        return front("HTTP/1.1", "http", port, Version.HTTP_1_1, null);
    }

    /** Through a forward proxy. */
    BalancerEndpoint behind(int proxyPort, BalancerEndpoint front, String name) {
        Version version = front.client().version();
        BalancerEndpoint behind =
                front(name, front.base().getScheme(), front.base().getPort(), version, proxyPort);
        return front.bothNodes() ? behind : behind.toOneNode();
    }

    private BalancerEndpoint front(String name, String scheme, int port, Version version, @Nullable Integer proxyPort) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(version)
                .connectTimeout(CONNECT_WITHIN)
                .sslContext(trusting);
        if (proxyPort != null) {
            client.proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort)));
        }
        return new BalancerEndpoint(
                name, URI.create(scheme + "://127.0.0.1:" + port + "/tidings/"), client.build(), true);
    }
}
