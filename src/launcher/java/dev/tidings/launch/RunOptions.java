package dev.tidings.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to run and where: read from arguments ({@code --tls-port 8443}), else from system properties ({@code -Dtls.port=8443}), else the defaults.
 *
 * @param war the WAR, or a folder that holds one unpacked
 * @param context the context path: {@code ""} or {@code /name}
 * @param address the address to listen on; loopback unless told otherwise
 * @param port of HTTP/1.1 and cleartext HTTP/2; 0 takes a free one
 * @param tlsPort of HTTPS with HTTP/2 by ALPN; 0 takes a free one, a negative one leaves HTTPS out
 * @param ajpPort of AJP, for an httpd that insists on it; a negative one leaves it out
 * @param ajpSecret what that httpd must know
 * @param base Tomcat's own folder: the unpacked WAR and the certificate
 */
record RunOptions(
        Path war, String context, String address, int port, int tlsPort, int ajpPort, String ajpSecret, Path base) {

    private static final Set<String> NAMES =
            Set.of("war", "context", "address", "port", "tls-port", "ajp-port", "ajp-secret", "base");

    RunOptions {
        if (!Files.exists(war)) {
            throw new IllegalArgumentException(
                    "there is no WAR at " + war.toAbsolutePath() + ": build it by `mvn package`");
        }
        if (!context.isEmpty() && !context.startsWith("/")) {
            throw new IllegalArgumentException("context must be empty or begin with '/', not " + context);
        }
    }

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException naming the option that cannot be read
     */
    static RunOptions of(String... args) {
        Map<String, String> given = named(args);
        return new RunOptions(
                Path.of(value(given, "war", "target/tidings.war")),
                value(given, "context", "/tidings"),
                value(given, "address", "127.0.0.1"),
                port(given, "port", "8080"),
                port(given, "tls-port", "8443"),
                port(given, "ajp-port", "-1"),
                value(given, "ajp-secret", ""),
                Path.of(value(given, "base", "target/tomcat")));
    }

    private static Map<String, String> named(String... args) {
        var given = new HashMap<String, String>();
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!NAMES.contains(name) || i + 1 == args.length) {
                throw new IllegalArgumentException(
                        "cannot read " + args[i] + ": options are --name value, of " + NAMES);
            }
            given.put(name, args[i + 1]);
        }
        return given;
    }

    private static String value(Map<String, String> given, String name, String otherwise) {
        @Nullable String argument = given.get(name);
        return argument != null ? argument : System.getProperty(name.replace('-', '.'), otherwise);
    }

    private static int port(Map<String, String> given, String name, String otherwise) {
        String text = value(given, name, otherwise);
        try {
            int port = Integer.parseInt(text);
            if (port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException(name + " must be a port number, not " + text);
    }
}
