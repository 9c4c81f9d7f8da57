package dev.tidings.jdbc;

import dev.tidings.job.Job;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.SubmitResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Idempotency keys: what was stored under them, and storing them. */
final class IdempotencyKeys {
    private record Stored(String fingerprint, String job) {}

    private final Dialect dialect;

    IdempotencyKeys(Dialect dialect) {
        this.dialect = dialect;
    }

    /** What the key says: {@code Repeated}, {@code Gone} or {@code KeyReused}; empty when it is new. */
    Optional<SubmitResult> before(Connection connection, IdempotencyKey key) throws SQLException {
        var stored = Sql.query(
                connection,
                "select fingerprint, job from idempotency_keys where owner = ? and name = ?",
                row -> new Stored(row.getString(1), row.getString(2)),
                key.owner(),
                key.key());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        if (!stored.get(0).fingerprint().equals(key.fingerprint())) {
            return Optional.of(new SubmitResult.KeyReused());
        }
        Optional<Job> job = JobQueries.find(connection, stored.get(0).job());
        return Optional.of(job.isPresent() ? new SubmitResult.Repeated(job.get()) : new SubmitResult.Gone());
    }

    /** Stores it; fails when somebody else was quicker, and then the transaction is tried again. */
    void keep(Connection connection, IdempotencyKey key, String job) throws SQLException {
        Sql.update(
                connection,
                "insert into idempotency_keys (owner, name, fingerprint, job, created) values (?, ?, ?, ?, "
                        + dialect.clock() + ")",
                key.owner(),
                key.key(),
                key.fingerprint(),
                job);
    }
}
