package dev.tidings.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One load on one server, measured.
 *
 * @param server its name
 * @param deliveries events that reached a reader
 * @param seconds from the first event published to the last one delivered
 * @param cpuSeconds of the server
 * @param lost events that were published and did not reach a reader; numbers given twice would make it negative
 * @param disorder events whose number was not above that of the one before
 * @param closed connections that ended although they should not
 * @param p50 milliseconds from the publisher's stamp to the reader
 * @param atP99 milliseconds from the event's {@code at} to the reader; NaN where events have none
 * @param perRead events in one read of the client
 * @param stalled whether the server did not answer its publisher any more at the end
 * @param others cores that neither the server nor this client used
 */
record Run(
        String server,
        long deliveries,
        double seconds,
        double cpuSeconds,
        long lost,
        long disorder,
        long closed,
        double p50,
        double p99,
        double atP50,
        double atP99,
        double perRead,
        double rssMb,
        long threads,
        boolean stalled,
        double others,
        String load) {
    private static final Duration ALL_ARRIVED = Duration.ofSeconds(15);
    private static final Duration NOTICED = Duration.ofSeconds(60);

    /** So many may a process have open on the machine this was made on, less some for its own. */
    private static final int OPEN_FILES = 18_000;

    static Run of(Server server, Readers.Crowd crowd, Load warmUp, Load load) throws IOException, InterruptedException {
        server.fresh(crowd.topics());
        awaitPlaces(server, crowd);
        Readers.Asking asking = crowd.poll() ? server::poll : (topic, last, head) -> server.stream(topic);
        int lines = crowd.topics() > 1 ? server.workers() : load.window() > 0 ? server.publishers() : 1;
        try (var readers = new Readers(server.address(), crowd, asking)) {
            readers.awaitOpen();
            settle(crowd);
            try (var publisher = new Publisher(server.address(), lines, crowd.topics(), server::post)) {
                return measured(server, crowd, warmUp, load, readers, publisher);
            }
        }
    }

    private static Run measured(
            Server server, Readers.Crowd crowd, Load warmUp, Load load, Readers readers, Publisher publisher)
            throws IOException, InterruptedException {
        publish(publisher, readers, crowd, warmUp);
        readers.restart();
        String loadAverage = Proc.load();
        var self = List.of(ProcessHandle.current().pid());
        double cpu = Proc.cpuSeconds(server.pids());
        double own = Proc.cpuSeconds(self);
        double all = Proc.cpuSecondsOfAll();
        long begun = System.nanoTime();
        long expected = publish(publisher, readers, crowd, load);
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpuUsed = Proc.cpuSeconds(server.pids()) - cpu;
        double others = Proc.cpuSecondsOfAll() - all - cpuUsed - (Proc.cpuSeconds(self) - own);
        if (publisher.refused() > 0) {
            throw new IOException(server.name() + " refused " + publisher.refused() + " events");
        }
        Tally tally = readers.tally();
        return new Run(
                server.name(),
                tally.delivered,
                seconds,
                cpuUsed,
                expected - tally.delivered,
                tally.disorder,
                tally.closed,
                tally.sent.atMs(0.5),
                tally.sent.atMs(0.99),
                tally.at.atMs(0.5),
                tally.at.atMs(0.99),
                (double) tally.delivered / Math.max(1, tally.reads),
                Proc.rssMb(server.pids()),
                Proc.threads(server.pids()),
                publisher.stalled(),
                Math.max(0, others / seconds),
                loadAverage);
    }

    /** Waits until the server has noticed that the readers of the run before have left, where both would be too many. */
    private static void awaitPlaces(Server server, Readers.Crowd crowd) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + NOTICED.toNanos();
        while (Proc.openFiles(server.pids()) + crowd.readers() > OPEN_FILES && System.nanoTime() < deadline) {
            Thread.sleep(100);
        }
    }

    private static void settle(Readers.Crowd crowd) throws InterruptedException {
        Thread.sleep(200 + crowd.readers() / 20);
    }

    /**
     * Publishes, and waits until all has arrived or nothing does any more.
     *
     * @return how many deliveries that makes
     */
    private static long publish(Publisher publisher, Readers readers, Readers.Crowd crowd, Load load)
            throws IOException, InterruptedException {
        long before = readers.tally().delivered;
        publisher.takePublished();
        if (load.window() > 0) {
            publisher.flood(load.time(), load.window(), load.textBytes(), readers);
        } else {
            publisher.steadily(load.time(), load.eventsPerSecond(), load.textBytes());
        }
        long expected = publisher.takePublished() * (crowd.topics() == 1 ? readers.reading() : 1);
        long deadline = System.nanoTime() + ALL_ARRIVED.toNanos();
        while (readers.tally().delivered - before < expected && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        return expected;
    }

    double perSecond() {
        return deliveries / seconds;
    }

    /** Seconds of one core for a million deliveries. */
    double cpuPerMillion() {
        return cpuSeconds / deliveries * 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-8s %,9.0f/s  %7.2f CPU-s/M  p50 %.2f p99 %.2f ms (at %.2f %.2f)  %.1f a read  RSS %.0f MB  %d threads  lost %d disorder %d closed %d%s  others %.2f load %s",
                server,
                perSecond(),
                cpuPerMillion(),
                p50,
                p99,
                atP50,
                atP99,
                perRead,
                rssMb,
                threads,
                lost,
                disorder,
                closed,
                stalled ? "  STALLED" : "",
                others,
                load);
    }
}
