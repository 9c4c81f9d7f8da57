package dev.tidings.http.events;

import dev.tidings.feed.JobSelection;
import dev.tidings.http.Accept;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Role;
import dev.tidings.http.jobs.JobAccess;
import dev.tidings.http.sse.EventStreams;
import dev.tidings.job.Job;
import dev.tidings.log.JobStore;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** {@code GET /api/events}: the states of many jobs on one connection (contract §6). */
public final class ManyJobsEvents implements Resource {
    private static final int MAX_JOBS = 100;

    private final JobStore store;
    private final EventStreams streams;

    public ManyJobsEvents(JobStore store, EventStreams streams) {
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
                        store.check(); // an outage is answered by bye
                        streams.open(
                                exchange, JobSelection.ofOwner(exchange.caller().name()));
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
        for (String id : wanted) {
            Job job = found.get(id);
            if (job == null || !exchange.caller().sees(job)) {
                throw Problems.noSuchJob().with("job", id);
            }
        }
        streams.open(exchange, JobSelection.of(found.values()));
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
