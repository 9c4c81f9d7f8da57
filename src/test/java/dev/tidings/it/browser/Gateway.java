package dev.tidings.it.browser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 gateway before the server, on a port and so an origin of its own: lets everything through, or does to what is streamed or held what gateways
 * in the field do. One request to a connection.
 *
 * <p>Threads: two daemons for each connection; any thread may change its way and look at its counts.
 */
final class Gateway implements AutoCloseable {

    enum Way {
        CLEAR,
        /** Holds a stream until its end. */
        BUFFERS,
        /** Holds each piece of a stream back until the next. */
        HOLDS_LAST,
        /** Cuts what takes longer than {@link #CUT_MS}. */
        CUTS,
        /** Answers streams by a page of its own. */
        BAD_GATEWAY,
        /** Answers all that is streamed or held by a page of its own. */
        BAD_GATEWAY_FOR_WAITING,
        /** Does not tell the server that a reader has left. */
        KEEPS_DEAD
    }

    static final long CUT_MS = 1_200;
    private static final String PAGE = "<html><h1>502 Bad Gateway</h1></html>";

    private final ServerSocket entrance = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final URI target;
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Gateway::daemon);
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile Way way;

    Gateway(Way way, URI target) throws IOException {
        this.way = way;
        this.target = target;
        daemon(this::accept).start();
    }

    /** Where Tidings is, seen through it. */
    URI base() {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort() + target.getPath());
    }

    /** A page of another application on the same host. */
    URI page(String path, String html) {
        pages.put(path, html);
        return base().resolve(path);
    }

    void way(Way next) {
        way = next;
    }

    /** Streams between it and the server that are open now. */
    int openStreams() {
        return openStreams.get();
    }

    /** Streams that were asked for so far. */
    int streams() {
        return streams.get();
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "gateway");
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                daemon(() -> serve(client)).start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        sockets.add(client);
        try (client;
                Socket server = new Socket(target.getHost(), target.getPort())) {
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            pass(client, server);
            sockets.remove(server);
        } catch (IOException gone) {
            // Either side has left.
        } finally {
            sockets.remove(client);
        }
    }

    private void pass(Socket client, Socket server) throws IOException {
        String head = head(client.getInputStream());
        String path = head.split(" ", 3)[1];
        String own = pages.get(path);
        boolean stream = head.toLowerCase(Locale.ROOT).contains("\r\naccept: text/event-stream\r\n");
        boolean waits = stream || (path.contains("wait=") && !path.contains("wait=0"));
        Way mine = way;
        if (own != null) {
            answer(client.getOutputStream(), "200 OK", own);
            return;
        }
        if ((mine == Way.BAD_GATEWAY && stream) || (mine == Way.BAD_GATEWAY_FOR_WAITING && waits)) {
            answer(client.getOutputStream(), "502 Bad Gateway", PAGE);
            return;
        }
        server.getOutputStream()
                .write(head.replaceAll("(?i)\r\nconnection: [^\r]*", "\r\nConnection: close")
                        .getBytes(StandardCharsets.ISO_8859_1));
        daemon(() -> up(client, server, mine)).start();
        if (mine == Way.CUTS) {
            var unused = timer.schedule(() -> cut(client, server), CUT_MS, TimeUnit.MILLISECONDS);
        }
        if (stream) {
            streams.incrementAndGet();
            openStreams.incrementAndGet();
        }
        try {
            down(server.getInputStream(), client, stream ? mine : Way.CLEAR);
        } finally {
            if (stream) {
                openStreams.decrementAndGet();
            }
        }
    }

    /** What follows the head goes up; and the client's leaving is noticed. */
    private static void up(Socket client, Socket server, Way way) {
        try {
            client.getInputStream().transferTo(server.getOutputStream());
        } catch (IOException gone) {
            // As below.
        }
        if (way != Way.KEEPS_DEAD) {
            closeBoth(client, server);
        }
    }

    private static void down(InputStream from, Socket client, Way way) throws IOException {
        OutputStream to = client.getOutputStream();
        if (way == Way.BUFFERS) {
            to.write(from.readAllBytes());
            return;
        }
        byte[] held = new byte[0];
        byte[] buffer = new byte[16 * 1024];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            try {
                if (way == Way.HOLDS_LAST) {
                    to.write(held);
                    held = Arrays.copyOf(buffer, count);
                } else {
                    to.write(buffer, 0, count);
                }
            } catch (IOException left) {
                if (way != Way.KEEPS_DEAD) {
                    throw left;
                }
            }
        }
        to.write(held);
    }

    private static void answer(OutputStream out, String status, String page) throws IOException {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        out.write(("HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
                        + bytes.length + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int end = 0; end < 4; ) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("left");
            }
            head.write(next);
            end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** In the middle, without a farewell. */
    private static void cut(Socket client, Socket server) {
        try {
            client.setSoLinger(true, 0);
        } catch (IOException closed) {
            // It was quicker.
        }
        closeBoth(client, server);
    }

    private static void closeBoth(Socket client, Socket server) {
        try (client;
                server) {
            // Closed by this.
        } catch (IOException closed) {
            // Closed enough.
        }
    }

    /** Cuts all connections that are open now. */
    void cutAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Nobody gets through any more, and who was through is cut off. */
    @Override
    public void close() throws IOException {
        entrance.close();
        timer.shutdownNow();
        cutAll();
    }
}
