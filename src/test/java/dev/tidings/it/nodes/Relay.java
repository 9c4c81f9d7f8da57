package dev.tidings.it.nodes;

import dev.tidings.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP relay that can be cut, stalled and healed: between one node and PostgreSQL, where it can swallow the answer to a
 * commit, or in front of a node.
 *
 * <p>Threads: any may call; two daemon threads for each connection.
 */
public final class Relay implements AutoCloseable {
    private static final Pattern PREPARED_COMMIT = Pattern.compile("(S_\\d+)\0COMMIT\0");

    private enum Way {
        OPEN,
        STALLED,
        CUT
    }

    private final ServerSocket entrance;
    private final int target;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final AtomicInteger swallowed = new AtomicInteger();

    private final Object lock = new Object();
    private Way way = Way.OPEN;
    private Way listeners = Way.OPEN;
    private volatile long delayMillis;
    private int commitsToSwallow;

    /** Leads to a loopback port. */
    public Relay(int target) throws IOException {
        this.target = target;
        entrance = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        daemon("relay-" + entrance.getLocalPort(), this::accept);
    }

    /** The port that it leads to. */
    int target() {
        return target;
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** Connections are closed and new ones too, as by a host that is down but a network that answers. */
    void cut() {
        set(Way.CUT);
        lines.forEach(Line::close);
    }

    /** Nothing passes, nothing is refused: a black hole. */
    public void stall() {
        set(Way.STALLED);
    }

    /** Each piece of an answer comes so much later. */
    void delay(Duration each) {
        delayMillis = each.toMillis();
    }

    /** Everything passes again; what waited in a stalled connection too. */
    void heal() {
        delayMillis = 0;
        set(Way.OPEN);
        synchronized (lock) {
            listeners = Way.OPEN;
            commitsToSwallow = 0;
            lock.notifyAll();
        }
    }

    /** Only the connections that listen become a black hole; others, and new ones until they listen, pass. */
    void stallListeners() {
        synchronized (lock) {
            listeners = Way.STALLED;
        }
    }

    /** The connections that listen now are closed; new ones pass. */
    void cutListeners() {
        lines.stream().filter(line -> line.listens).forEach(Line::close);
    }

    /** The next commits reach the database, but their connections are cut before the answer passes. */
    void swallowCommits(int count) {
        synchronized (lock) {
            commitsToSwallow = count;
        }
    }

    /** How many commits lost their answer. */
    int swallowed() {
        return swallowed.get();
    }

    private void set(Way next) {
        synchronized (lock) {
            way = next;
            lock.notifyAll();
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                join(entrance.accept());
            } catch (IOException closed) {
                // The loop ends with the entrance.
            }
        }
    }

    private void join(Socket node) throws IOException {
        try {
            if (cutNow()) {
                throw new IOException("cut");
            }
            var line = new Line(node, new Socket(InetAddress.getLoopbackAddress(), target));
            lines.add(line);
            line.start();
        } catch (IOException away) {
            node.close();
        }
    }

    private boolean cutNow() {
        synchronized (lock) {
            return way == Way.CUT;
        }
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }

    /** One connection. */
    private final class Line {
        private final Socket node;
        private final Socket database;
        private volatile boolean listens;
        private volatile boolean swallows;

        /** How the driver names the commit that it has prepared; owned by the thread that passes upwards. */
        private String commit = "";

        Line(Socket node, Socket database) throws IOException {
            this.node = node;
            this.database = database;
            node.setTcpNoDelay(true);
            database.setTcpNoDelay(true);
        }

        void start() {
            daemon("relay-up", () -> pass(node, database, true));
            daemon("relay-down", () -> pass(database, node, false));
        }

        private void pass(Socket from, Socket to, boolean up) {
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (up) {
                        look(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
                    } else if (swallows) {
                        swallowed.incrementAndGet();
                        return;
                    }
                    awaitPassage();
                    if (!up && delayMillis > 0) {
                        Waiting.pass(Duration.ofMillis(delayMillis));
                    }
                    out.write(buffer, 0, count);
                }
            } catch (IOException | InterruptedException ended) {
                // Either end has gone.
            } finally {
                close();
            }
        }

        private void look(String bytes) {
            if (bytes.toLowerCase(Locale.ROOT).contains("listen ")) {
                listens = true;
            }
            Matcher prepared = PREPARED_COMMIT.matcher(bytes);
            if (prepared.find()) {
                commit = "\0" + prepared.group(1) + "\0";
            }
            if (bytes.contains("COMMIT") || (!commit.isEmpty() && bytes.contains(commit))) {
                synchronized (lock) {
                    if (commitsToSwallow > 0) {
                        commitsToSwallow--;
                        swallows = true;
                    }
                }
            }
        }

        private void awaitPassage() throws InterruptedException {
            synchronized (lock) {
                while (way == Way.STALLED || (listens && listeners == Way.STALLED)) {
                    lock.wait();
                }
            }
        }

        void close() {
            lines.remove(this);
            closeQuietly(node);
            closeQuietly(database);
        }

        private void closeQuietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed enough.
            }
        }
    }
}
