package dev.tidings.it.nodes;

import dev.tidings.testing.SseParser;
import dev.tidings.testing.SseParser.Block;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of event streams read by one thread, each coming back at some node, after a jittered pause, until it has seen
 * its job's end. So the reader costs little of the machine that it measures.
 *
 * <p>Threads: one of its own; the listener is called there.
 */
final class Crowd implements AutoCloseable {
    private static final int PAUSE_MILLIS = 200;

    /** Hears each event of the log, and may send a member elsewhere. */
    interface Listener {
        void event(Member member, String json);
    }

    /** One reader. Its fields belong to the crowd's thread. */
    static final class Member {
        final String job;
        Node node;
        boolean done;
        long lastSeq;
        long others;
        long othersSum;
        long wrong;
        private String cursor = "0";
        private SocketChannel channel;
        private StringBuilder head = new StringBuilder();
        private SseParser parser = new SseParser();
        private boolean inBody;
        private int left = -1;
        private final StringBuilder size = new StringBuilder();
        private long endedNanos;
        private long dueNanos;
        private long openedNanos;

        Member(String job, Node node) {
            this.job = job;
            this.node = node;
        }
    }

    private final List<Node> nodes;
    private final Listener listener;
    private final Selector selector;
    private final Random random;
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final ConcurrentLinkedQueue<Member> joining = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Member> pausing = new PriorityQueue<>(Comparator.comparingLong(m -> m.dueNanos));
    private final List<Long> returnsMillis = new ArrayList<>();
    private final List<Long> lateMillis = new ArrayList<>();
    private final List<Long> answersMillis = new ArrayList<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicInteger greeted = new AtomicInteger();
    private volatile boolean closed;
    private volatile String failure = "";

    Crowd(List<Node> nodes, long seed, Listener listener) throws IOException {
        this.nodes = new CopyOnWriteArrayList<>(nodes);
        this.listener = listener;
        random = new Random(seed);
        selector = Selector.open();
        thread = new Thread(this::run, "crowd");
        thread.setDaemon(true);
        thread.start();
    }

    Member join(String job, Node node) {
        var member = new Member(job, node);
        unfinished.incrementAndGet();
        joining.add(member);
        selector.wakeup();
        return member;
    }

    /** How many have not seen their job's end. */
    int unfinished() {
        if (!failure.isEmpty()) {
            throw new AssertionError(failure);
        }
        return unfinished.get();
    }

    /** How many first blocks have come, of all connections. */
    int greeted() {
        return greeted.get();
    }

    /** From the end of a stream to the first block of the next, in milliseconds, sorted; when nobody reads any more. */
    List<Long> returnsMillis() {
        return returnsMillis.stream().sorted().toList();
    }

    /** What the returns are made of besides the pause: how late this one thread was to connect, and the rest. */
    String parts() {
        return "this thread late by " + spread(lateMillis) + ", connection to first block " + spread(answersMillis);
    }

    private static String spread(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? "nothing"
                : sorted.get(sorted.size() / 2) + " ms, p99 " + sorted.get(sorted.size() * 99 / 100) + " ms";
    }

    /** Sends nobody to a node any more, as a balancer that has found it not ready. */
    void avoid(Node node) {
        nodes.remove(node);
    }

    /** Sends readers there again. */
    void use(Node node) {
        nodes.add(node);
    }

    /** Closes a member's stream and opens one at another node at once. */
    void move(Member member, Node to) {
        member.node = to;
        member.dueNanos = System.nanoTime();
        end(member, false);
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(5);
                for (Member next = joining.poll(); next != null; next = joining.poll()) {
                    open(next);
                }
                while (!pausing.isEmpty() && pausing.element().dueNanos - System.nanoTime() <= 0) {
                    open(pausing.remove());
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | RuntimeException e) {
            failure = e.toString();
        }
    }

    private void open(Member member) {
        member.openedNanos = System.nanoTime();
        if (member.endedNanos != 0) {
            lateMillis.add((member.openedNanos - member.dueNanos) / 1_000_000);
        }
        try {
            var channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            member.channel = channel;
            member.head = new StringBuilder();
            member.parser = new SseParser();
            member.inBody = false;
            member.left = -1;
            member.size.setLength(0);
            int port = member.node.at("").getPort();
            channel.register(selector, SelectionKey.OP_CONNECT, member);
            if (channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                connected(member);
            }
        } catch (IOException away) {
            end(member, true);
        }
    }

