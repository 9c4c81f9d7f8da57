package dev.tidings.jdbc;

import dev.tidings.log.LogEntry;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between databases.
 *
 * <p>Threads: any; no state.
 */
interface Dialect {
    /** The folder of its migrations, below {@code db}. */
    String folder();

    /** Whether {@link SingleWriter} has to keep the transactions that write apart. */
    boolean oneWriter();

    /** Throws a {@link dev.tidings.log.StoreException} that says what to do, when the database cannot hold what is stored. */
    default void requireUsable(Connection connection) throws SQLException {}

    /** Makes other nodes wait here until the transaction ends. */
    void lockSchema(Connection connection) throws SQLException;

    /** Whether no other node is at its housekeeping; the answer holds until the transaction ends. */
    boolean aloneUntilCommit(Connection connection) throws SQLException;

    /** An expression for the time now, to the microsecond. */
    String clock();

    /** An expression for the time a number of microseconds from now; the number is a parameter. */
    String fromNow();

    /** Inserts all rows. */
    void insert(Connection connection, RowBatch rows) throws SQLException;

    /** Changes the rows that the first column names by their key. */
    void update(Connection connection, RowBatch rows) throws SQLException;

    /**
     * Inserts lines of logs, changes their jobs' rows as {@link #update} does, and sends hints as {@link #hint} does: what
     * a group of writes needs, in as few statements as can be.
     */
    void write(Connection connection, RowBatch lines, RowBatch jobs, Collection<WakeUps.Hint> hints)
            throws SQLException;

    /**
     * The next due jobs to be claimed, at most {@code limit}: all of one priority, which is the highest below
     * {@code below} that a due job has. Owners take turns, the one whose last claim lies furthest back first, each
     * owner's oldest job first.
     */
    List<Due> due(Connection connection, Set<String> types, int below, int limit) throws SQLException;

    /** A job that may be claimed. */
    record Due(String job, String owner, int priority) {}

    /** Makes a query of an update of {@code jobs}, which answers these columns of the changed rows. */
    String returning(String update, String columns);

    /**
     * The stored events after a number, for several jobs at once.
     *
     * @param after relative numbers, by job
     * @param maxEvents most events for each job
     * @param maxBytes no event of a job follows those that have so many {@link StoredEvent#bytes} together
     */
    List<StoredEvent> eventsAfter(Connection connection, Map<String, Long> after, int maxEvents, int maxBytes)
            throws SQLException;

    /** Sends hints to the other nodes when the transaction commits. */
    void hint(Connection connection, Collection<WakeUps.Hint> hints) throws SQLException;

    /**
     * A stored event.
     *
     * @param seq relative to its job's base
     * @param bytes the length of {@code body} as the database counts it
     */
    record StoredEvent(String job, long seq, LogEntry.Kind kind, String body, int bytes) {}
}
