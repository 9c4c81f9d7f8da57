package dev.tidings.jdbc;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import java.sql.Connection;
import java.sql.SQLException;

/** The contract on a database. */
abstract class JdbcStoreContract extends StoreContract {
    abstract JdbcStore store();

    abstract Connection connect() throws SQLException;

    @Override
    JobStore jobs() {
        return store().jobs();
    }

    @Override
    ArtifactStore blobs() {
        return store().artifacts();
    }

    @Override
    AutoCloseable hold(String job) throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        Sql.query(connection, "select id from jobs where id = ? for update", Sql::text, job);
        return () -> {
            connection.rollback();
            connection.close();
        };
    }
}
