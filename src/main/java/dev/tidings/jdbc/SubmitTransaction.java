package dev.tidings.jdbc;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.StoreException;
import dev.tidings.log.SubmitResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One transaction of {@link dev.tidings.log.JobStore#submit}.
 *
 * <p>The owner's row is locked first: so two requests with one key, and the count of unfinished jobs, are taken one after
 * the other.
 */
final class SubmitTransaction {
    private static final List<RowBatch.Column> INPUT = List.of(
            RowBatch.text("job"),
            RowBatch.text("name"),
            RowBatch.text("media_type"),
            RowBatch.bigint("size"),
            RowBatch.text("sha256"),
            RowBatch.text("blob"));

    /** Counts an owner's unfinished jobs up to a limit, by an index. */
    static final String UNFINISHED = "select count(*) from"
            + " (select 1 from jobs where owner = ? and finished is null fetch first ? rows only) unfinished";

    private final Connection connection;
    private final Dialect dialect;
    private final IdempotencyKeys keys;
    private final JobUpdates writing;
    private final StorageQuota quota;

    SubmitTransaction(Connection connection, Dialect dialect, StoreLimits limits) {
        this.connection = connection;
        this.dialect = dialect;
        keys = new IdempotencyKeys(dialect);
        writing = new JobUpdates(dialect, limits);
        quota = new StorageQuota(connection, dialect, limits.storagePerUser());
    }

    SubmitResult run(JobSubmission submission) throws SQLException {
        Instant now = lockOwner(submission.owner());
        if (submission.key() != null) {
            var before = keys.before(connection, submission.key());
            if (before.isPresent()) {
                return before.get();
            }
        }
        if (submission.retryOf() != null) {
            var retry = unfinishedRetry(submission.retryOf());
            if (retry.isPresent()) {
                return new SubmitResult.RetryUnfinished(retry.get());
            }
        }
        if (unfinished(submission.owner(), submission.maxQueued()) >= submission.maxQueued()) {
            return new SubmitResult.OverQuota();
        }
        var stored = new StoredJob(job(submission, now), submission.worker() != null, now);
        var growth = stored.apply(first(stored, submission));
        storeInputs(submission);
        writing.insert(connection, stored);
        if (submission.key() != null) {
            keys.keep(connection, submission.key(), submission.id());
        }
        return new SubmitResult.Accepted(growth);
    }

    private static Verdict first(StoredJob stored, JobSubmission submission) {
        var worker = submission.worker();
        if (worker == null) {
            return Verdict.append(new Event.Queued());
        }
        stored.claim(worker.node());
        return new Verdict(
                List.of(new Event.Queued(), new Event.Started(1, worker.node())), null, false, worker.timeout());
    }

    /** Answers the time behind the lock, so that an owner's jobs are created in the order of their commits. */
    private Instant lockOwner(String owner) throws SQLException {
        String lock = "select owner from owners where owner = ? for update";
        if (Sql.query(connection, lock, Sql::text, owner).isEmpty()) {
            Sql.update(connection, "insert into owners (owner) values (?) on conflict do nothing", owner);
            Sql.query(connection, lock, Sql::text, owner);
        }
        return Sql.query(
                        connection,
                        "select " + dialect.clock(),
                        row -> Sql.instant(row.getObject(1, OffsetDateTime.class)))
                .get(0);
    }

    /** Locks the job that is retried: until the end of this transaction it is not deleted, nor retried by another one. */
    private Optional<String> unfinishedRetry(String source) throws SQLException {
        if (Sql.query(connection, "select id from jobs where id = ? for update", Sql::text, source)
                .isEmpty()) {
            throw new StoreException("the inputs of job " + source + " are gone", null, StoreException.Reason.REFUSED);
        }
        return Sql.query(connection, "select id from jobs where retry_of = ? and finished is null", Sql::text, source)
                .stream()
                .findFirst();
    }

    /** Counts the owner's unfinished jobs, up to {@code most}. */
    private int unfinished(String owner, int most) throws SQLException {
        return Sql.query(connection, UNFINISHED, row -> row.getInt(1), owner, most)
                .get(0);
    }

    private static Job job(JobSubmission submission, Instant now) {
        Instant due = submission.notBefore();
        return Job.queued(
                submission.id(),
                submission.type(),
                submission.title(),
                submission.owner(),
                now,
                submission.params(),
                submission.priority(),
                due == null ? now : due.truncatedTo(ChronoUnit.MICROS),
                submission.retryOf());
    }

    private void storeInputs(JobSubmission submission) throws SQLException {
        var files = new ArrayList<InputFile>(submission.files());
        var needed = new HashSet<String>();
        for (InputFile file : files) {
            if (file.size() > 0) {
                needed.add(file.blob());
            }
        }
        writing.named(connection, files.stream().map(InputFile::blob).toList(), needed);
        quota.addUp(submission.owner());
        var sizes = new HashMap<String, Long>();
        files.forEach(file -> sizes.put(file.blob(), file.size()));
        quota.named(submission.owner(), sizes);
        String source = submission.retryOf();
        if (source != null) {
            files.addAll(inputs(connection, source));
        }
        var rows = new RowBatch("inputs", INPUT);
        for (InputFile file : files) {
            rows.add(submission.id(), file.name(), file.mediaType(), file.size(), file.sha256(), file.blob());
        }
        dialect.insert(connection, rows);
    }

    /** The inputs of a job, sorted by name. */
    static List<InputFile> inputs(Connection connection, String job) throws SQLException {
        return Sql.query(
                connection,
                "select name, media_type, size, sha256, blob from inputs where job = ? order by name",
                SubmitTransaction::input,
                job);
    }

    private static InputFile input(ResultSet row) throws SQLException {
        return new InputFile(row.getString(1), row.getString(2), row.getLong(3), row.getString(4), row.getString(5));
    }

    /** Blobs among these that an input names. */
    static Set<String> named(Connection connection, Set<String> blobs) throws SQLException {
        return new HashSet<>(
                Sql.query(connection, "select distinct blob from inputs where blob = any(?)", Sql::text, blobs));
    }
}
