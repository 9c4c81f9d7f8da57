package dev.tidings.jdbc;

import dev.tidings.job.Job;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.Replay;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Jobs and logs in a database: which transaction does what. */
final class JdbcJobStore implements JobStore {
    /** How far numbers are raised after a restore (contract §10). */
    private static final long RAISE = 1_000_000;

    /** How many rows are raised in one transaction. */
    private static final int SLICE = 500;

    private final Transactions transactions;
    private final Dialect dialect;
    private final JdbcArtifactStore artifacts;
    private final StoreLimits limits;

    JdbcJobStore(Transactions transactions, Dialect dialect, JdbcArtifactStore artifacts, StoreLimits limits) {
        this.limits = limits;
        this.transactions = transactions;
        this.dialect = dialect;
        this.artifacts = artifacts;
    }

    @Override
    public SubmitResult submit(JobSubmission submission) {
        return transactions.run(
                "store job " + submission.id(),
                connection -> new SubmitTransaction(connection, dialect, limits).run(submission));
    }

    @Override
    public Optional<SubmitResult> repeated(IdempotencyKey key) {
        return transactions.read(
                "look an idempotency key up", connection -> new IdempotencyKeys(dialect).before(connection, key));
    }

    @Override
    public Optional<Job> find(String id) {
        return transactions.read("read job " + id, connection -> JobQueries.find(connection, id));
    }

    @Override
    public Map<String, Job> find(Collection<String> ids) {
        return ids.isEmpty()
                ? Map.of()
                : transactions.read("read " + ids.size() + " jobs", connection -> JobQueries.find(connection, ids));
    }

    @Override
    public List<Job> list(JobQuery query) {
        return transactions.read("list jobs", connection -> JobQueries.list(connection, query));
    }

    @Override
    public List<InputFile> inputs(String id) {
        return transactions.read(
                "read the inputs of job " + id, connection -> SubmitTransaction.inputs(connection, id));
    }

    @Override
    public Map<String, Replay> read(Map<String, Long> cursors, int maxEntries, int maxBytes) {
        return cursors.isEmpty()
                ? Map.of()
                : transactions.read(
                        "read on in " + logs(cursors),
                        connection -> JobQueries.read(connection, dialect, cursors, maxEntries, maxBytes));
    }

    private static String logs(Map<String, Long> cursors) {
        return cursors.size() == 1
                ? "the log of job " + cursors.keySet().iterator().next()
                : cursors.size() + " logs";
    }

    @Override
    public List<WriteResult> write(List<Write> writes) {
        if (writes.isEmpty()) {
            return List.of();
        }
        String wish = writes.size() == 1
                ? "write to job " + writes.get(0).job()
                : "write " + writes.size() + " changes, the first to job "
                        + writes.get(0).job();
        return transactions.run(wish, connection -> new GroupWrite(connection, dialect, limits).run(writes));
    }

    @Override
    public List<WriteResult.Done> claim(String node, Set<String> types, int limit, Duration lease) {
        return transactions.run(
                "claim jobs for node " + node,
                connection -> new ClaimQueries(connection, dialect).claim(node, types, limit, lease));
    }

    @Override
    public Renewal renew(String node, Duration lease) {
        return transactions.run(
                "renew the leases of node " + node,
                connection -> new ClaimQueries(connection, dialect).renew(node, lease));
    }

    @Override
    public List<String> lapsed(int limit) {
        return transactions.read(
                "look for lapsed leases", connection -> new ClaimQueries(connection, dialect).lapsed(limit));
    }

    @Override
    public Optional<Duration> untilDue(Set<String> types) {
        return transactions.read(
                "look for the next due job", connection -> new ClaimQueries(connection, dialect).untilDue(types));
    }

    @Override
    public Map<String, Integer> unclaimed(Set<String> types, Duration age) {
        return transactions.read(
                "look for jobs that nobody claims",
                connection -> new ClaimQueries(connection, dialect).unclaimed(types, age));
    }

    @Override
    public Optional<Job> delete(String id) {
        var removed = transactions.run(
                "delete job " + id, connection -> new DeleteTransaction(connection, dialect).remove(id));
        removed.ifPresent(gone -> artifacts.removeDropped(gone.blobs()));
        return removed.map(DeleteTransaction.Removed::job);
    }

    /** The work has connections of its own; the one here keeps the other nodes off, writes nothing, and no writer waits for it. */
    @Override
    public boolean alone(Runnable work) {
        return transactions.read("keep house alone", connection -> {
            boolean mine = dialect.aloneUntilCommit(connection);
            if (mine) {
                work.run();
            }
            return mine;
        });
    }

    @Override
    public List<String> expired(Duration retention, int limit) {
        return transactions.read(
                "look for expired jobs",
                connection -> Sql.query(
                        connection,
                        "select id from jobs where finished <= " + dialect.fromNow()
                                + " and (kept_until is null or kept_until <= " + dialect.clock()
                                + ") order by finished, id fetch first ? rows only",
                        Sql::text,
                        ClaimQueries.micros(retention.negated()),
                        limit));
    }

    /** Rows that others have locked are being kept, or deleted, by them. */
    @Override
    public void keep(Collection<String> jobs, Duration retention, Duration yet) {
        if (jobs.isEmpty()) {
            return;
        }
        transactions.run("keep jobs that are read", connection -> {
            var expired = Sql.query(
                    connection,
                    "select id from jobs where id = any(?) and finished <= " + dialect.fromNow()
                            + " order by id for update skip locked",
                    Sql::text,
                    jobs,
                    ClaimQueries.micros(retention.negated()));
            return expired.isEmpty()
                    ? 0
                    : Sql.update(
                            connection,
                            "update jobs set kept_until = " + dialect.fromNow() + " where id = any(?)",
                            ClaimQueries.micros(yet),
                            expired);
        });
    }

    @Override
    public void forgetKeys(Duration age) {
        transactions.run(
                "forget old idempotency keys",
                connection -> Sql.update(
                        connection,
                        "delete from idempotency_keys where created <= " + dialect.fromNow(),
                        ClaimQueries.micros(age.negated())));
    }

    /**
     * In slices: should one fail, the operator asks again, and a log that is raised twice is as good. Other nodes get
     * hints, since their readers' logs in memory may be the lost future.
     */
    @Override
    public void restored() {
        String last = "";
        for (List<String> slice = slice(last); !slice.isEmpty(); slice = slice(last)) {
            var ids = slice;
            transactions.run("raise the numbers of " + ids.size() + " logs", connection -> {
                int raised = Sql.update(connection, "update jobs set base = base + ? where id = any(?)", RAISE, ids);
                dialect.hint(connection, hints(connection, ids));
                return raised;
            });
            last = ids.get(ids.size() - 1);
        }
    }

    private static List<WakeUps.Hint> hints(Connection connection, Collection<String> ids) throws SQLException {
        return Sql.query(
                connection,
                "select id, owner from jobs where id = any(?)",
                row -> new WakeUps.Hint(row.getString(1), row.getString(2)),
                ids);
    }

    private List<String> slice(String after) {
        return transactions.read(
                "look for logs after " + after,
                connection -> Sql.query(
                        connection,
                        "select id from jobs where id > ? order by id fetch first ? rows only",
                        Sql::text,
                        after,
                        SLICE));
    }

    /** A database that is full still answers; once it has refused a write, writing is tried too. */
    @Override
    public void check() {
        transactions.read(
                "read jobs",
                connection -> Sql.query(connection, "select id from jobs fetch first 1 rows only", Sql::text));
        if (transactions.full()) {
            artifacts.tryToGrow();
            transactions.hasRoom();
        }
    }
}
