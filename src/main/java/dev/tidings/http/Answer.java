package dev.tidings.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A whole response, small enough to be held in memory. Immutable; {@code with} gives another one.
 *
 * <p>Without a {@code Cache-Control} of its own it is sent as {@code no-store}.
 */
public final class Answer {
    private static final byte[] NOTHING = {};

    private final int status;
    private final List<Header> headers;
    private final byte[] body;
    private final boolean stream;

    private Answer(int status, List<Header> headers, byte[] body, boolean stream) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.stream = stream;
    }

    /** A header line; a value with line breaks or other control characters is refused. */
    record Header(String name, String value) {
        Header {
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                    throw new IllegalArgumentException("a value of header " + name + " that is not visible ASCII");
                }
            }
        }

        boolean named(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    /** Without a body. */
    public static Answer empty(int status) {
        return new Answer(status, List.of(), NOTHING, false);
    }

    /** {@code application/json}, encoded already. The bytes are not copied. */
    public static Answer json(int status, byte[] json) {
        return of(status, "application/json", json);
    }

    public static Answer json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A body of any type. The bytes are not copied. */
    public static Answer of(int status, String contentType, byte[] body) {
        return new Answer(status, List.of(new Header("Content-Type", contentType)), body, false);
    }

    /** The same sent as a stream is: without {@code Content-Length}. */
    public Answer asStream() {
        return new Answer(status, headers, body, true);
    }

    /** With one more header; replaces one of that name, except {@code Vary} and {@code Link}, which add up. */
    public Answer with(String name, String value) {
        var all = new ArrayList<Header>(headers);
        var key = name.toLowerCase(Locale.ROOT);
        if (!key.equals("vary") && !key.equals("link")) {
            all.removeIf(header -> header.named(name));
        }
        all.add(new Header(name, value));
        return new Answer(status, all, body, stream);
    }

    /** With {@code Retry-After} in whole seconds, at least 1. */
    public Answer retryAfter(long seconds) {
        return with("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    public int status() {
        return status;
    }

    /** The value of the first header of that name; empty when there is none. */
    public String header(String name) {
        for (Header header : headers) {
            if (header.named(name)) {
                return header.value();
            }
        }
        return "";
    }

    /** The body, which must not be changed. */
    public byte[] body() {
        return body;
    }

    boolean stream() {
        return stream;
    }

    List<Header> headers() {
        return headers;
    }
}
