package dev.tidings.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;

/** What of a request's path is whose. */
public final class Paths {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~!$&'()*+,=:@%/-]{0,200}");

    private Paths() {}

    /** The path below the context path, decoded, without path parameters. */
    static String within(HttpServletRequest request) {
        String info = request.getPathInfo();
        return info == null ? request.getServletPath() : request.getServletPath() + info;
    }

    /**
     * The context path as the request sees it, or the deployed one when the request spells it in a way that links should
     * not repeat.
     */
    static String base(HttpServletRequest request) {
        String seen = request.getContextPath();
        return PLAIN.matcher(seen).matches() && !seen.contains("//") && !dotted(seen)
                ? seen
                : request.getServletContext().getContextPath();
    }

    /**
     * Whether a path has a segment {@code .} or {@code ..}, plain or percent-encoded, which a browser resolves (WHATWG URL,
     * "double-dot path segment").
     */
    public static boolean dotted(String path) {
        for (String segment : path.split("/", -1)) {
            String plain =
                    segment.length() > 6 ? segment : segment.replace("%2e", ".").replace("%2E", ".");
            if (plain.equals(".") || plain.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
