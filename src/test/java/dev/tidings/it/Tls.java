package dev.tidings.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in the certificate that the build made for the servers of the tests. */
final class Tls {
    private Tls() {}

    /** A client that trusts it; by HTTP/2 where the server offers that, unless told otherwise. */
    static HttpClient.Builder client() {
        return HttpClient.newBuilder().sslContext(context()).connectTimeout(Duration.ofSeconds(20));
    }

    static SSLContext context() {
        try (InputStream in = Files.newInputStream(Path.of(System.getProperty("it.keystore")))) {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(in, "changeit".toCharArray());
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("localhost", keys.getCertificate("localhost"));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate of the tests", e);
        }
    }
}
