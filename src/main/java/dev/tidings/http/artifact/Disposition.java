package dev.tidings.http.artifact;

import java.nio.charset.StandardCharsets;

/** Writes {@code Content-Disposition} (RFC 6266) so that any name comes through and none breaks the header. */
final class Disposition {
    /** What RFC 8187 lets stand as it is. */
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`|~";

    private Disposition() {}

    static String attachment(String name) {
        var simple = new StringBuilder();
        name.codePoints().forEach(c -> {
            boolean keep = c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
            simple.append(keep ? (char) c : '_');
        });
        String value = "attachment; filename=\"" + simple + '"';
        return simple.toString().equals(name) ? value : value + "; filename*=UTF-8''" + encoded(name);
    }

    private static String encoded(String name) {
        var out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && PLAIN.indexOf(b) >= 0) {
                out.append((char) b);
            } else {
                out.append('%').append(hex(b >> 4)).append(hex(b));
            }
        }
        return out.toString();
    }

    private static char hex(int value) {
        return "0123456789ABCDEF".charAt(value & 15);
    }
}
