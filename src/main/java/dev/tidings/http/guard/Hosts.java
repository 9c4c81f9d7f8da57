package dev.tidings.http.guard;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the service answers without security. Names: loopback ones and those that the deployer lists, so that a page whose
 * DNS name was rebound to this address gets nothing. Peers: this machine, until the deployer lists a name.
 */
final class Hosts {
    /** The longest host with a port (RFC 1035: 253 characters of name). Longer ones meet no pattern. */
    private static final int MAX_CHARACTERS = 260;

    private static final Pattern LOOPBACK = Pattern.compile(
            "localhost|([a-z0-9-]+\\.)+localhost|127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}|\\[::1]|\\[(0{1,4}:){7}0{0,3}1]");
    private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

    private final List<String> listed;
    private final boolean any;

    Hosts(List<String> listed) {
        this.listed = listed.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        any = listed.contains("*");
    }

    /**
     * Whether a request is meant for this service.
     *
     * @param header the {@code Host} header; null without one, as HTTP/2 may have it
     * @param server the name that the container read, from the header or from an absolute request target
     */
    boolean accept(@Nullable String header, @Nullable String server) {
        boolean told = header == null || accepted(header);
        return any || (told && server != null && accepted(bracketed(server)));
    }

    /**
     * Whether a peer may be served: a process of this machine, and anybody where the deployer has named hosts. The {@code Host}
     * header is the client's word, so it does not stand in for this.
     *
     * @param peer the address that the container reports; null when it has none
     */
    boolean serve(@Nullable String peer) {
        return !listed.isEmpty()
                || (peer != null && LOOPBACK.matcher(bracketed(peer)).matches());
    }

    private boolean accepted(String host) {
        if (host.length() > MAX_CHARACTERS) {
            return false;
        }
        String lower = host.strip().toLowerCase(Locale.ROOT);
        String name = PORT.matcher(lower).replaceFirst("");
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return LOOPBACK.matcher(plain).matches() || listed.contains(lower) || listed.contains(plain);
    }

    private static String bracketed(String server) {
        return server.indexOf(':') >= 0 && !server.startsWith("[") ? "[" + server + "]" : server;
    }
}
