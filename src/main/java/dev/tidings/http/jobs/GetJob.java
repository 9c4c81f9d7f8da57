package dev.tidings.http.jobs;

import dev.tidings.http.Answer;
import dev.tidings.http.ETags;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.http.Resource;
import dev.tidings.http.Wait;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.json.JobJson;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/jobs/{id}}: the job, or 304, at once or when it has changed. */
final class GetJob implements Resource {
    private static final long SOON_SECONDS = 2;
    private static final long LATEST_SECONDS = 60;

    private final JobAccess access;
    private final HeldRequests waiting;
    private final JobLimits limits;

    GetJob(JobAccess access, HeldRequests waiting, JobLimits limits) {
        this.access = access;
        this.waiting = waiting;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange) {
        Wait wait = Wait.of(exchange, limits.longestWait());
        List<String> known = exchange.headers("If-None-Match");
        exchange.store(() -> {
            Job job = access.seen(exchange);
            boolean news = job.state().terminal() || !ETags.matchesWeakly(known, ETags.of(job));
            if (news || wait == null || wait.hold().isZero()) {
                exchange.answer(answer(exchange, job, known, wait));
                return;
            }
            boolean holds = waiting.untilChanged(
                    exchange,
                    job,
                    wait.hold(),
                    () -> exchange.answer(answer(exchange, access.seen(exchange), known, wait)));
            if (!holds) {
                throw Problems.tooMany("Too many streams and polls are open.");
            }
        });
    }

    private Answer answer(Exchange exchange, Job job, List<String> known, @Nullable Wait wait) {
        String tag = ETags.of(job);
        Answer answer = ETags.matchesWeakly(known, tag) ? Answer.empty(304) : Answer.json(200, json(exchange, job));
        answer = answer.with("ETag", tag)
                .with("Cache-Control", "private, no-cache")
                .with("Vary", "Cookie, Authorization, Prefer");
        if (wait != null && wait.preferred()) {
            answer = answer.with("Preference-Applied", wait.applied());
        }
        return job.state().terminal() ? answer : answer.retryAfter(nextPoll(exchange, job));
    }

    /** Parameters are shown to those who may submit the job again: its owner and an admin. */
    private static byte[] json(Exchange exchange, Job job) {
        return exchange.caller().owns(job)
                ? JobJson.withParams(job, exchange.base(), exchange.now())
                : JobJson.encode(job, exchange.base(), exchange.now());
    }

    /** Seconds until it makes sense to look again: a job that is not due yet will not change much. */
    private static long nextPoll(Exchange exchange, Job job) {
        if (job.state() != JobState.QUEUED) {
            return SOON_SECONDS;
        }
        var due = Duration.between(exchange.now(), job.notBefore());
        return Math.max(SOON_SECONDS, Math.min(LATEST_SECONDS, due.toSeconds()));
    }
}
