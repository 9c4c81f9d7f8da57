package dev.tidings.feed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.feed.LogLoader.StatesReply;
import dev.tidings.job.Job;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Requests for the states of jobs. One statement answers many requests by id; each page of a list takes its own.
 *
 * <p>Threads: any thread adds; one at a time reads.
 */
final class StateRequests {
    /** About the most jobs in one statement: the last request may bring some more. */
    private static final int MAX_JOBS = 60;

    /** The most requests that one pass answers, since each may be a page. */
    private static final int MAX_REQUESTS = 16;

    private final JobStore store;

    @GuardedBy("this")
    private final Deque<Request> waiting = new ArrayDeque<>();

    StateRequests(JobStore store) {
        this.store = store;
    }

    void add(Set<String> jobs, StatesReply reply) {
        add(new ById(jobs, reply));
    }

    void add(JobQuery query, StatesReply reply) {
        add(new Page(query, reply));
    }

    private synchronized void add(Request request) {
        waiting.add(request);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** Answers the oldest requests. A request that fails stays. */
    void readSome() {
        var group = new ArrayDeque<Request>();
        var jobs = new LinkedHashSet<String>();
        take(group, jobs);
        try {
            Map<String, Job> found = jobs.isEmpty() ? Map.of() : store.find(jobs);
            for (Request next = group.peek(); next != null; next = group.peek()) {
                List<Job> answer = next.answer(store, found);
                group.remove();
                next.reply().found(answer);
            }
        } catch (RuntimeException failure) {
            putBack(group);
            group.forEach(request -> request.reply().failing());
            throw failure;
        }
    }

    private synchronized void take(Deque<Request> group, Set<String> jobs) {
        while (!waiting.isEmpty() && group.size() < MAX_REQUESTS && jobs.size() < MAX_JOBS) {
            Request next = waiting.remove();
            if (next.reply().wanted()) {
                group.add(next);
                jobs.addAll(next.jobs());
            }
        }
    }

    private synchronized void putBack(Deque<Request> group) {
        group.descendingIterator().forEachRemaining(waiting::addFirst);
    }

    private sealed interface Request {
        StatesReply reply();

        /** The jobs that the common statement reads for this request. */
        Set<String> jobs();

        List<Job> answer(JobStore store, Map<String, Job> found);
    }

    private record ById(Set<String> jobs, StatesReply reply) implements Request {
        @Override
        public List<Job> answer(JobStore store, Map<String, Job> found) {
            return jobs.stream().map(found::get).filter(Objects::nonNull).toList();
        }
    }

    private record Page(JobQuery query, StatesReply reply) implements Request {
        @Override
        public Set<String> jobs() {
            return Set.of();
        }

        @Override
        public List<Job> answer(JobStore store, Map<String, Job> found) {
            return store.list(query);
        }
    }
}
