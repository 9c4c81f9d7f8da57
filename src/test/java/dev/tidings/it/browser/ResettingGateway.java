package dev.tidings.it.browser;

import dev.tidings.testing.AnyCertificate;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * An HTTP/2 gateway that ends TLS and passes frames (RFC 9113, 4.1), and resets each event stream soon after its first piece.
 *
 * <p>Threads: daemons, two for each connection, and a timer.
 */
final class ResettingGateway implements AutoCloseable {
    private static final int DATA = 0;
    private static final int RST_STREAM = 3;
    private static final int END_STREAM = 1;
    private static final int PREFACE = 24;
    /** How every event stream of Tidings begins. */
    private static final byte[] BEGINNING = "retry:".getBytes(StandardCharsets.US_ASCII);

    private static final long SOON_MS = 800;
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final URI target;
    private final SSLContext tls;
    private final SSLServerSocket entrance;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(ResettingGateway::daemon);
    private final Set<SSLSocket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger resets = new AtomicInteger();

    /** @param folder for the key store of a certificate of its own */
    ResettingGateway(URI target, Path folder) throws Exception {
        this.target = target;
        tls = context(folder);
        entrance = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        entrance.setSSLParameters(http2(entrance.getSSLParameters()));
        daemon(this::accept).start();
    }

    URI base() {
        return URI.create("https://127.0.0.1:" + entrance.getLocalPort() + target.getPath());
    }

    /** How many streams it has reset. */
    int resets() {
        return resets.get();
    }

    private static SSLContext context(Path folder) throws Exception {
        Path store = folder.resolve("gateway.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "gateway",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {new AnyCertificate()}, new SecureRandom());
        return context;
    }

    private static SSLParameters http2(SSLParameters parameters) {
        parameters.setApplicationProtocols(new String[] {"h2"});
        return parameters;
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "resetting-gateway");
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) entrance.accept();
                daemon(() -> join(client)).start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(SSLSocket client) {
        sockets.add(client);
        try (client;
                var server = (SSLSocket) tls.getSocketFactory().createSocket(target.getHost(), target.getPort())) {
            sockets.add(server);
            server.setSSLParameters(http2(server.getSSLParameters()));
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            new Line(client, server).pass();
        } catch (IOException gone) {
            // Either side has left.
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        timer.shutdownNow();
        for (SSLSocket socket : sockets) {
            socket.close();
        }
    }

    /** One connection. */
    private final class Line {
        private final DataInputStream fromClient;
        private final DataInputStream fromServer;
        private final OutputStream toClient;
        private final OutputStream toServer;
        private final Set<Integer> begun = ConcurrentHashMap.newKeySet();
        private final Set<Integer> dead = ConcurrentHashMap.newKeySet();

        Line(SSLSocket client, SSLSocket server) throws IOException {
            fromClient = new DataInputStream(client.getInputStream());
            toClient = client.getOutputStream();
            fromServer = new DataInputStream(server.getInputStream());
            toServer = server.getOutputStream();
        }

        void pass() throws IOException {
            toServer.write(fromClient.readNBytes(PREFACE));
            daemon(() -> {
                        try {
                            while (true) {
                                write(toServer, frame(fromClient));
                            }
                        } catch (IOException gone) {
                            // The other direction ends by it.
                        }
                    })
                    .start();
            while (true) {
                ByteBuffer frame = frame(fromServer);
                int stream = frame.getInt(5);
                if (frame.get(3) == DATA) {
                    see(stream, (frame.get(4) & END_STREAM) != 0, beginsStream(frame));
                }
                if (!dead.contains(stream)) {
                    write(toClient, frame);
                }
            }
        }

        private static boolean beginsStream(ByteBuffer frame) {
            ByteBuffer beginning = ByteBuffer.wrap(BEGINNING);
            return frame.limit() >= 9 + BEGINNING.length
                    && frame.slice(9, BEGINNING.length).equals(beginning);
        }

        private void see(int stream, boolean over, boolean begins) {
            if (over) {
                begun.remove(stream);
            } else if (begins && begun.add(stream)) {
                var unused = timer.schedule(() -> reset(stream), SOON_MS, TimeUnit.MILLISECONDS);
            }
        }

        private void reset(int stream) {
            if (!begun.contains(stream)) {
                return;
            }
            dead.add(stream);
            // INTERNAL_ERROR, REFUSED_STREAM, CANCEL, in turn.
            int code = new int[] {2, 7, 8}[resets.getAndIncrement() % 3];
            try {
                write(toClient, rst(stream, code));
                write(toServer, rst(stream, 8));
            } catch (IOException gone) {
                // Nobody to tell.
            }
        }

        private static ByteBuffer rst(int stream, int code) {
            return ByteBuffer.allocate(13)
                    .putInt(4 << 8 | RST_STREAM)
                    .put((byte) 0)
                    .putInt(stream)
                    .putInt(code)
                    .flip();
        }

        /** A whole frame: length (24 bits), type, flags, stream, payload. */
        private static ByteBuffer frame(DataInputStream in) throws IOException {
            byte[] head = in.readNBytes(9);
            if (head.length < 9) {
                throw new IOException("left");
            }
            int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
            return ByteBuffer.allocate(9 + length)
                    .put(head)
                    .put(in.readNBytes(length))
                    .flip();
        }

        private void write(OutputStream out, ByteBuffer frame) throws IOException {
            synchronized (out) {
                byte[] bytes = new byte[frame.remaining()];
                frame.get(bytes);
                out.write(bytes);
                out.flush();
            }
        }
    }
}
