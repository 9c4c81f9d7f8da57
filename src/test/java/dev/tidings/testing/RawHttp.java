package dev.tidings.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends bytes as they are and reads what comes until the server closes: for requests that no client library sends. */
public final class RawHttp {
    private RawHttp() {}

    /** Sends a request, which should say {@code Connection: close}; answers the whole response as ISO-8859-1. */
    public static String exchange(int port, String request) throws IOException {
        return exchange(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The same with bytes. */
    public static String exchange(int port, byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** The status of a response. */
    public static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }
}
