package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import dev.tidings.log.Replay;
import dev.tidings.time.Backoff;
import dev.tidings.time.Loop;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads logs and job states for readers that memory cannot serve. All requests that come during one read are answered by
 * the next one, in a fixed number of statements.
 *
 * <p>While the store fails, requests stay and are tried again with growing, jittered pauses.
 *
 * <p>Threads: any thread asks; replies come on store threads.
 */
final class LogLoader {
    private static final System.Logger LOG = System.getLogger(LogLoader.class.getName());

    private final LogRequests logs;
    private final StateRequests states;
    private final Loop loop;

    LogLoader(JobStore store, Executor storeThreads, Timer timer, RandomGenerator random, FeedMeter meter) {
        logs = new LogRequests(store, timer, meter);
        states = new StateRequests(store);
        var pauses = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), random);
        loop = new Loop(LOG, "read jobs for their readers", storeThreads, timer, pauses, this::readSome);
    }

    /** Somebody who waits for a read. Called on store threads; must not block. */
    interface Waiter {
        /** The store fails at the moment; the request stays. */
        default void failing() {}

        /** Whether somebody still waits for this. */
        boolean wanted();
    }

    /** Waits for a part of a log. */
    interface LogReply extends Waiter {
        /**
         * The log was read.
         *
         * @param segment the entries of a continuous replay, shared with others. It covers the cursor, unless the log ends
         *     before the cursor. Null for other replays
         */
        void loaded(Replay replay, @Nullable LogSegment segment);
    }

    /** Waits for the states of jobs. */
    interface StatesReply extends Waiter {
        /** The jobs of a page, or those of the requested jobs that exist. */
        void found(List<Job> jobs);
    }

    /** Asks for what follows a cursor. The read begins after this call. */
    void log(String job, long cursor, LogReply reply) {
        logs.add(job, cursor, reply);
        loop.request();
    }

    /** Asks for the states of jobs. The read begins after this call. */
    void states(Set<String> jobs, StatesReply reply) {
        states.add(jobs, reply);
        loop.request();
    }

    /** Asks for a page of jobs. */
    void page(JobQuery query, StatesReply reply) {
        states.add(query, reply);
        loop.request();
    }

    private void readSome() {
        logs.readSome();
        states.readSome();
        if (logs.waiting() + states.waiting() > 0) {
            loop.request();
        }
    }

    boolean idle() {
        return loop.idle() && logs.waiting() + states.waiting() == 0;
    }

    @Override
    public String toString() {
        return logs.waiting() + " logs and " + states.waiting() + " states to read";
    }
}
