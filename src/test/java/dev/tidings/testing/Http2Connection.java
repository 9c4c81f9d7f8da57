package dev.tidings.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/2 connection, frame by frame (RFC 9113), so that a test sees their order, lets one stream's window run full, or
 * resets it when it likes. Heads of answers are not decoded.
 *
 * <p>Threads: one reads, any write.
 */
public final class Http2Connection implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int PUSH_PROMISE = 5;
    public static final int GOAWAY = 7;

    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int WHOLE_CONNECTION = 1 << 30;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String scheme;
    private final String authority;
    private final Map<Integer, Boolean> stalled = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> taken = new HashMap<>();
    private final int window;
    private int streams = -1;

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Whether it is the last one of its stream. */
        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** The stream that a promise promises, the code of a reset. */
        public int number() {
            return ByteBuffer.wrap(payload).getInt() & Integer.MAX_VALUE;
        }
    }

    /**
     * Connects: by TLS and ALPN to {@code https}, by prior knowledge to {@code http}.
     *
     * @param window how many bytes a stream may send before it is read on
     */
    public Http2Connection(URI server, SSLContext tls, int window) throws IOException {
        this.window = window;
        scheme = server.getScheme();
        authority = server.getAuthority();
        if (scheme.equals("https")) {
            var secure = (SSLSocket) tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
            var parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            if (!secure.getApplicationProtocol().equals("h2")) {
                throw new IOException("the server speaks no HTTP/2 here");
            }
            socket = secure;
        } else {
            socket = new Socket(InetAddress.getByName(server.getHost()), server.getPort());
        }
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) 4).putInt(window).array());
        write(WINDOW_UPDATE, 0, 0, number(WHOLE_CONNECTION));
    }

    /** Asks; answers the stream's number. */
    public int get(String path, String... headers) throws IOException {
        var block = new ByteArrayOutputStream();
        block.write(0x82); // :method GET
        block.write(scheme.equals("https") ? 0x87 : 0x86);
        block.write(0x04); // :path
        string(block, path);
        block.write(0x01); // :authority
        string(block, authority);
        for (int i = 0; i < headers.length; i += 2) {
            block.write(0);
            string(block, headers[i]);
            string(block, headers[i + 1]);
        }
        synchronized (out) {
            streams += 2;
            write(HEADERS, END_STREAM | END_HEADERS, streams, block.toByteArray());
            return streams;
        }
    }

    /** Never reads of that stream again: its window is not opened any more. */
    public void stall(int stream) {
        stalled.put(stream, true);
    }

    /** Cancels a stream. */
    public void reset(int stream, int code) throws IOException {
        write(RST_STREAM, 0, stream, number(code));
    }

    /** Opens a window again when half of it is used up, as browsers do: Tomcat sends clients away that do it for each few bytes. */
    private void taken(int stream, int bytes, int step) throws IOException {
        int sum = taken.merge(stream, bytes, Integer::sum);
        if (sum >= step) {
            taken.remove(stream);
            write(WINDOW_UPDATE, 0, stream, number(sum));
        }
    }

    /** The next frame of a stream or of the connection's end; settings and pings are seen to. Null when the server has closed. */
    public Frame next() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = (first << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & Integer.MAX_VALUE;
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                write(SETTINGS, ACK, 0, new byte[0]);
            } else if (type == PING && (flags & ACK) == 0) {
                write(PING, ACK, 0, payload);
            } else if (type == DATA) {
                if (length > 0) {
                    taken(0, length, WHOLE_CONNECTION / 2);
                    if (!stalled.containsKey(stream) && (flags & END_STREAM) == 0) {
                        taken(stream, length, window / 2);
                    }
                }
                return new Frame(type, flags, stream, payload);
            } else if (type == HEADERS || type == RST_STREAM || type == PUSH_PROMISE || type == GOAWAY) {
                return new Frame(type, flags, stream, payload);
            }
        }
    }

    private void write(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        synchronized (out) {
            out.write(frame.array());
            out.flush();
        }
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** A literal of HPACK (RFC 7541 §5.2) without Huffman's code. */
    private static void string(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = bytes.length;
        if (length < 127) {
            to.write(length);
        } else {
            to.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                to.write((length & 127) | 128);
            }
            to.write(length);
        }
        to.writeBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
