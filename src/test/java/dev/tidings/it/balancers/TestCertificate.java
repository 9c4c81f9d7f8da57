package dev.tidings.it.balancers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The tests' certificate for the loopback, as balancers read it, and what trusts it. */
final class TestCertificate {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "localhost";

    private final KeyStore store;

    /** The one that the build has made. */
    TestCertificate() throws IOException, GeneralSecurityException {
        store = KeyStore.getInstance(Path.of(System.getProperty("it.keystore")).toFile(), PASSWORD);
    }

    /** Writes {@code portal.crt}, {@code portal.key}, and both in {@code portal.pem}. */
    void write(Path folder) throws IOException, GeneralSecurityException {
        String certificate = pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
        String key = pem("PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded());
        Files.writeString(folder.resolve("portal.crt"), certificate);
        Files.writeString(folder.resolve("portal.key"), key);
        Files.writeString(folder.resolve("portal.pem"), certificate + key);
    }

    private static String pem(String what, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    SSLContext trusting() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, store.getCertificate(ALIAS));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
