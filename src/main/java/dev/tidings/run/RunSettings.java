package dev.tidings.run;

import java.time.Duration;

/**
 * How jobs are run at this node (contract §11).
 *
 * @param node this node's name in events
 * @param concurrency attempts at once, 1 or more
 * @param attempts attempts before a job is failed, 1 or more
 * @param lease silence after which this node's jobs are taken over
 * @param cancelGrace how long an attempt that is to stop may keep its slot
 * @param mostAbandoned attempts at once whose slot was freed although their thread is busy
 * @param progressInterval least time between two progress events of a job; zero makes every report an event
 * @param eventBytes longer texts are cut
 * @param logLines most log lines of a job
 */
public record RunSettings(
        String node,
        int concurrency,
        int attempts,
        Duration lease,
        Duration cancelGrace,
        int mostAbandoned,
        Duration progressInterval,
        int eventBytes,
        int logLines) {
    public RunSettings {
        if (concurrency < 1 || attempts < 1 || logLines < 0 || eventBytes < 16) {
            throw new IllegalArgumentException("concurrency " + concurrency + ", attempts " + attempts + ", log lines "
                    + logLines + ", bytes of an event " + eventBytes);
        }
        if (lease.isNegative()
                || lease.isZero()
                || progressInterval.isNegative()
                || cancelGrace.isNegative()
                || mostAbandoned < 0) {
            throw new IllegalArgumentException("lease " + lease + ", progress interval " + progressInterval
                    + ", grace of a cancellation " + cancelGrace + ", abandoned attempts " + mostAbandoned);
        }
    }
}
