package dev.tidings.http.events;

import dev.tidings.http.Accept;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Role;
import dev.tidings.http.jobs.JobAccess;
import dev.tidings.http.sse.EventStreams;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code GET /api/events}: the states of many jobs on one connection (contract §6). */
public final class OwnEvents implements Resource {
    private static final int MAX_JOBS = 100;
    private static final int FINISHED_SHOWN = 100;
    private static final int PAGE = 200;
    private static final Set<JobState> UNFINISHED = Set.of(JobState.QUEUED, JobState.RUNNING);
    private static final Set<JobState> FINISHED = Set.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);

    private final JobStore store;
    private final EventStreams streams;

    public OwnEvents(JobStore store, EventStreams streams) {
        this.store = store;
        this.streams = streams;
    }

    @Override
    public void handle(Exchange exchange) {
        var wanted = new LinkedHashSet<>(exchange.query().all("job"));
        if (wanted.size() > MAX_JOBS) {
            throw Problems.badRequest("At most " + MAX_JOBS + " different jobs can be named by 'job'.")
                    .with("field", "job");
        }
        if (new Accept(exchange.headers("Accept")).quality(JobEvents.STREAM) == 0) {
            throw Problems.notAcceptable(JobEvents.STREAM);
        }
        exchange.require(Role.USER, Role.WORKER);
        exchange.store(
                () -> {
                    if (wanted.isEmpty()) {
                        String owner = exchange.caller().name();
                        store.list(new JobQuery(owner, Set.of(), null, null, 1)); // fails here rather than mid-stream
                        streams.open(exchange, Set.of(owner), null, () -> own(owner));
                    } else {
                        openListed(exchange, wanted);
                    }
                },
                failure -> refuse(exchange, failure));
    }

    private void openListed(Exchange exchange, Set<String> wanted) {
        for (String id : wanted) {
            if (!JobAccess.id(id)) {
                throw Problems.noSuchJob().with("job", id);
            }
        }
        Map<String, Job> found = store.find(wanted);
        var owners = new HashSet<String>();
        for (String id : wanted) {
            Job job = found.get(id);
            if (job == null || !exchange.caller().sees(job)) {
                throw Problems.noSuchJob().with("job", id);
            }
            owners.add(job.owner());
        }
        streams.open(
                exchange, owners, wanted, () -> List.copyOf(store.find(wanted).values()));
    }

    /** All unfinished jobs, and the newest finished ones. */
    private List<Job> own(String owner) {
        var all = new ArrayList<Job>();
        JobQuery.Last after = null;
        List<Job> page;
        do {
            page = store.list(new JobQuery(owner, UNFINISHED, null, after, PAGE));
            all.addAll(page);
            after = page.isEmpty() ? null : JobQuery.Last.of(page.get(page.size() - 1));
        } while (page.size() == PAGE);
        all.addAll(store.list(new JobQuery(owner, FINISHED, null, null, FINISHED_SHOWN)));
        return all;
    }

    private void refuse(Exchange exchange, Throwable failure) {
        HttpProblem problem = Problems.of(failure);
        if (problem.status() >= 500) {
            streams.unavailable(exchange, null);
        } else {
            exchange.answer(problem.answer());
        }
    }
}
