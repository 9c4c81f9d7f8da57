package dev.tidings.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that a deployer may set (contract §11), by theme. Read once at the start. */
record Settings(
        Path home,
        String node,
        Store store,
        Security security,
        Streams streams,
        Jobs jobs,
        Limits limits,
        DrainTimes drain) {

    /** @param url null for the embedded H2 in {@code home} */
    record Store(
            @Nullable String url,
            @Nullable String user,
            @Nullable String password,
            boolean migrate) {
        static Store read(ConfigReader values) {
            return new Store(
                    values.text("tidings.db.url"),
                    values.text("tidings.db.user"),
                    values.text("tidings.db.password"),
                    values.flag("tidings.db.migrate", true));
        }
    }

    /** @param hosts {@code Host} values accepted without security; {@code *} for any */
    record Security(boolean container, Duration sessionIdle, List<String> corsOrigins, List<String> hosts) {
        static Security read(ConfigReader values) {
            return new Security(
                    values.oneOf("tidings.security", "none", List.of("none", "container"))
                            .equals("container"),
                    values.positive("tidings.session.idle", "30m"),
                    values.list("tidings.cors.origins"),
                    values.list("tidings.hosts"));
        }
    }

    /** @param maxAge before jitter */
    record Streams(
            Duration heartbeat, Duration retry, Duration maxAge, Duration stuck, Duration longestWait, long pushBytes) {
        static Streams read(ConfigReader values) {
            return new Streams(
                    values.positive("tidings.heartbeat", "15s"),
                    values.positive("tidings.retry", "2s"),
                    values.positive("tidings.stream.maxAge", "10m"),
                    values.positive("tidings.stuck", "60s"),
                    values.duration("tidings.wait.max", "60s"),
                    values.bytes("tidings.push.max", "256KiB"));
        }
    }

    /** @param types names, {@code *} for all, {@code -name} for all but this one */
    record Jobs(
            int concurrency,
            int attempts,
            Duration lease,
            Duration cancelGrace,
            Duration progressInterval,
            Duration retention,
            Duration workerTimeout,
            List<String> types) {
        static Jobs read(ConfigReader values) {
            return new Jobs(
                    values.count("tidings.jobs.concurrency", 1, 8),
                    values.count("tidings.attempts", 1, 3),
                    values.positive("tidings.lease", "20s"),
                    values.duration("tidings.cancel.grace", "30s"),
                    values.duration("tidings.progress.interval", "100ms"),
                    values.positive("tidings.retention", "7d"),
                    values.positive("tidings.worker.timeout", "5m"),
                    values.list("tidings.types", "*,-countdown"));
        }
    }

    /** @param streamsPerUser polls that wait count too */
    record Limits(
            long bodyBytes,
            long uploadBytes,
            int uploads,
            int streams,
            int streamsPerUser,
            int queuedPerUser,
            long storagePerUser,
            int artifacts,
            int eventBytes,
            int logLines) {
        static Limits read(ConfigReader values) {
            return new Limits(
                    values.bytes("tidings.limits.body", "64KiB"),
                    values.bytes("tidings.limits.upload", "1GiB"),
                    values.count("tidings.limits.uploads", 1, 16),
                    values.count("tidings.limits.streams", 0, 100_000),
                    values.count("tidings.limits.streamsPerUser", 0, 50),
                    values.count("tidings.limits.queuedPerUser", 0, 1000),
                    values.bytes("tidings.limits.storagePerUser", "10GiB"),
                    values.count("tidings.limits.artifacts", 0, 1000),
                    Math.toIntExact(Math.min(Integer.MAX_VALUE, values.bytes("tidings.limits.event", "16KiB"))),
                    values.count("tidings.limits.logLines", 0, 10_000));
        }
    }

    record DrainTimes(Duration grace, Duration spread) {
        static DrainTimes read(ConfigReader values) {
            return new DrainTimes(
                    values.duration("tidings.drain.grace", "20s"), values.duration("tidings.drain.spread", "5s"));
        }
    }

    /**
     * Reads them.
     *
     * @param defaultNode the node's name when none is set
     * @throws IllegalArgumentException naming key and value of the first that cannot be read
     */
    static Settings read(ConfigReader values, String defaultNode) {
        String home = Path.of(System.getProperty("user.home", "."), ".tidings").toString();
        return new Settings(
                Path.of(values.text("tidings.home", home)),
                values.text("tidings.node", defaultNode),
                Store.read(values),
                Security.read(values),
                Streams.read(values),
                Jobs.read(values),
                Limits.read(values),
                DrainTimes.read(values));
    }
}
