package dev.tidings.run;

import dev.tidings.log.JobStore;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Looks every minute for queued jobs of types that have no handler here and that no other node has claimed for a minute.
 * Logs each such type once.
 *
 * <p>Threads: looks run on store threads, one at a time.
 */
final class UnhandledTypes {
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Logger log;
    private final JobStore store;
    private final JobTypes types;
    private final RandomGenerator random;
    private final Loop loop;

    // Written by the look, read by any thread.
    private volatile Map<String, Integer> waiting = Map.of();

    UnhandledTypes(
            Logger log, JobStore store, JobTypes types, Executor storeThreads, Timer timer, RandomGenerator random) {
        this.log = log;
        this.store = store;
        this.types = types;
        this.random = random;
        this.loop = new Loop(
                log,
                "look for jobs that no node has a handler for",
                storeThreads,
                timer,
                new Backoff(EVERY, EVERY, random),
                this::look);
    }

    void start() {
        loop.next(Backoff.jittered(EVERY, random));
    }

    void close() {
        loop.close();
    }

    /** How many such jobs were queued at the last look. */
    int waiting() {
        return waiting.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void look() {
        Map<String, Integer> before = waiting;
        waiting = store.unclaimed(types.handled(), EVERY);
        waiting.forEach((type, jobs) -> {
            if (!before.containsKey(type)) {
                log.log(
                        Level.WARNING,
                        "queued jobs of type '" + type + "': " + jobs
                                + "; this node has no handler for them, and no other"
                                + " node has claimed them for " + EVERY.toSeconds()
                                + " s; they stay queued until a node has one");
            }
        });
        loop.next(Backoff.jittered(EVERY, random));
    }
}
