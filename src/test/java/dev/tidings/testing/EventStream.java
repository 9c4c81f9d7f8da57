package dev.tidings.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An event stream read from a plain socket as its bytes arrive, by HTTP/1.1, so that a test sees what a browser would:
 * the head, each block, and how the stream ended. Used by one thread.
 */
public final class EventStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Socket socket;
    private final InputStream in;
    private final SseParser parser = new SseParser();
    private final ArrayDeque<SseParser.Block> blocks = new ArrayDeque<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final int status;
    private String lastEventId = "";
    private int left;
    private boolean ended;

    private EventStream(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), 1);
        String first = line();
        if (!first.startsWith("HTTP/1.1 ")) {
            throw new IOException("not HTTP/1.1: " + first);
        }
        status = Integer.parseInt(first.substring(9, 12));
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.merge(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        ended = status == 204 || "0".equals(headers.get("content-length"));
        left = headers.containsKey("content-length") ? Integer.parseInt(headers.get("content-length")) : 0;
    }

    /** Opens a stream and waits for its head. */
    public static EventStream open(URI uri, String... headers) throws IOException {
        return openWithin(PATIENCE, uri, headers);
    }

    /** The same for a server that may be silent for no longer than this. */
    public static EventStream openWithin(Duration silence, URI uri, String... headers) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 5000);
        socket.setSoTimeout((int) silence.toMillis());
        socket.setTcpNoDelay(true);
        var request = new StringBuilder("GET " + uri.getRawPath()
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()) + " HTTP/1.1\r\nHost: "
                + uri.getAuthority()
                + "\r\nAccept: text/event-stream\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        try {
            socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new EventStream(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public int status() {
        return status;
    }

    /** A header's value; null when it is absent. */
    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The next block, whatever it is; null when the response has ended. */
    public SseParser.Block next() throws IOException {
        while (blocks.isEmpty() && !ended) {
            byte[] piece = piece();
            blocks.addAll(parser.feed(piece, 0, piece.length));
        }
        SseParser.Block block = blocks.poll();
        if (block != null && block.id() != null) {
            lastEventId = block.id();
        }
        return block;
    }

    /** The next event of the log, past control blocks; null when the response has ended. */
    public SseParser.Block nextEvent() throws IOException {
        SseParser.Block block = next();
        while (block != null && !block.event().equals("message")) {
            block = next();
        }
        return block;
    }

    /** Reads blocks until one matches and answers all, that one included. */
    public List<SseParser.Block> until(Predicate<SseParser.Block> last) throws IOException {
        var all = new ArrayList<SseParser.Block>();
        for (SseParser.Block block = next(); block != null; block = next()) {
            all.add(block);
            if (last.test(block)) {
                return all;
            }
        }
        throw new IOException("the stream ended without the awaited block, after " + all);
    }

    /** All blocks up to the end of the response. */
    public List<SseParser.Block> rest() throws IOException {
        var all = new ArrayList<SseParser.Block>();
        for (SseParser.Block block = next(); block != null; block = next()) {
            all.add(block);
        }
        return all;
    }

    /** Whether the response ended properly, between two blocks. */
    public boolean endedBetweenBlocks() {
        return ended && parser.betweenBlocks();
    }

    /** The cursor after the blocks handed out so far; others may have arrived behind them. */
    public String lastEventId() {
        return lastEventId;
    }

    private byte[] piece() throws IOException {
        boolean chunked = "chunked".equals(headers.get("transfer-encoding"));
        if (left == 0 && chunked) {
            left = Integer.parseInt(line().strip(), 16);
            if (left == 0) {
                line();
                ended = true;
                return new byte[0];
            }
        }
        byte[] buffer = new byte[Math.min(left, 8192)];
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            throw new IOException("the connection was cut in the middle of the response");
        }
        left -= count;
        if (left == 0) {
            if (chunked) {
                line();
            } else {
                ended = true;
            }
        }
        return Arrays.copyOf(buffer, count);
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection was cut");
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
