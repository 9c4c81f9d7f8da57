package dev.tidings.feed;

import dev.tidings.log.JobStore;
import dev.tidings.log.Replay;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads logs for those who are behind: all that ask while one read is under way are served by the next, in one
 * statement for many jobs. Of one job, the first in the queue is served and all whose cursors lie in what was read for
 * it; the others come next. So a crowd with cursors in any order costs few reads, and nobody waits behind those who read
 * a long log from its beginning.
 *
 * <p>Of a job a read takes no more than a batch ({@link Batch#MAX_BYTES} and one entry), since that is what a reader holds
 * that stops reading meanwhile; and less when there are many jobs, so that all of it is some {@link #MAX_READ_BYTES}.
 * Who is served by the same read shares it.
 *
 * <p>While the store fails, requests stay and are tried again with growing, jittered pauses.
 *
 * <p>Threads: any thread asks; answers come on store threads.
 */
final class Loads {
    /** The most entries of one job in one read. */
    static final int MAX_ENTRIES = 512;

    /** About the most bytes in one read: there may be one entry more of each job. */
    static final int MAX_READ_BYTES = 4 * 1024 * 1024;

    private static final int MAX_JOBS = 200;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Logger LOG = System.getLogger(Loads.class.getName());

    private final JobStore store;
    private final Executor storeThreads;
    private final Timer timer;
    private final RandomGenerator random;
    private final FeedMeter meter;

    // Guarded by this.
    private final Map<String, List<Request>> waiting = new LinkedHashMap<>();
    private boolean reading;
    private int failures;

    Loads(JobStore store, Executor storeThreads, Timer timer, RandomGenerator random, FeedMeter meter) {
        this.store = store;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.random = random;
        this.meter = meter;
    }

    /** Hears what became of a request. Store threads; must not block. */
    interface Reply {
        /**
         * The log was read.
         *
         * @param stretch what a continuous replay is, shared with others; it covers the cursor, or the log ends before;
         *     else null
         */
        void loaded(Replay replay, @Nullable Tail stretch);

        /** The store fails at the moment; the request stays. */
        void failing();

        /** Whether somebody still waits for this. */
        boolean wanted();
    }

    /** Asks for what follows a cursor. The read begins after this call. */
    void request(String job, long cursor, Reply reply) {
        boolean start;
        synchronized (this) {
            waiting.computeIfAbsent(job, none -> new ArrayList<>()).add(new Request(cursor, reply));
            start = !reading;
            reading = true;
        }
        if (start) {
            dispatch();
        }
    }

    private void dispatch() {
        try {
            storeThreads.execute(this::readOnce);
        } catch (RejectedExecutionException full) {
            timer.after(FIRST_PAUSE, this::dispatch);
        }
    }

    private void readOnce() {
        var group = take();
        var cursors = new HashMap<String, Long>();
        group.forEach((job, requests) -> cursors.put(job, requests.get(0).cursor));
        if (!group.isEmpty()) {
            long beganNanos = timer.nanoTime();
            Map<String, Replay> replays;
            try {
                replays = store.read(cursors, MAX_ENTRIES, maxBytes(cursors.size()));
                meter.loaded(cursors.size(), Duration.ofNanos(timer.nanoTime() - beganNanos));
            } catch (RuntimeException failure) {
                meter.loadFailed();
                putBack(group, failure);
                return;
            }
            group.forEach((job, requests) -> {
                Replay replay = replays.get(job);
                answer(job, requests, replay == null ? new Replay.Missing() : replay);
            });
        }
        boolean more;
        synchronized (this) {
            failures = 0;
            more = !waiting.isEmpty();
            reading = more;
        }
        if (more) {
            dispatch();
        }
    }

    /** How much of each job is read when so many are. */
    static int maxBytes(int jobs) {
        return Math.min(Batch.MAX_BYTES, MAX_READ_BYTES / jobs);
    }

    /** Those to be served next, the first of each job first. Jobs of which others are left come after all others. */
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

    /** Whom the answer is not for is served before those that came later. */
    private void answer(String job, List<Request> requests, Replay replay) {
        long asked = requests.get(0).cursor;
        Tail stretch = replay instanceof Replay.Continuous more
                ? new Tail(asked, more.upTo(), more.entries(), more.ended())
                : null;
        var others = new ArrayList<Request>();
        for (Request request : requests) {
            if (!answers(request.cursor, asked, replay, stretch)) {
                others.add(request);
                continue;
            }
            try {
                request.reply.loaded(replay, stretch);
            } catch (RuntimeException failure) {
                LOG.log(Level.ERROR, "a reader failed to take what was loaded for it", failure);
            }
        }
        if (!others.isEmpty()) {
            synchronized (this) {
                waiting.computeIfAbsent(job, none -> new ArrayList<>()).addAll(0, others);
            }
        }
    }

    private static boolean answers(long cursor, long asked, Replay replay, @Nullable Tail stretch) {
        if (cursor == asked || replay instanceof Replay.Missing) {
            return true;
        }
        if (replay instanceof Replay.Continuous more && stretch != null) {
            return (stretch.covers(cursor) && cursor < more.upTo()) || (!more.more() && cursor >= more.upTo());
        }
        return false; // the gap is the first one's
    }

    private void putBack(Map<String, List<Request>> group, RuntimeException failure) {
        Duration pause;
        synchronized (this) {
            group.forEach((job, requests) ->
                    waiting.computeIfAbsent(job, none -> new ArrayList<>()).addAll(0, requests));
            pause = pauseAfter(failures++);
            if (failures == 1) {
                LOG.log(Level.WARNING, "logs cannot be read; trying again until they can: {0}", failure.getMessage());
            }
        }
        group.values().forEach(requests -> requests.forEach(request -> request.reply.failing()));
        timer.after(pause, this::dispatch);
    }

    private Duration pauseAfter(int failed) {
        long ceilingMs = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failed, 10));
        return Duration.ofMillis(ceilingMs / 2 + random.nextLong(ceilingMs / 2 + 1));
    }

    synchronized boolean idle() {
        return waiting.isEmpty() && !reading;
    }

    @Override
    public synchronized String toString() {
        return waiting.size() + " logs to read" + (reading ? ", reading" : "");
    }

    private record Request(long cursor, Reply reply) {}
}
