package dev.tidings.http.jobs;

import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.job.Job;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;

/** {@code DELETE /api/jobs/{id}}: a terminal job with all that belongs to it. */
final class DeleteJob implements Resource {
    private final JobStore store;
    private final LogListener committed;
    private final JobAccess access;

    DeleteJob(JobStore store, LogListener committed, JobAccess access) {
        this.store = store;
        this.committed = committed;
        this.access = access;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.store(() -> {
            Job job = access.owned(exchange);
            if (!job.state().terminal()) {
                throw Problems.conflict("Only a finished job can be deleted. This one is "
                        + job.state().word() + ". Cancel it first.");
            }
            Job deleted = store.delete(job.id()).orElseThrow(Problems::noSuchJob);
            committed.deleted(deleted);
            exchange.answer(Answer.empty(204));
        });
    }
}
