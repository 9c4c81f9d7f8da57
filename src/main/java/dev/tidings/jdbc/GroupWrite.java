package dev.tidings.jdbc;

import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One transaction of {@link dev.tidings.log.JobStore#write}: lock what is free, decide in memory, write what changed.
 *
 * <p>Threads: one; used once.
 */
final class GroupWrite {
    private final Connection connection;
    private final Dialect dialect;
    private final IdempotencyKeys keys;
    private final StoreLimits limits;

    /** The locked rows, by id. */
    private final Map<String, StoredJob> locked = new HashMap<>();

    private final Set<String> busy = new HashSet<>();

    GroupWrite(Connection connection, Dialect dialect, StoreLimits limits) {
        this.limits = limits;
        this.connection = connection;
        this.dialect = dialect;
        keys = new IdempotencyKeys(dialect);
    }

    List<WriteResult> run(List<Write> writes) throws SQLException {
        lock(writes);
        var written = new ArrayList<WriteResult>();
        for (Write write : writes) {
            written.add(decide(write));
        }
        new JobUpdates(dialect, limits).update(connection, locked.values());
        return written;
    }

    private void lock(List<Write> writes) throws SQLException {
        var ids = new TreeSet<String>();
        writes.forEach(write -> ids.add(write.job()));
        String select = "select " + StoredJob.COLUMNS + ", " + dialect.clock()
                + " as read_at from jobs where id = any(?) order by id for update skip locked";
        for (StoredJob stored : Sql.query(connection, select, StoredJob::read, ids)) {
            locked.put(stored.job.id(), stored);
        }
        ids.removeAll(locked.keySet());
        if (!ids.isEmpty()) {
            busy.addAll(Sql.query(connection, "select id from jobs where id = any(?)", Sql::text, ids));
        }
    }

    private WriteResult decide(Write write) throws SQLException {
        StoredJob stored = locked.get(write.job());
        if (stored == null) {
            return busy.contains(write.job()) ? new WriteResult.Busy() : new WriteResult.Missing();
        }
        IdempotencyKey key = write.key();
        if (key != null) {
            var before = keys.before(connection, key);
            if (before.isPresent()) {
                return repeated(before.get());
            }
        }
        var verdict = write.decision().on(stored.row());
        if (verdict.nothing()) {
            return WriteResult.unchanged(stored.row(), verdict);
        }
        var growth = stored.apply(verdict);
        if (key != null) {
            keys.keep(connection, key, write.job());
        }
        return new WriteResult.Done(stored.row(), growth);
    }

    private WriteResult repeated(SubmitResult before) {
        if (before instanceof SubmitResult.Repeated repeated) {
            StoredJob now = locked.get(repeated.job().id());
            return new WriteResult.Repeated(now == null ? repeated.job() : now.job);
        }
        return before instanceof SubmitResult.Gone ? new WriteResult.Missing() : new WriteResult.KeyReused();
    }
}
