package dev.tidings.http.jobs;

import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.json.JobJson;
import java.util.concurrent.CompletionException;

/** {@code POST /api/jobs/{id}/cancel}. Safe to repeat. */
final class CancelJob implements Resource {
    private final JobAccess access;
    private final Canceller canceller;

    CancelJob(JobAccess access, Canceller canceller) {
        this.access = access;
        this.canceller = canceller;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.store(() -> {
            Job job = access.owned(exchange);
            if (job.state().terminal()) {
                answer(exchange, job);
                return;
            }
            canceller
                    .cancel(job.id(), exchange.caller().name())
                    .whenComplete((after, failure) -> exchange.handOver(() -> {
                        if (failure != null) {
                            throw failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure;
                        }
                        answer(exchange, after.orElseThrow(Problems::noSuchJob));
                    }));
        });
    }

    private static void answer(Exchange exchange, Job job) {
        if (job.state() == JobState.CANCELLED) {
            exchange.answer(Answer.json(200, JobJson.encode(job, exchange.base(), exchange.now())));
        } else if (job.state().terminal()) {
            throw Problems.conflict("The job is " + job.state().word() + " already.");
        } else {
            exchange.answer(Answer.json(202, JobJson.encode(job, exchange.base(), exchange.now())));
        }
    }
}
