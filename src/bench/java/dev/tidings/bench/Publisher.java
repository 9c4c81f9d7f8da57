package dev.tidings.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes events by HTTP, each stamped when its request is written, over a few kept connections; a topic has always
 * the same one.
 *
 * <p>Threads: the one that calls.
 */
final class Publisher implements AutoCloseable {
    private static final Duration GIVE_UP = Duration.ofSeconds(15);

    private final InetSocketAddress server;
    private final Selector selector;
    private final long[] numbers;
    private final List<Line> lines = new ArrayList<>();
    private final Posting posting;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private long published;
    private long answered;
    private long refused;
    private long next;
    private int textBytes;
    private boolean stalled;

    /** How an event is published. */
    interface Posting {
        /**
         * The request, whole.
         *
         * @param number of the event, from 1 in its topic
         * @param micros the stamp, which the message must end in: {@code t=<micros>}
         * @param textBytes how long the message is, the stamp included
         */
        String request(int topic, long number, long micros, int textBytes);
    }

    private static final class Line {
        SocketChannel channel; // replaced when the server has closed it
        final ArrayDeque<Integer> due = new ArrayDeque<>();
        boolean busy;
        final StringBuilder answer = new StringBuilder();
    }

    Publisher(InetSocketAddress server, int connections, int topics, Posting posting) throws IOException {
        this.posting = posting;
        this.numbers = new long[topics];
        selector = Selector.open();
        this.server = server;
        for (int i = 0; i < connections; i++) {
            var line = new Line();
            connect(line);
            lines.add(line);
        }
    }

    private void connect(Line line) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, line);
        line.channel = channel;
    }

    /** How many were sent since the last call. */
    long takePublished() {
        long count = published;
        published = 0;
        return count;
    }

    long refused() {
        return refused;
    }

    /**
     * Publishes to one topic as fast as the readers take it: never more than {@code window} events per reader under way.
     */
    void flood(Duration time, int window, int textBytes, Readers readers) throws IOException {
        this.textBytes = textBytes;
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            boolean sent = false;
            for (Line line : lines) {
                if (!line.busy && (published - window) * readers.reading() < readers.tally().delivered) {
                    send(line, 0);
                    sent = true;
                }
            }
            pump(sent ? 0 : 1);
        }
        finish();
    }

    /** Publishes at an even rate to all topics in turn. */
    void steadily(Duration time, double eventsPerSecond, int textBytes) throws IOException {
        this.textBytes = textBytes;
        long begun = System.nanoTime();
        long count = 0;
        while (true) {
            long elapsed = System.nanoTime() - begun;
            if (elapsed >= time.toNanos()) {
                break;
            }
            for (long due = (long) (elapsed / 1e9 * eventsPerSecond); count < due; count++) {
                int topic = (int) (next++ % numbers.length);
                lines.get(topic % lines.size()).due.add(topic);
            }
            sendDue();
            pump(1);
        }
        long giveUp = System.nanoTime() + GIVE_UP.toNanos();
        while (lines.stream().anyMatch(line -> !line.due.isEmpty()) && System.nanoTime() < giveUp) {
            sendDue();
            pump(1);
        }
        lines.forEach(line -> line.due.clear());
        finish();
    }

    private void sendDue() throws IOException {
        for (Line line : lines) {
            if (!line.busy && !line.due.isEmpty()) {
                send(line, line.due.remove());
            }
        }
    }

    /** Waits for the last answers, but not for ever: a server that one reader can hold up does not give them. */
    private void finish() throws IOException {
        long giveUp = System.nanoTime() + GIVE_UP.toNanos();
        while (lines.stream().anyMatch(line -> line.busy) && System.nanoTime() < giveUp) {
            pump(10);
        }
        stalled = lines.stream().anyMatch(line -> line.busy);
    }

    /** Whether the server still owed answers when the last load was over. */
    boolean stalled() {
        return stalled;
    }

    private void send(Line line, int topic) throws IOException {
        String request = posting.request(topic, ++numbers[topic], Micros.now(), textBytes);
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            line.channel.write(bytes);
        }
        line.busy = true;
        published++;
    }

    private void pump(int waitMs) throws IOException {
        if (waitMs == 0) {
            selector.selectNow();
        } else {
            selector.select(waitMs);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            read((Line) key.attachment());
        }
        selector.selectedKeys().clear();
    }

    private void read(Line line) throws IOException {
        buffer.clear();
        if (line.channel.read(buffer) < 0) {
            if (line.busy) {
                throw new IOException("the server closed a publisher's connection with an answer due");
            }
            line.channel.close(); // it was idle for too long
            connect(line);
            return;
        }
        buffer.flip();
        line.answer.append(StandardCharsets.ISO_8859_1.decode(buffer));
        int body = line.answer.indexOf("\r\n\r\n");
        if (body < 0) {
            return;
        }
        String head = line.answer.substring(0, body);
        String length = Reader.header(head, "Content-Length");
        boolean whole = length == null
                ? !head.contains("chunked") || line.answer.indexOf("0\r\n\r\n", body) > 0
                : line.answer.length() >= body + 4 + Integer.parseInt(length);
        if (whole) {
            if (!head.startsWith("HTTP/1.1 2")) {
                refused++;
            }
            answered++;
            line.answer.setLength(0);
            line.busy = false;
            if ("close".equalsIgnoreCase(Reader.header(head, "Connection"))) { // Tomcat does so after 100 requests
                line.channel.close();
                connect(line);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            line.channel.close();
        }
        selector.close();
    }

    @Override
    public String toString() {
        return answered + " answered";
    }
}
