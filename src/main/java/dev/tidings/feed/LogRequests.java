package dev.tidings.feed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.feed.LogLoader.LogReply;
import dev.tidings.log.JobStore;
import dev.tidings.log.Replay;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests for what follows cursors. One statement reads the logs of many jobs.
 *
 * <p>Of each job, the first request is answered, and every other whose cursor lies in what was read for it. The rest comes
 * in later reads. So many cursors cost few reads, and readers of a long log do not delay others.
 *
 * <p>Of each job, a read takes at most a batch ({@link Batch#MAX_BYTES} and one entry), since a reader that stops reading
 * holds that much. With many jobs it takes less of each, so that a read has about {@link #MAX_READ_BYTES}.
 *
 * <p>Threads: any thread adds; one at a time reads.
 */
final class LogRequests {
    /** The most entries of one job in one read. */
    static final int MAX_ENTRIES = 512;

    /** About the most bytes in one read: each job may have one entry more. */
    static final int MAX_READ_BYTES = 4 * 1024 * 1024;

    private static final int MAX_JOBS = 200;

    private final JobStore store;
    private final Timer timer;
    private final FeedMeter meter;

    @GuardedBy("this")
    private final Map<String, List<Request>> waiting = new LinkedHashMap<>();

    LogRequests(JobStore store, Timer timer, FeedMeter meter) {
        this.store = store;
        this.timer = timer;
        this.meter = meter;
    }

    synchronized void add(String job, long cursor, LogReply reply) {
        waiting.computeIfAbsent(job, none -> new ArrayList<>()).add(new Request(cursor, reply));
    }

    /** How many logs are to be read. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Answers the oldest requests. A request that fails stays. */
    void readSome() {
        Map<String, List<Request>> group = take();
        if (group.isEmpty()) {
            return;
        }
        var cursors = new HashMap<String, Long>();
        group.forEach((job, requests) -> cursors.put(job, requests.get(0).cursor));
        long beganNanos = timer.nanoTime();
        Map<String, Replay> replays;
        try {
            replays = store.read(cursors, MAX_ENTRIES, maxBytes(cursors.size()));
            meter.loaded(cursors.size(), Duration.ofNanos(timer.nanoTime() - beganNanos));
        } catch (RuntimeException failure) {
            meter.loadFailed();
            group.forEach(this::putBack);
            group.values().forEach(requests -> requests.forEach(request -> request.reply.failing()));
            throw failure;
        }
        group.forEach((job, requests) -> {
            Replay replay = replays.get(job);
            answer(job, requests, replay == null ? new Replay.Missing() : replay);
        });
    }

    private static int maxBytes(int jobs) {
        return Math.min(Batch.MAX_BYTES, MAX_READ_BYTES / jobs);
    }

    /** The requests to answer next, the first of each job first. Jobs with requests left come after all others. */
    private synchronized Map<String, List<Request>> take() {
        var group = new HashMap<String, List<Request>>();
        var left = new LinkedHashMap<String, List<Request>>();
        var jobs = waiting.entrySet().iterator();
        while (group.size() < MAX_JOBS && jobs.hasNext()) {
            var next = jobs.next();
            List<Request> requests = next.getValue();
            requests.removeIf(request -> !request.reply.wanted());
            if (!requests.isEmpty()) {
                long from = requests.get(0).cursor;
                var served = new ArrayList<Request>(requests.size());
                requests.removeIf(request -> request.cursor >= from && served.add(request));
                group.put(next.getKey(), served);
            }
            jobs.remove();
            if (!requests.isEmpty()) {
                left.put(next.getKey(), requests);
            }
        }
        waiting.putAll(left);
        return group;
    }

    /** Requests that the replay does not answer come before later ones. */
    private void answer(String job, List<Request> requests, Replay replay) {
        long asked = requests.get(0).cursor;
        LogSegment segment = replay instanceof Replay.Continuous more
                ? new LogSegment(asked, more.upTo(), more.entries(), more.ended())
                : null;
        var others = new ArrayList<Request>();
        for (Request request : requests) {
            if (answers(request.cursor, asked, replay, segment)) {
                request.reply.loaded(replay, segment);
            } else {
                others.add(request);
            }
        }
        if (!others.isEmpty()) {
            putBack(job, others);
        }
    }

    private static boolean answers(long cursor, long asked, Replay replay, @Nullable LogSegment segment) {
        if (cursor == asked || replay instanceof Replay.Missing) {
            return true;
        }
        if (replay instanceof Replay.Continuous more && segment != null) {
            return (segment.covers(cursor) && cursor < more.upTo()) || (!more.more() && cursor >= more.upTo());
        }
        return false; // only the first cursor has the gap
    }

    private synchronized void putBack(String job, List<Request> requests) {
        waiting.computeIfAbsent(job, none -> new ArrayList<>()).addAll(0, requests);
    }

    private record Request(long cursor, LogReply reply) {}
}
