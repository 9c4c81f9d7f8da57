package dev.tidings.http.jobs;

import dev.tidings.http.Answer;
import dev.tidings.http.Caller;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.Problems;
import dev.tidings.http.Wait;
import dev.tidings.job.Job;
import dev.tidings.job.JobType;
import dev.tidings.json.Fault;
import dev.tidings.json.JobJson;
import dev.tidings.json.SubmitRequest;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogListener;
import dev.tidings.log.SubmitResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks what is submitted, stores it, and tells the client what became of it.
 *
 * <p>Threads: store threads and those of uploads; methods block.
 */
final class Submissions {
    /** How far ahead a job may be put off. */
    private static final Duration LATEST = Duration.ofDays(366);

    private final JobStore store;
    private final LogListener committed;
    private final TypeCatalog types;
    private final HeldRequests waiting;
    private final JobLimits limits;

    Submissions(JobStore store, LogListener committed, TypeCatalog types, HeldRequests waiting, JobLimits limits) {
        this.store = store;
        this.committed = committed;
        this.types = types;
        this.waiting = waiting;
        this.limits = limits;
    }

    /**
     * A job to be stored, of a request whose every part is as it should be.
     *
     * @throws HttpProblem 400 and 422, naming each fault
     * @throws dev.tidings.json.JsonFault when the JSON is none
     */
    JobSubmission check(Caller caller, byte[] json, List<InputFile> files, @Nullable IdempotencyKey key) {
        var request = SubmitRequest.read(json);
        var faults = new ArrayList<Fault>(request.faults());
        JobType<?> type = types.type(request.type()).orElse(null);
        if (type == null) {
            if (!request.type().isEmpty()) { // else it is among the faults already
                faults.add(noSuchType());
            }
        } else {
            faults.addAll(types.faults(type, request.params()));
        }
        Instant notBefore = request.notBefore();
        if (notBefore != null && notBefore.isAfter(Instant.now().plus(LATEST))) {
            faults.add(new Fault("/notBefore", "notBefore must be at most " + LATEST.toDays() + " days ahead."));
        }
        if (type != null) {
            if (files.size() < type.minInputs() || files.size() > type.maxInputs()) {
                faults.add(new Fault("files", files.size() + " files came; " + wanted(type)));
            }
        }
        if (type == null || !faults.isEmpty()) {
            throw Problems.invalid(faults);
        }
        return new JobSubmission(
                UUID.randomUUID().toString(),
                type.name(),
                request.title(),
                caller.name(),
                request.params(),
                request.priority(),
                request.notBefore(),
                files,
                null,
                worker(type.name()),
                key,
                limits.queuedPerUser());
    }

    /**
     * A finished job again, as a new one.
     *
     * @throws HttpProblem 422 when this node does not know its type any more
     */
    JobSubmission again(Job job, @Nullable IdempotencyKey key) {
        if (types.type(job.type()).isEmpty()) {
            throw Problems.invalid(List.of(noSuchType()));
        }
        return new JobSubmission(
                UUID.randomUUID().toString(),
                job.type(),
                job.title(),
                job.owner(),
                job.params(),
                job.priority(),
                null,
                List.of(),
                job.id(),
                worker(job.type()),
                key,
                limits.queuedPerUser());
    }

    private Fault noSuchType() {
        return new Fault("/type", "This job type is unknown. Known types: " + types.names() + ".");
    }

    private JobSubmission.@Nullable Worker worker(String type) {
        return type.equals("external") ? new JobSubmission.Worker(limits.node(), limits.workerTimeout()) : null;
    }

    private static String wanted(JobType<?> type) {
        if (type.maxInputs() == 0) {
            return "a job of this type takes none.";
        }
        String most = type.maxInputs() == Integer.MAX_VALUE ? " or more" : " to " + type.maxInputs();
        return "a job of this type takes " + type.minInputs()
                + (type.minInputs() == type.maxInputs() ? "" : most)
                + ", as parts with a file name of a multipart/form-data body.";
    }

    /**
     * Stores it and answers.
     *
     * @return whether the files of the submission are the job's now
     */
    boolean submit(Exchange exchange, JobSubmission submission, @Nullable Wait wait) {
        SubmitResult became = store.submit(submission);
        if (became instanceof SubmitResult.Accepted accepted) {
            committed.grown(accepted.growth());
        }
        answer(exchange, became, wait);
        return became instanceof SubmitResult.Accepted;
    }

    /** Answers what became of it, at once or when the client's wait is over. */
    void answer(Exchange exchange, SubmitResult became, @Nullable Wait wait) {
        if (became instanceof SubmitResult.Accepted accepted) {
            taken(exchange, accepted.growth().job(), wait);
        } else if (became instanceof SubmitResult.Repeated repeated) {
            taken(exchange, repeated.job(), wait);
        } else if (became instanceof SubmitResult.Gone) {
            throw Problems.gone("This Idempotency-Key was used before, and its job has been deleted.");
        } else if (became instanceof SubmitResult.KeyReused) {
            throw Problems.keyReused();
        } else if (became instanceof SubmitResult.RetryUnfinished unfinished) {
            throw Problems.conflict("Job " + unfinished.retry() + " is a retry of this job and is unfinished.");
        } else if (became instanceof SubmitResult.OverQuota) {
            throw Problems.tooMany(
                    "You have " + limits.queuedPerUser() + " unfinished jobs, the most that one owner may have.");
        }
    }

    private void taken(Exchange exchange, Job job, @Nullable Wait wait) {
        if (wait == null || wait.hold().isZero() || job.state().terminal()) {
            exchange.answer(accepted(exchange, job, wait));
            return;
        }
        boolean holds = waiting.untilEnded(exchange, job, wait.hold(), () -> {
            Job now = store.find(job.id()).orElseThrow(Problems::noSuchJob);
            exchange.answer(accepted(exchange, now, wait));
        });
        if (!holds) {
            exchange.answer(accepted(exchange, job, null)); // over the limit of readers: the preference is not followed
        }
    }

    private static Answer accepted(Exchange exchange, Job job, @Nullable Wait wait) {
        boolean done = wait != null && job.state().terminal();
        Answer answer = Answer.json(done ? 200 : 202, JobJson.encode(job, exchange.base(), exchange.now()))
                .with("Location", exchange.base() + JobJson.path(job.id()));
        return wait != null && wait.preferred() ? answer.with("Preference-Applied", wait.applied()) : answer;
    }
}
