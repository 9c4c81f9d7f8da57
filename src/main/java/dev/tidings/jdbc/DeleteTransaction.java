package dev.tidings.jdbc;

import dev.tidings.job.Artifact;
import dev.tidings.job.Job;
import dev.tidings.log.InputFile;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One transaction that deletes a job; the bytes that nobody names then are only marked, since they may be many. */
final class DeleteTransaction {
    /**
     * A deleted job.
     *
     * @param blobs what is to be removed now
     */
    record Removed(Job job, Set<String> blobs) {}

    private final Connection connection;
    private final Dialect dialect;

    DeleteTransaction(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    Optional<Removed> remove(String id) throws SQLException {
        var found = Sql.query(
                connection,
                "select " + StoredJob.JOB_COLUMNS + " from jobs where id = ? for update",
                StoredJob::job,
                id);
        if (found.isEmpty() || !found.get(0).state().terminal()) {
            return Optional.empty();
        }
        Job job = found.get(0);
        var blobs = inputs(id);
        job.artifacts().stream().map(Artifact::version).forEach(blobs::add);
        Sql.update(connection, "delete from events where job = ?", id);
        Sql.update(connection, "delete from jobs where id = ?", id);
        new StorageQuota(connection, dialect, Long.MAX_VALUE).dropped(blobs);
        dialect.hint(connection, List.of(new WakeUps.Hint(id, job.owner())));
        return Optional.of(new Removed(job, blobs));
    }

    /** Removes a job's inputs and answers the blobs of those that no other job shares. */
    private Set<String> inputs(String id) throws SQLException {
        var blobs = new HashSet<String>();
        for (InputFile file : SubmitTransaction.inputs(connection, id)) {
            blobs.add(file.blob());
        }
        if (!blobs.isEmpty()) {
            // Of two jobs that share a file and are deleted at once, the second sees here that the first is gone.
            Sql.query(connection, "select id from blobs where id = any(?) order by id for update", Sql::text, blobs);
            Sql.update(connection, "delete from inputs where job = ?", id);
            blobs.removeAll(SubmitTransaction.named(connection, blobs));
        }
        return blobs;
    }
}
