package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Order among the transactions of H2, which has none of its own that would outlast the death of the process
 * (docs/decisions/0007): one transaction writes at a time, and nobody tells of a commit that is not yet in the file.
 *
 * <p>H2 lets others read a commit before it has written it. Who passes that on has told of something that a death at this
 * moment undoes; so a reader waits for the commit that is under way when it is done.
 *
 * <p>Threads: any.
 */
final class SingleWriter {
    /** How often a reader begins again after a commit that failed. */
    private static final int TRIES = 3;

    private final Lock turn = new ReentrantLock(true);
    /** Held while a commit goes from memory to the file. */
    private final Lock storing = new ReentrantLock();
    /** Commits that others could read and that were perhaps never stored. */
    private final AtomicLong failed = new AtomicLong();

    /**
     * Does {@code work} when those who came before are done. An interrupt is for whoever waits for the work, and does not
     * keep it from being done.
     *
     * @param wish what it is for
     * @throws StoreException when others write for too long
     */
    <T> T write(String wish, Supplier<T> work) {
        awaitTurn(wish);
        try {
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    /** Commits what this thread, whose turn it is, has written. */
    void commit(Connection connection) throws SQLException {
        storing.lock();
        boolean stored = false;
        try {
            connection.commit();
            stored = true;
        } finally {
            if (!stored) {
                failed.incrementAndGet();
            }
            storing.unlock();
        }
    }

    /**
     * Does {@code work}, which only reads, and answers when all that it can have read is in the file.
     *
     * @param wish what it is for
     * @throws StoreException when commits fail meanwhile, time and again
     */
    <T> T read(String wish, Supplier<T> work) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            long failedBefore = failed.get();
            T read = work.get();
            if (failedWhenStored() == failedBefore) {
                return read;
            }
        }
        throw new StoreException("cannot " + wish + ": what was written meanwhile could not be stored", null);
    }

    private long failedWhenStored() {
        storing.lock();
        try {
            return failed.get();
        } finally {
            storing.unlock();
        }
    }

    private void awaitTurn(String wish) {
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
}
