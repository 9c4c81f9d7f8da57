package dev.tidings.jdbc;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.StoreException;
import dev.tidings.log.StoreException.Reason;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * The store of a node: opened once, with a schema that is up to date.
 *
 * <p>Threads: any. Closing waits for nobody; what is under way fails.
 */
public final class JdbcStore implements AutoCloseable {
    /** How long the embedded database may be closed before it counts as lost. */
    private static final Duration LOST = Duration.ofSeconds(30);

    private final Database database;
    private final JdbcJobStore jobs;
    private final JdbcArtifactStore artifacts;
    private final NotifyPayloads hints =
            new NotifyPayloads(UUID.randomUUID().toString().substring(0, 8));
    private final boolean notifies;
    private final String place;

    /** What the first connection told. */
    private record Opened(Dialect dialect, String place) {}

    private JdbcStore(StoreSettings settings, StoreLimits limits) {
        database = Database.open(settings);
        try {
            Opened opened = opened(settings);
            Dialect dialect = opened.dialect();
            place = opened.place();
            notifies = dialect instanceof PostgresDialect;
            Migrations.run(database, dialect, settings.migrate());
            var transactions = new Transactions(database, dialect.oneWriter(), setsIsolation(settings));
            artifacts = new JdbcArtifactStore(transactions, dialect);
            jobs = new JdbcJobStore(transactions, dialect, artifacts, limits);
            if (settings.embedded()) {
                transactions.run(
                        "free what ran in a former process",
                        connection -> new ClaimQueries(connection, dialect).endLeases());
            }
            jobs.check();
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
    public static JdbcStore open(StoreSettings settings, StoreLimits limits) {
        return new JdbcStore(settings, limits);
    }

    /** The same without limits. */
    static JdbcStore open(StoreSettings settings) {
        return open(settings, StoreLimits.NONE);
    }

    /** Jobs and their logs. */
    public JobStore jobs() {
        return jobs;
    }

    /** The bytes of inputs and artifacts. */
    public ArtifactStore artifacts() {
        return artifacts;
    }

    /** Where the jobs are, for people: the database, its host and name, without user and password. */
    public String place() {
        return place;
    }

    /** Whether the embedded database closed itself and can no longer be opened: only a new process may help. */
    public boolean lost() {
        return database.closedFor().compareTo(LOST) > 0;
    }

    /**
     * Hints from other nodes, over a connection of their own; {@link WakeUps#NONE} when the store has one node only.
     *
     * @param executor runs one task until the answer is closed
     */
    public WakeUps wakeUps(Executor executor) {
        if (!notifies) {
            return WakeUps.NONE;
        }
        return new PostgresWakeUps(database.keepsSessions() ? database::direct : null, hints, executor);
    }

    private Opened opened(StoreSettings settings) {
        try (Connection connection = first()) {
            DatabaseMetaData about = connection.getMetaData();
            String product = about.getDatabaseProductName();
            Dialect dialect = switch (product) {
                case "H2" -> new H2Dialect();
                case "PostgreSQL" -> new PostgresDialect(hints);
                default ->
                    throw new StoreException(
                            "Tidings keeps its jobs in PostgreSQL or H2; the " + settings + " is " + product,
                            null,
                            Reason.MISCONFIGURED);
            };
            dialect.requireUsable(connection);
            return new Opened(dialect, settings.embedded() ? settings.toString() : product + " at " + place(about));
        } catch (SQLException e) {
            if (SqlStates.inUse(e)) {
                throw new StoreException(
                        "tidings.home=" + settings.home()
                                + " is in use by another process; one process has the embedded"
                                + " database at a time. For several nodes set tidings.db.url to a PostgreSQL.",
                        e);
            }
            throw new StoreException("the " + settings + " cannot be reached", e, SqlStates.reason(e));
        }
    }

    /** Host and name of the database, as in {@code //db.example.com:5432/tidings}. */
    private static String place(DatabaseMetaData about) throws SQLException {
        String url = about.getURL();
        return url == null
                ? "the data source"
                : url.replaceFirst("^jdbc:[a-z0-9]+:", "").replaceFirst("[?;].*", "");
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