    private void serve(SelectionKey key) {
        var member = (Member) key.attachment();
        if (!key.isValid() || member.channel != key.channel()) {
            return;
        }
        try {
            if (key.isConnectable()) {
                member.channel.finishConnect();
                connected(member);
            } else if (key.isReadable()) {
                buffer.clear();
                int count = member.channel.read(buffer);
                if (count < 0) {
                    end(member, true);
                } else {
                    take(member, buffer.array(), count);
                }
            }
        } catch (IOException away) {
            end(member, true);
        }
    }

    private void connected(Member member) throws IOException {
        String request = "GET "
                + member.node.at("api/jobs/" + member.job + "/events").getRawPath() + " HTTP/1.1\r\nHost: "
                + member.node.at("").getAuthority() + "\r\nAccept: text/event-stream\r\nLast-Event-ID: " + member.cursor
                + "\r\n\r\n";
        member.channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
        member.channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
    }

    /** Takes the head off, then the chunks' frames. */
    private void take(Member member, byte[] bytes, int count) {
        SocketChannel channel = member.channel;
        int at = 0;
        while (at < count && !member.inBody) {
            member.head.append((char) bytes[at++]);
            if (member.head.length() > 3 && member.head.indexOf("\r\n\r\n", member.head.length() - 4) >= 0) {
                member.inBody = true;
                if (member.head.indexOf(" 204 ") == 8) {
                    done(member);
                    return;
                }
            }
        }
        while (at < count && member.channel == channel) {
            if (member.left < 0) {
                char next = (char) bytes[at++];
                if (next == '\n' && member.size.length() > 0) {
                    member.left = Integer.parseInt(member.size.toString(), 16);
                    member.size.setLength(0);
                    if (member.left == 0) {
                        end(member, true);
                    }
                } else if (next > ' ') {
                    member.size.append(next);
                }
            } else {
                int piece = Math.min(member.left, count - at);
                var blocks = member.parser.feed(bytes, at, piece);
                at += piece;
                member.left -= piece;
                if (member.left == 0) {
                    member.left = -1;
                }
                for (Block block : blocks) {
                    see(member, block);
                    if (member.channel != channel) {
                        return;
                    }
                }
            }
        }
    }

    private void see(Member member, Block block) {
        if (block.event().equals("hello")) {
            greeted.incrementAndGet();
            if (member.endedNanos != 0) {
                returnsMillis.add((System.nanoTime() - member.endedNanos) / 1_000_000);
                answersMillis.add((System.nanoTime() - member.openedNanos) / 1_000_000);
                member.endedNanos = 0;
            }
        }
        if (!block.event().equals("message")) {
            return;
        }
        long seq = Long.parseLong(block.id());
        member.cursor = block.id();
        if (seq <= member.lastSeq) {
            member.wrong++;
        }
        member.lastSeq = seq;
        String json = block.data();
        String type = text(json, "type");
        if (!type.equals("progress")) {
            member.others++;
            member.othersSum += seq;
        }
        listener.event(member, json);
        if (type.equals("succeeded") || type.equals("failed") || type.equals("cancelled")) {
            done(member);
        }
    }

    /** A text field of a line of JSON. */
    static String text(String json, String field) {
        int from = json.indexOf("\"" + field + "\":\"") + field.length() + 4;
        return json.substring(from, json.indexOf('"', from));
    }

    private void done(Member member) {
        member.done = true;
        unfinished.decrementAndGet();
        close(member);
    }

    private void end(Member member, boolean pause) {
        close(member);
        if (member.done) {
            return;
        }
        if (pause) {
            if (member.endedNanos == 0) {
                member.endedNanos = System.nanoTime();
            }
            member.node = nodes.get(random.nextInt(nodes.size()));
            member.dueNanos = System.nanoTime() + (PAUSE_MILLIS / 2 + random.nextInt(PAUSE_MILLIS)) * 1_000_000L;
        }
        pausing.add(member);
    }

    private static void close(Member member) {
        try {
            member.channel.close();
        } catch (IOException e) {
            // It is closed enough.
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.close();
    }
}
