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
import java.util.ArrayList;
import java.util.List;

/**
 * Thousands of clients that read event streams or poll, served by one thread.
 *
 * <p>They connect from 127.0.1.1 on, so many from each address, so that no address runs out of ports.
 *
 * <p>Threads: the starter's calls all methods; a thread of its own reads.
 */
final class Readers implements AutoCloseable {
    private static final int EACH_ADDRESS = 5000;
    private static final int HANDSHAKES = 200;
    private static final Duration OPEN_AT_MOST = Duration.ofSeconds(240);

    /** How readers ask. */
    interface Asking {
        /**
         * The path and the headers of a request.
         *
         * @param last of the newest event that the reader has
         * @param head of the answer before; empty at first
         */
        String request(int topic, long last, String head);
    }

    /**
     * Who reads.
     *
     * @param topics reader k reads topic k modulo this
     * @param stuckShare the part of the readers that take nothing after the head
     */
    record Crowd(int readers, int topics, boolean poll, double stuckShare) {}

    private final InetSocketAddress server;
    private final Crowd crowd;
    private final Asking asking;
    private final Selector selector;
    private final Thread thread;
    private final Tally tally = new Tally();
    private final List<Reader> readers = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    private final byte[] bytes = new byte[1 << 18];
    private int started;
    private int connecting;
    private volatile boolean closing;
    private volatile boolean restart;

    Readers(InetSocketAddress server, Crowd crowd, Asking asking) throws IOException {
        this.server = server;
        this.crowd = crowd;
        this.asking = asking;
        this.selector = Selector.open();
        this.thread = new Thread(this::run, "readers");
        thread.setDaemon(true);
        thread.start();
    }

    Tally tally() {
        return tally;
    }

    /** How many readers take what they get. */
    int reading() {
        return crowd.readers() - (int) (crowd.readers() * crowd.stuckShare());
    }

    /** Returns when all have the head of their answer; polls count when they were asked. */
    void awaitOpen() throws InterruptedException {
        long deadline = System.nanoTime() + OPEN_AT_MOST.toNanos();
        while (tally.open < (crowd.poll() ? 0 : crowd.readers()) || started < crowd.readers() || connecting > 0) {
            if (System.nanoTime() > deadline || !thread.isAlive()) {
                throw new IllegalStateException("only " + tally.open + " of " + crowd + " were answered in time");
            }
            Thread.sleep(20);
        }
    }

    /** Counts anew from here; returns when that is so. */
    void restart() throws InterruptedException {
        restart = true;
        selector.wakeup();
        while (restart) {
            Thread.sleep(1);
        }
    }

    /** The fewest events that a reader has got; those that take nothing left out. */
    long fewest() {
        long fewest = Long.MAX_VALUE;
        for (Reader reader : readers) {
            if (!reader.stuck) {
                fewest = Math.min(fewest, reader.received());
            }
        }
        return fewest;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        selector.wakeup();
        thread.join();
    }

    private void run() {
        try {
            while (!closing) {
                connectMore();
                selector.select(this::ready, started < crowd.readers() ? 1 : 100);
                if (restart) {
                    tally.restart();
                    readers.forEach(Reader::restart);
                    restart = false;
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the readers failed", e);
        }
    }

    private void connectMore() throws IOException {
        while (started < crowd.readers() && connecting < HANDSHAKES) {
            int number = started++;
            boolean stuck = number < crowd.readers() * crowd.stuckShare();
            var reader = new Reader(tally, number, number % crowd.topics(), crowd.poll(), stuck);
            readers.add(reader);
            connect(reader);
        }
    }

    private void connect(Reader reader) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        if (reader.stuck) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 2048);
        }
        channel.bind(new InetSocketAddress("127.0.1." + (1 + reader.number / EACH_ADDRESS), 0));
        connecting++;
        channel.connect(server);
        channel.register(selector, SelectionKey.OP_CONNECT, reader);
    }

    private void ready(SelectionKey key) {
        var reader = (Reader) key.attachment();
        var channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                connecting--;
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                key.interestOps(SelectionKey.OP_READ);
                ask(channel, reader);
            } else {
                read(key, channel, reader);
            }
        } catch (IOException e) {
            gone(key, channel);
        }
    }

    private void read(SelectionKey key, SocketChannel channel, Reader reader) throws IOException {
        buffer.clear();
        if (reader.stuck) {
            buffer.limit(1024);
        }
        int got = channel.read(buffer);
        if (got < 0) {
            gone(key, channel);
            return;
        }
        tally.reads++;
        tally.bytes += got;
        buffer.flip();
        buffer.get(bytes, 0, got);
        reader.take(bytes, got, Micros.now());
        if (reader.stuck) {
            key.interestOps(0);
        } else if (crowd.poll() && reader.takeAnswer()) {
            if ("close".equalsIgnoreCase(Reader.header(reader.head(), "Connection"))) {
                channel.close();
                connect(reader);
            } else {
                ask(channel, reader);
            }
        }
    }

    private void gone(SelectionKey key, SocketChannel channel) {
        tally.closed++;
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone.
        }
    }

    private void ask(SocketChannel channel, Reader reader) throws IOException {
        String request = asking.request(reader.topic, reader.last(), reader.head()) + "\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
