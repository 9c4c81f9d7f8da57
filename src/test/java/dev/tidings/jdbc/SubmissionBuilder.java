package dev.tidings.jdbc;

import dev.tidings.job.Json;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobSubmission;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A submission, of which a test says only what matters to it. */
final class SubmissionBuilder {
    private String type;
    private String owner;
    private int priority;
    private Instant notBefore;
    private List<InputFile> files = List.of();
    private String retryOf;
    private JobSubmission.Worker worker;
    private IdempotencyKey key;
    private int maxQueued = 1000;

    SubmissionBuilder(String typeAndOwner) {
        type = typeAndOwner;
        owner = typeAndOwner;
    }

    SubmissionBuilder type(String value) {
        type = value;
        return this;
    }

    SubmissionBuilder owner(String value) {
        owner = value;
        return this;
    }

    SubmissionBuilder priority(int value) {
        priority = value;
        return this;
    }

    SubmissionBuilder notBefore(Instant value) {
        notBefore = value;
        return this;
    }

    SubmissionBuilder files(InputFile... value) {
        files = List.of(value);
        return this;
    }

    SubmissionBuilder retryOf(String value) {
        retryOf = value;
        return this;
    }

    SubmissionBuilder worker(JobSubmission.Worker value) {
        worker = value;
        return this;
    }

    SubmissionBuilder key(IdempotencyKey value) {
        key = value;
        return this;
    }

    SubmissionBuilder maxQueued(int value) {
        maxQueued = value;
        return this;
    }

    JobSubmission build() {
        return new JobSubmission(
                UUID.randomUUID().toString(),
                type,
                "Größe 😀",
                owner,
                new Json("{\"steps\":3}"),
                priority,
                notBefore,
                files,
                retryOf,
                worker,
                key,
                maxQueued);
    }
}
