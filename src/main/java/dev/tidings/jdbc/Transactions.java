package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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

    private final DataSource dataSource;
    private final @Nullable Lock turn;
    private volatile boolean full;

    /**
     * Transactions of a database.
     *
     * @param oneWriter whether one that writes has to be over before the next begins
     */
    Transactions(DataSource dataSource, boolean oneWriter) {
        this.dataSource = dataSource;
        this.turn = oneWriter ? new ReentrantLock(true) : null;
    }

    /**
     * Runs {@code work}, which writes, and commits.
     *
     * @param wish what it is for, with identifiers: "claim jobs for node n1"
     */
    <T> T run(String wish, Work<T> work) {
        if (turn == null) {
            return tried(wish, work);
        }
        awaitTurn(turn, wish);
        try {
            return tried(wish, work);
        } finally {
            turn.unlock();
        }
    }

    /** The same for work that only reads: it waits for no writer. */
    <T> T read(String wish, Work<T> work) {
        return tried(wish, work);
    }

    /** An interrupt is for whoever waits for the work, and does not keep it from being done. */
    private static void awaitTurn(Lock turn, String wish) {
        long deadline = System.nanoTime() + Database.ACQUISITION.toNanos();
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    if (turn.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    throw new StoreException(
                            "cannot " + wish + ": others have written for longer than " + Database.ACQUISITION, null);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T tried(String wish, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work);
            } catch (SQLException e) {
                if (attempt == TRIES || !Dialect.transientFailure(e)) {
                    boolean noRoom = Dialect.full(e);
                    if (noRoom) {
                        full = true;
                    }
                    throw new StoreException("cannot " + wish, e, noRoom);
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

    private <T> T once(Work<T> work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.getAutoCommit()) {
                connection.setAutoCommit(false);
            }
            boolean done = false;
            try {
                T result = work.in(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollBack(connection);
                }
            }
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
