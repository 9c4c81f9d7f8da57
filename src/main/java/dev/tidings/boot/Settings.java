package dev.tidings.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a deployer may set (contract §11), read once at the start.
 *
 * @param databaseUrl null for the embedded H2 in {@code home}
 * @param streamAge before jitter
 * @param streamsPerUser polls that wait count too
 * @param hosts {@code Host} values accepted without security; {@code *} for any
 */
record Settings(
        Path home,
        @Nullable String databaseUrl,
        @Nullable String databaseUser,
        @Nullable String databasePassword,
        boolean migrate,
        String node,
        boolean containerSecurity,
        Duration heartbeat,
        Duration retry,
        Duration streamAge,
        Duration stuck,
        Duration longestWait,
        Duration progressInterval,
        int concurrency,
        int attempts,
        Duration lease,
        Duration drainGrace,
        Duration drainSpread,
        Duration retention,
        long maxBodyBytes,
        long maxUploadBytes,
        int maxUploads,
        int maxStreams,
        int streamsPerUser,
        int queuedPerUser,
        long storagePerUser,
        int maxArtifacts,
        int maxEventBytes,
        int maxLogLines,
        Duration sessionIdle,
        long maxPushBytes,
        List<String> corsOrigins,
        List<String> hosts,
        Duration workerTimeout) {

    /**
     * Reads them.
     *
     * @param defaultNode the node's name when none is set
     * @throws IllegalArgumentException naming key and value of the first that cannot be read
     */
    static Settings read(Values values, String defaultNode) {
        return new Settings(
                Path.of(values.text(
                        "tidings.home",
                        Path.of(System.getProperty("user.home", "."), ".tidings")
                                .toString())),
                values.text("tidings.db.url"),
                values.text("tidings.db.user"),
                values.text("tidings.db.password"),
                values.flag("tidings.db.migrate", true),
                values.text("tidings.node", defaultNode),
                values.oneOf("tidings.security", "none", List.of("none", "container"))
                        .equals("container"),
                values.positive("tidings.heartbeat", "15s"),
                values.positive("tidings.retry", "2s"),
                values.positive("tidings.stream.maxAge", "10m"),
                values.positive("tidings.stuck", "60s"),
                values.duration("tidings.wait.max", "60s"),
                values.duration("tidings.progress.interval", "100ms"),
                values.count("tidings.jobs.concurrency", 1, 8),
                values.count("tidings.attempts", 1, 3),
                values.positive("tidings.lease", "20s"),
                values.duration("tidings.drain.grace", "20s"),
                values.duration("tidings.drain.spread", "5s"),
                values.positive("tidings.retention", "7d"),
                values.bytes("tidings.limits.body", "64KiB"),
                values.bytes("tidings.limits.upload", "1GiB"),
                values.count("tidings.limits.uploads", 1, 16),
                values.count("tidings.limits.streams", 0, 100_000),
                values.count("tidings.limits.streamsPerUser", 0, 50),
                values.count("tidings.limits.queuedPerUser", 0, 1000),
                values.bytes("tidings.limits.storagePerUser", "10GiB"),
                values.count("tidings.limits.artifacts", 0, 1000),
                Math.toIntExact(Math.min(Integer.MAX_VALUE, values.bytes("tidings.limits.event", "16KiB"))),
                values.count("tidings.limits.logLines", 0, 10_000),
                values.positive("tidings.session.idle", "30m"),
                values.bytes("tidings.push.max", "256KiB"),
                values.list("tidings.cors.origins"),
                values.list("tidings.hosts"),
                values.positive("tidings.worker.timeout", "5m"));
    }
}
