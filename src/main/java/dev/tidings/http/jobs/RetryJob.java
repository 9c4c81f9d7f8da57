package dev.tidings.http.jobs;

import dev.tidings.http.Exchange;
import dev.tidings.http.IdempotencyHeader;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Wait;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.JobStore;
import java.util.function.BooleanSupplier;

/** {@code POST /api/jobs/{id}/retry}: a failed or cancelled job again, as a new one. */
final class RetryJob implements Resource {
    private final JobStore store;
    private final JobAccess access;
    private final Submissions intake;
    private final BooleanSupplier draining;
    private final JobLimits limits;

    RetryJob(JobStore store, JobAccess access, Submissions intake, BooleanSupplier draining, JobLimits limits) {
        this.store = store;
        this.access = access;
        this.intake = intake;
        this.draining = draining;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange) {
        if (draining.getAsBoolean()) {
            throw Problems.draining();
        }
        String key = IdempotencyHeader.of(exchange);
        Wait wait = Wait.of(exchange, limits.longestWait());
        exchange.store(() -> {
            String id = exchange.path("id");
            IdempotencyKey named = key == null
                    ? null
                    : new IdempotencyKey(exchange.caller().name(), key, Fingerprint.of("retry " + id, new byte[0]));
            if (named != null) {
                var before = store.repeated(named);
                if (before.isPresent()) {
                    intake.answer(exchange, before.get(), wait);
                    return;
                }
            }
            Job job = access.owned(exchange);
            if (job.state() != JobState.FAILED && job.state() != JobState.CANCELLED) {
                throw Problems.conflict("Only failed and cancelled jobs can be retried. This one is "
                        + job.state().word() + ".");
            }
            intake.submit(exchange, intake.again(job, named), wait);
        });
    }
}
