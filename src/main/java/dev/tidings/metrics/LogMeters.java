package dev.tidings.metrics;

import dev.tidings.job.Job;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.LogEntry;
import dev.tidings.log.LogListener;
import dev.tidings.log.WriteResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what this node appends: its commits in groups, and the events of every commit.
 *
 * <p>Threads: any.
 */
public final class LogMeters implements AppendMeter, LogListener {
    private final MeterRegistry registry;
    private final Map<String, Counter> appended = new ConcurrentHashMap<>();
    private final DistributionSummary groups;
    private final Timer commits;
    private final Timer lag;
    private final Counter busy;
    private final Counter failures;
    private final Counter failedWrites;
    private final Counter deleted;

    LogMeters(MeterRegistry registry) {
        this.registry = registry;
        groups = Buckets.sizes(registry, "tidings.store.group.writes", "Writes in one commit");
        commits = Buckets.timer(registry, "tidings.store.commits", "Commits of groups");
        lag = Buckets.timer(
                registry,
                "tidings.store.write.lag",
                "From the call to the commit, for a group's oldest",
                new String[0]);
        busy = counter("tidings.store.rows.busy", "Writes put off because another transaction held the job's row");
        failures = counter("tidings.store.commit.failures", "Groups that the store did not take");
        failedWrites = counter("tidings.store.failed.writes", "Writes in groups that the store did not take");
        deleted = counter("tidings.jobs.deleted", "Jobs deleted by this node");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /**
     * Counts events by type, which tells how jobs fare: {@code started} counts attempts, {@code retrying} those that failed,
     * {@code succeeded}, {@code failed} and {@code cancelled} the ends.
     */
    @Override
    public void grown(WriteResult.Appended growth) {
        for (LogEntry entry : growth.entries()) {
            appended.computeIfAbsent(
                            entry.type(),
                            type -> Counter.builder("tidings.events.appended")
                                    .description("Events appended by this node")
                                    .tag("type", type)
                                    .register(registry))
                    .increment();
        }
    }

    @Override
    public void deleted(Job job) {
        deleted.increment();
    }

    @Override
    public void unsure(String job) {}

    @Override
    public void committed(int writes, int entries, Duration inStore, Duration waited) {
        groups.record(writes);
        commits.record(inStore);
        lag.record(waited);
    }

    @Override
    public void busy(int writes) {
        busy.increment(writes);
    }

    @Override
    public void failed(int writes) {
        failures.increment();
        failedWrites.increment(writes);
    }
}
