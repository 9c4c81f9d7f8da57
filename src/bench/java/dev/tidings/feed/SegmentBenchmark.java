package dev.tidings.feed;

import dev.tidings.http.sse.SseFramer;
import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.json.EventJson;
import dev.tidings.log.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An event on its way to readers: encoded, joined to the segment, read from it, framed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SegmentBenchmark {
    private static final String JOB = "0197f0c2-7a31-7c55-9a53-5f0c6f1b1c11";
    private static final Event LINE = new Event.Log(LogLevel.INFO, "row 4711 of march.csv has 12 fields instead of 11");

    private final Instant at = Instant.parse("2026-11-24T21:12:22.123456Z");
    private final SseFramer framer = new SseFramer("/tidings", true);
    private final LogSegment full =
            new LogSegment(0, LogSegment.MAX_ENTRIES, entries(1, LogSegment.MAX_ENTRIES), false);
    private final LogSegment one = new LogSegment(
            LogSegment.MAX_ENTRIES, LogSegment.MAX_ENTRIES + 1, entries(LogSegment.MAX_ENTRIES + 1, 1), false);
    private final List<LogEntry> line = entries(1, 1);
    private final List<LogEntry> lines = entries(1, 64);

    private List<LogEntry> entries(long from, int count) {
        var all = new ArrayList<LogEntry>();
        for (long seq = from; seq < from + count; seq++) {
            all.add(EventJson.entry(seq, at, LINE, EventJson.body(JOB, at, LINE)));
        }
        return all;
    }

    /** Once an event, whatever the number of readers. */
    @Benchmark
    public LogEntry encode() {
        return EventJson.entry(4711, at, LINE, EventJson.body(JOB, at, LINE));
    }

    /** Once a commit. */
    @Benchmark
    public LogSegment join() {
        return full.join(one);
    }

    /** Once a batch. */
    @Benchmark
    public byte[] frameOne() {
        return framer.frame(line);
    }

    @Benchmark
    public byte[] frameSixtyFour() {
        return framer.frame(lines);
    }

    /** Once a reader and batch: what all at one cursor share. */
    @Benchmark
    public byte[] readShared() {
        return full.after(LogSegment.MAX_ENTRIES - 3L).framed(framer);
    }
}
