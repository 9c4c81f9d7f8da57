package dev.tidings.it.balancers;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;

/**
 * A balancer as its clients see it, by one version of HTTP.
 *
 * @param name as in the figures
 * @param base where Tidings is; ends with a slash
 * @param client speaks that version and trusts the tests' certificate
 * @param bothNodes whether another node is reached when one is gone
 */
record BalancerEndpoint(String name, URI base, HttpClient client, boolean bothNodes) {
    /** The same as the way to one node only. */
    BalancerEndpoint toOneNode() {
        return new BalancerEndpoint(name, base, client, false);
    }

    /** A connection of the test's own, without a proxy; HTTP/1.1 is spoken on it. */
    Socket connect() throws IOException {
        return base.getScheme().equals("https")
                ? client.sslContext().getSocketFactory().createSocket(base.getHost(), base.getPort())
                : new Socket(base.getHost(), base.getPort());
    }

    URI at(String path) {
        return base.resolve(path);
    }

    @Override
    public String toString() {
        return name;
    }
}
