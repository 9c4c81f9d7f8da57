package dev.tidings.jdbc;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.StoreException;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * The store of a node: opened once, with a schema that is up to date.
 *
 * <p>Threads: any. Closing waits for nobody; what is under way fails.
 */
public final class JdbcStore implements AutoCloseable {
    private final Database database;
    private final JdbcJobStore jobs;
    private final JdbcArtifactStore artifacts;
    private final Hints hints = new Hints(UUID.randomUUID().toString().substring(0, 8));
    private final boolean notifies;

    private JdbcStore(StoreSettings settings) {
        database = Database.open(settings);
        try {
            Dialect dialect = dialect(settings);
            notifies = dialect instanceof PostgresDialect;
            Migrations.run(database, dialect, settings.migrate());
            var transactions = new Transactions(database.dataSource(), dialect.oneWriter(), setsIsolation(settings));
            artifacts = new JdbcArtifactStore(transactions, dialect);
            jobs = new JdbcJobStore(transactions, dialect, artifacts);
            if (settings.embedded()) {
                transactions.run(
                        "free what ran in a former process",
                        connection -> new Claiming(connection, dialect).endLeases());
            }
        } catch (RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    /**
     * Opens the store. One process has an embedded one at a time, so what is said to run in it runs nowhere: its leases
     * are over at once.
     *
     * @throws StoreException when it cannot be reached, is in use by another process, or has not the schema that this
     *     version needs; the message says what to do
     */
    public static JdbcStore open(StoreSettings settings) {
        return new JdbcStore(settings);
    }

    /** Jobs and their logs. */
    public JobStore jobs() {
        return jobs;
    }

    /** The bytes of inputs and artifacts. */
    public ArtifactStore artifacts() {
        return artifacts;
    }

    /**
     * Hints from other nodes, over a connection of their own; {@link WakeUps#NONE} when the store has one node only.
     *
     * @param executor runs one task until the answer is closed
     */
    public WakeUps wakeUps(Executor executor) {
        return notifies ? new PostgresWakeUps(database::direct, hints, executor) : WakeUps.NONE;
    }

    private Dialect dialect(StoreSettings settings) {
        try (Connection connection = first()) {
            String product = connection.getMetaData().getDatabaseProductName();
            return switch (product) {
                case "H2" -> new H2Dialect();
                case "PostgreSQL" -> new PostgresDialect(hints);
                default ->
                    throw new StoreException(
                            "Tidings keeps its jobs in PostgreSQL or H2; the " + settings + " is " + product, null);
            };
        } catch (SQLException e) {
            if (SqlStates.inUse(e)) {
                throw new StoreException(
                        "tidings.home=" + settings.home()
                                + " is in use by another process; one process has the embedded"
                                + " database at a time. For several nodes set tidings.db.url to a PostgreSQL.",
                        e);
            }
            throw new StoreException("the " + settings + " cannot be reached", e);
        }
    }

    /** Our own pool has set it. */
    private boolean setsIsolation(StoreSettings settings) {
        if (settings.dataSource() == null) {
            return false;
        }
        try (Connection connection = database.direct()) {
            return connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED;
        } catch (SQLException e) {
            throw new StoreException("the " + settings + " cannot be reached", e);
        }
    }

    /** The first connection takes long where the machine is busy, since the driver's classes are loaded; so, twice. */
    private Connection first() throws SQLException {
        try {
            return database.direct();
        } catch (SQLException slow) {
            if (SqlStates.inUse(slow)) {
                throw slow;
            }
            return database.direct();
        }
    }

    private void closeAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            database.close();
        } finally {
            deregisterDrivers();
        }
    }

    /** Drivers register themselves for the whole JVM; those that came with this application go with it. */
    private static void deregisterDrivers() {
        ClassLoader ours = JdbcStore.class.getClassLoader();
        if (ours == ClassLoader.getSystemClassLoader()) {
            return;
        }
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (driver.getClass().getClassLoader() == ours) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException e) {
                    throw new StoreException("a driver cannot be deregistered", e);
                }
            }
        }
    }
}
