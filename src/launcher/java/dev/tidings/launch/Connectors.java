package dev.tidings.launch;

import java.nio.file.Path;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/**
 * Tomcat's connectors, set for many clients that mostly listen. {@code deploy/tomcat/} explains the same settings for a server of one's own.
 */
final class Connectors {

    private Connectors() {}

    /** HTTP/1.1, and HTTP/2 for clients that know beforehand or upgrade. */
    static Connector plain(String address, int port) {
        var connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setPort(port);
        set(connector, "address", address);
        // While the application starts, connections are refused, so that a balancer goes elsewhere at once: by default
        // they wait.
        set(connector, "bindOnInit", "false");
        // A reader is a connection: the default of 8,192 is soon used up by clients that left without a word.
        set(connector, "maxConnections", "100000");
        set(connector, "acceptCount", "1000");
        set(connector, "connectionTimeout", "20000");
        // Longer than balancers keep theirs, so that they never reuse one that is just being closed.
        set(connector, "keepAliveTimeout", "75000");
        // For the page only. Event streams must not be gathered by a compressor, polls keep their Content-Length.
        set(connector, "compression", "on");
        set(connector, "compressibleMimeType", "text/html,text/css,text/javascript");
        // Memory of an idle reader: what Tomcat keeps for each request.
        set(connector, "socket.appReadBufSize", setting("readBuffer", "1024"));
        set(connector, "socket.appWriteBufSize", setting("writeBuffer", "8192"));
        set(connector, "maxHttpRequestHeaderSize", setting("requestHead", "32768"));
        set(connector, "maxHttpResponseHeaderSize", setting("responseHead", "4096"));
        set(connector, "socket.bufferPool", "0");
        set(connector, "processorCache", "50");
        connector.addUpgradeProtocol(http2());
        return connector;
    }

    /** HTTPS, with HTTP/2 by ALPN. */
    static Connector tls(String address, int port, Path keyStore) {
        Connector connector = plain(address, port);
        connector.setScheme("https");
        connector.setSecure(true);
        set(connector, "SSLEnabled", "true");
        var host = new SSLHostConfig();
        host.setProtocols("+TLSv1.2+TLSv1.3");
        var certificate = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.EC);
        certificate.setCertificateKeystoreFile(keyStore.toAbsolutePath().toString());
        certificate.setCertificateKeystorePassword(Certificate.PASSWORD);
        host.addCertificate(certificate);
        connector.addSslHostConfig(host);
        return connector;
    }

    /** AJP 1.3, with a secret; it knows no compression and no HTTP/2. */
    static Connector ajp(String address, int port, String secret) {
        var connector = new Connector("org.apache.coyote.ajp.AjpNioProtocol");
        connector.setPort(port);
        set(connector, "address", address);
        set(connector, "secret", secret);
        set(connector, "maxConnections", "100000");
        set(connector, "bindOnInit", "false");
        set(connector, "keepAliveTimeout", "75000");
        return connector;
    }

    private static Http2Protocol http2() {
        var protocol = new Http2Protocol();
        protocol.setMaxConcurrentStreams(200);
        // A client that takes nothing holds a writing thread for this long, although the stream called itself ready.
        protocol.setWriteTimeout(2_000);
        protocol.setKeepAliveTimeout(75_000);
        // Gives memory back after a peak.
        protocol.setDiscardRequestsAndResponses(true);
        return protocol;
    }

    /** What {@code server.xml} too takes from the JVM; {@code many-readers.properties} beside it has values. */
    private static String setting(String name, String otherwise) {
        return System.getProperty("tidings.http." + name, otherwise);
    }

    private static void set(Connector connector, String name, String value) {
        if (!connector.setProperty(name, value)) {
            throw new IllegalStateException("this Tomcat's connector has no " + name);
        }
    }
}
