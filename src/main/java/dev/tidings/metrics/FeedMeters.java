package dev.tidings.metrics;

import dev.tidings.feed.FeedMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts readers by transport and what is delivered to them.
 *
 * <p>Threads: any. Nothing here blocks, or allocates for a known transport.
 */
public final class FeedMeters implements FeedMeter {
    private final MeterRegistry registry;
    private final Map<String, Transport> transports = new ConcurrentHashMap<>();
    private final Timer reads;
    private final DistributionSummary readLogs;
    private final Counter readFailures;

    FeedMeters(MeterRegistry registry) {
        this.registry = registry;
        reads = Buckets.timer(registry, "tidings.store.reads", "Reads for readers that are behind");
        readLogs = Buckets.sizes(registry, "tidings.store.read.logs", "Logs in one read");
        readFailures = Counter.builder("tidings.store.read.failures")
                .description("Reads that the store refused")
                .register(registry);
        for (String transport : new String[] {"sse", "poll", "many", "wait"}) {
            of(transport);
        }
    }

    private Transport of(String transport) {
        Transport known = transports.get(transport);
        return known != null ? known : transports.computeIfAbsent(transport, Transport::new);
    }

    @Override
    public void opened(String transport, String from) {
        Transport to = of(transport);
        to.open.increment();
        to.opened(from).increment();
    }

    @Override
    public void firstByte(String transport, Duration sinceMade) {
        of(transport).firstByte.record(sinceMade);
    }

    @Override
    public void wrote(String transport, int events, int conflated) {
        Transport to = of(transport);
        to.writes.increment();
        to.delivered.increment(events);
        if (conflated > 0) {
            to.conflated.increment(conflated);
        }
    }

    @Override
    public void delivered(String transport, Duration sinceAppended) {
        of(transport).lag.record(Buckets.notBelowZero(sinceAppended));
    }

    @Override
    public void snapshot(String transport, boolean reset) {
        Transport to = of(transport);
        (reset ? to.resets : to.snapshots).increment();
    }

    @Override
    public void heartbeat(String transport) {
        of(transport).heartbeats.increment();
    }

    @Override
    public void bytes(String transport, long bytes) {
        of(transport).bytes.increment((double) bytes);
    }

    @Override
    public void closed(String transport, String reason) {
        Transport to = of(transport);
        to.open.decrement();
        to.closed(reason).increment();
    }

    @Override
    public void loaded(int logs, Duration inStore) {
        reads.record(inStore);
        readLogs.record(logs);
    }

    @Override
    public void loadFailed() {
        readFailures.increment();
    }

    /** The meters of one transport. */
    private final class Transport {
        private final String name;
        private final LongAdder open = new LongAdder();
        private final Map<String, Counter> opened = new ConcurrentHashMap<>();
        private final Map<String, Counter> closed = new ConcurrentHashMap<>();
        private final Counter writes;
        private final Counter delivered;
        private final Counter conflated;
        private final Counter snapshots;
        private final Counter resets;
        private final Counter heartbeats;
        private final Counter bytes;
        private final Timer lag;
        private final Timer firstByte;

        Transport(String name) {
            this.name = name;
            registry.gauge("tidings.readers.open", Tags.of(tag()), open);
            writes = counter("tidings.writes", "Batches written to readers");
            delivered = counter("tidings.events.delivered", "Events written to readers");
            conflated = counter("tidings.events.conflated", "Progress left out because newer followed");
            snapshots = counter("tidings.snapshots", "States written to readers, resets apart");
            resets = counter("tidings.resets", "Cursors that could not be honoured");
            heartbeats = counter("tidings.heartbeats", "Heartbeats written");
            bytes = counter("tidings.bytes", "Bytes given to the container for readers");
            lag = Buckets.timer(
                    registry, "tidings.delivery", "From append to write, for readers that had all before", tag());
            firstByte = Buckets.timer(
                    registry, "tidings.first.byte", "From the making of a reader to its first byte", tag());
        }

        private String[] tag() {
            return new String[] {"transport", name};
        }

        private Counter counter(String meter, String description, String... more) {
            return Counter.builder(meter)
                    .description(description)
                    .tags(tag())
                    .tags(more)
                    .register(registry);
        }

        Counter opened(String from) {
            return opened.computeIfAbsent(
                    from, key -> counter("tidings.readers.opened", "Readers that began, by where", "from", key));
        }

        Counter closed(String reason) {
            return closed.computeIfAbsent(
                    reason, key -> counter("tidings.readers.closed", "Readers that ended, by why", "reason", key));
        }
    }
}
