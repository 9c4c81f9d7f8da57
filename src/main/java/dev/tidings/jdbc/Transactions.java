package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import dev.tidings.log.StoreException.Reason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions, and turns every failure into a {@link StoreException}.
 *
 * <p>What the database itself gave up (deadlock, serialization, somebody was quicker) is tried again, from the
 * beginning; what may have been committed is not.
 *
 * <p>Threads: any; each call has a connection of its own.
 */
final class Transactions {
    /** How often work is tried that the database gives up. */
    private static final int TRIES = 5;

    /** The longest pause between two tries. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final Logger LOG = System.getLogger(Transactions.class.getName());

    /** Work inside a transaction; may run more than once. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** How a transaction is committed. */
    @FunctionalInterface
    private interface Commit {
        void of(Connection connection) throws SQLException;
    }

    private final Database database;
    private final DataSource dataSource;
    private final @Nullable String begin;
    private final @Nullable SingleWriter oneWriter;
    private final boolean setIsolation;
    private volatile boolean full;

    /**
     * Transactions of a database.
     *
     * @param oneWriter whether {@link SingleWriter} has to keep those that write apart
     * @param setIsolation whether connections come with another isolation than READ COMMITTED, which what is done here was
     *     made for; under a stricter one it would fail more often than can be tried again
     */
    Transactions(Database database, boolean oneWriter, boolean setIsolation) {
        this.database = database;
        dataSource = database.dataSource();
        begin = database.begin();
        this.setIsolation = setIsolation;
        this.oneWriter = oneWriter ? new SingleWriter() : null;
    }

    /**
     * Runs {@code work}, which writes, and commits.
     *
     * @param wish what it is for, with identifiers: "claim jobs for node n1"
     */
    <T> T run(String wish, Work<T> work) {
        SingleWriter writer = oneWriter;
        return writer == null
                ? tried(wish, work, Connection::commit)
                : writer.write(wish, () -> tried(wish, work, writer::commit));
    }

    /** The same for work that only reads: it waits for no writer, but for what it read to be stored. */
    <T> T read(String wish, Work<T> work) {
        SingleWriter writer = oneWriter;
        return writer == null
                ? tried(wish, work, Connection::commit)
                : writer.read(wish, () -> tried(wish, work, Connection::commit));
    }

    private <T> T tried(String wish, Work<T> work, Commit commit) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work, commit);
            } catch (SQLException e) {
                if (SqlStates.closedDatabase(e)) {
                    database.reopen();
                }
                if (attempt == TRIES || !SqlStates.transientFailure(e)) {
                    Reason reason = SqlStates.reason(e);
                    if (reason == Reason.FULL) {
                        full = true;
                    }
                    throw new StoreException("cannot " + wish, e, reason);
                }
                LOG.log(Level.DEBUG, () -> "again after " + e.getSQLState() + ": " + wish);
                LockSupport.parkNanos(RandomGenerator.getDefault().nextLong(PAUSE.toNanos() * attempt));
            }
        }
    }

    /** Whether the database took nothing in when it was last asked to, and {@link #hasRoom} was not told since. */
    boolean full() {
        return full;
    }

    /** Says that it takes writes again. */
    void hasRoom() {
        full = false;
    }

    private <T> T once(Work<T> work, Commit commit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.getAutoCommit()) {
                connection.setAutoCommit(false);
            }
            if (setIsolation) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            }
            boolean done = false;
            try {
                if (begin != null) {
                    begin(connection, begin);
                }
                T result = work.in(connection);
                commit.of(connection);
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollBack(connection);
                }
            }
        }
    }

    private static void begin(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The failure that brought us here tells more.
            LOG.log(Level.DEBUG, "a roll-back failed too", e);
        }
    }
}
