package dev.tidings.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path by which clients reach the service, where links begin (contract §2, §25). It is the context path, unless a proxy
 * changes paths: then a setting says it, or the proxy does by {@code X-Forwarded-Prefix}.
 *
 * <p>Immutable.
 */
public final class PublicPath {
    /** Behind no proxy that changes paths. */
    public static final PublicPath CONTEXT = new PublicPath(null, List.of());

    private static final Pattern PLAIN = Pattern.compile("[/A-Za-z0-9._~-]{0,200}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:%]{2,60}");

    private final @Nullable String prefix;
    private final Set<String> proxies;

    /**
     * Reads what a deployer says.
     *
     * @param prefix {@code tidings.prefix}, such as {@code /jobs}; null without one
     * @param proxies {@code tidings.proxies}: addresses whose {@code X-Forwarded-Prefix} counts
     * @throws IllegalArgumentException naming the setting and its value
     */
    public PublicPath(@Nullable String prefix, List<String> proxies) {
        this.prefix = prefix == null ? null : trimmed(prefix);
        if (this.prefix != null && !plain(this.prefix)) {
            throw new IllegalArgumentException("tidings.prefix is '" + prefix + "'; it must be a path such as /jobs");
        }
        var all = new HashSet<String>();
        for (String proxy : proxies) {
            if (!ADDRESS.matcher(proxy).matches()) {
                throw new IllegalArgumentException(
                        "tidings.proxies has '" + proxy + "'; each entry must be an IP address such as 10.0.0.7");
            }
            all.add(proxy);
            if (proxy.equals("::1")) {
                all.add("0:0:0:0:0:0:0:1"); // as Java writes it
            }
        }
        this.proxies = Set.copyOf(all);
    }

    /** Where the links of an answer begin; empty, or a path that begins with a slash and ends with none. */
    public String of(HttpServletRequest request) {
        if (prefix != null) {
            return prefix;
        }
        String forwarded = proxies.isEmpty() ? null : request.getHeader("X-Forwarded-Prefix");
        if (forwarded != null && proxies.contains(request.getRemoteAddr())) {
            String told = trimmed(forwarded);
            if (plain(told)) {
                return told;
            }
        }
        return Paths.base(request);
    }

    private static String trimmed(String path) {
        String text = path.strip();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean plain(String path) {
        return (path.isEmpty() || path.startsWith("/"))
                && PLAIN.matcher(path).matches()
                && !path.contains("//")
                && !Paths.dotted(path);
    }
}
