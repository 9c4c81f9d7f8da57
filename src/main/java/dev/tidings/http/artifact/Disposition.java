package dev.tidings.http.artifact;

import java.nio.charset.StandardCharsets;

/** Writes {@code Content-Disposition} (RFC 6266) so that any name comes through and none breaks the header. */
final class Disposition {
    /** What RFC 8187 lets stand as it is. */
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`|~";

    private Disposition() {}

    /** The header's value. Characters that turn the direction of text, and so hide an extension, become {@code _}. */
    static String attachment(String asStored) {
        String name = turned(asStored);
        var simple = new StringBuilder();
        name.codePoints().forEach(c -> {
            boolean keep = c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
            simple.append(keep ? (char) c : '_');
        });
        String value = "attachment; filename=\"" + simple + '"';
        return simple.toString().equals(name) ? value : value + "; filename*=UTF-8''" + encoded(name);
    }

    private static String turned(String name) {
        var plain = new StringBuilder();
        name.codePoints().forEach(c -> plain.appendCodePoint(turns(c) ? '_' : c));
        return plain.toString();
    }

    /** Unicode's bidirectional controls (UAX #9, table 4). */
    private static boolean turns(int c) {
        return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
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
