package dev.tidings.boot;

import dev.tidings.feed.FeedMeter;
import dev.tidings.job.Job;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.LogEntry;
import dev.tidings.log.LogListener;
import dev.tidings.log.Written.Growth;
import dev.tidings.metrics.LogMeters;
import dev.tidings.metrics.Metrics;
import dev.tidings.metrics.ReaderMeters;
import java.time.Duration;

/** Passes on what the rooms tell their meters to the meters of {@code metrics}, which knows no room. */
final class Meters {
    private Meters() {}

    static AppendMeter append(Metrics metrics) {
        LogMeters to = metrics.log();
        return new AppendMeter() {
            @Override
            public void committed(int writes, int entries, Duration inStore, Duration lag) {
                to.committed(writes, inStore, lag);
            }

            @Override
            public void busy(int writes) {
                to.busy(writes);
            }

            @Override
            public void failed(int writes) {
                to.failed(writes);
            }
        };
    }

    /** Counts events by type, whichever way this node commits them. */
    static LogListener events(Metrics metrics) {
        LogMeters to = metrics.log();
        return new LogListener() {
            @Override
            public void grown(Growth growth) {
                for (LogEntry entry : growth.entries()) {
                    to.appended(entry.type());
                }
            }

            @Override
            public void deleted(Job job) {
                to.deleted();
            }

            @Override
            public void unsure(String job) {}
        };
    }

    static FeedMeter feed(Metrics metrics) {
        ReaderMeters to = metrics.readers();
        return new FeedMeter() {
            @Override
            public void opened(String transport, String from) {
                to.opened(transport, from);
            }

            @Override
            public void firstByte(String transport, Duration sinceMade) {
                to.firstByte(transport, sinceMade);
            }

            @Override
            public void wrote(String transport, int events, int conflated) {
                to.wrote(transport, events, conflated);
            }

            @Override
            public void delivered(String transport, Duration sinceAppended) {
                to.delivered(transport, sinceAppended);
            }

            @Override
            public void snapshot(String transport, boolean reset) {
                to.snapshot(transport, reset);
            }

            @Override
            public void heartbeat(String transport) {
                to.heartbeat(transport);
            }

            @Override
            public void bytes(String transport, long bytes) {
                to.bytes(transport, bytes);
            }

            @Override
            public void closed(String transport, String reason) {
                to.closed(transport, reason);
            }

            @Override
            public void loaded(int logs, Duration inStore) {
                to.loaded(logs, inStore);
            }

            @Override
            public void loadFailed() {
                to.loadFailed();
            }
        };
    }
}
