package dev.tidings.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;

/**
 * A server to compare with: one process, one publisher, and nothing that is kept from one set of topics to the next but
 * their names.
 */
abstract class PeerServer implements Server {
    private final String name;
    private final Child child;
    private int generation;

    PeerServer(String name, Child child) {
        this.name = name;
        this.child = child;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final InetSocketAddress address() {
        return child.address();
    }

    @Override
    public final Collection<Long> pids() {
        return child.pids();
    }

    @Override
    public void fresh(int topics) throws IOException, InterruptedException {
        generation++;
    }

    /** What the server calls a topic: as long as the id of a job, and new in each generation. */
    final String topic(int topic) {
        return "0197f0c2-7a31-7c55-9a53-5f0c" + (10_000_000 + generation * 100_000 + topic);
    }

    @Override
    public String poll(int topic, long last, String head) {
        throw new UnsupportedOperationException(name + " has no polls");
    }

    @Override
    public String post(int topic, long number, long micros, int textBytes) {
        throw new UnsupportedOperationException(name + " has no events");
    }

    @Override
    public final int publishers() {
        return 1;
    }

    @Override
    public final void close() {
        child.close();
    }
}
