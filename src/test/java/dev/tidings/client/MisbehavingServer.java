package dev.tidings.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server whose answers are written byte by byte by the test: the n-th request gets the n-th answer, and the connection closes after it.
 *
 * <p>Threads: one of its own for each connection; any may look.
 */
final class MisbehavingServer implements AutoCloseable {

    /** What is done to a connection after its request was read. */
    interface Answer {
        void to(OutputStream out, MisbehavingServer server) throws IOException, InterruptedException;
    }

    /** A request as it came: {@code GET /path}, the whole head, the body. */
    record Asked(String line, String head, String body, long atMs) {}

    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    MisbehavingServer(Answer... inOrder) throws IOException {
        answers.addAll(List.of(inOrder));
        daemon(this::accept);
    }

    /** Where Tidings seems to be. */
    URI base() {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort() + "/tidings/");
    }

    /** A response with a length. */
    static Answer answer(int status, String type, String body, String... headers) {
        return (out, server) -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            out.write(head(status, type, "Content-Length: " + bytes.length, headers));
            out.write(bytes);
        };
    }

    /** A response that names a length and breaks before it. */
    static Answer broken(int status, String type, String body, int length, String... headers) {
        return (out, server) -> {
            out.write(head(status, type, "Content-Length: " + length, headers));
            out.write(body.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** A stream that ends with the connection, as HTTP/1.1 allows. */
    static Answer stream(String body) {
        return (out, server) -> {
            out.write(head(200, "text/event-stream", "Connection: close"));
            out.write(body.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** A response that begins and then says nothing until the other side leaves. */
    static Answer mute(String begin) {
        return (out, server) -> {
            out.write(begin.getBytes(StandardCharsets.UTF_8));
            out.flush();
            server.awaitLeaving(out);
        };
    }

    static String streamHead() {
        return new String(head(200, "text/event-stream", "Connection: close"), StandardCharsets.UTF_8);
    }

    private static byte[] head(int status, String type, String framing, String... headers) {
        var text = new StringBuilder("HTTP/1.1 " + status + " x\r\nContent-Type: " + type + "\r\n" + framing + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        return (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private void awaitLeaving(OutputStream out) throws IOException {
        for (Socket socket : open) {
            if (socket.getOutputStream() == out && socket.getInputStream().read() >= 0) {
                throw new IOException("the other side said more");
            }
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket socket = entrance.accept();
                open.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            read(socket.getInputStream());
            Answer next;
            synchronized (answers) {
                next = answers.poll();
            }
            if (next != null) {
                next.to(socket.getOutputStream(), this);
                socket.getOutputStream().flush();
            }
        } catch (IOException | InterruptedException gone) {
            // The client has left, or the test is over.
        } finally {
            open.remove(socket);
        }
    }

    private void read(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("left");
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.UTF_8);
        String lower = text.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ");
        int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
        byte[] bytes = lower.contains("transfer-encoding: chunked") ? chunks(in) : in.readNBytes(length);
        String body = new String(bytes, StandardCharsets.UTF_8);
        asked.add(new Asked(text.substring(0, text.indexOf(" HTTP/")), text, body, System.nanoTime() / 1_000_000));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var size = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("left");
                }
                size.append((char) next);
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            body.write(in.readNBytes(length));
            in.readNBytes(2);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "misbehaving-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
