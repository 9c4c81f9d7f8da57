package dev.tidings.jdbc;

import dev.tidings.jdbc.RowBatch.Column;
import dev.tidings.log.StoreException;
import dev.tidings.log.WakeUps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: many rows are arrays, one for each column, in one statement that is prepared once. */
final class PostgresDialect implements Dialect {
    private static final String NOTIFY =
            "select pg_notify('" + NotifyPayloads.CHANNEL + "', p) from unnest(?::text[]) p";

    /**
     * The length of a body is known without it: those that are not wanted are neither put together nor sent. The limit is
     * hidden from the planner, which for one that is above a log's average length would sort all of the log's rest.
     */
    static final String NEXT_EVENTS = "select e.job, e.seq, e.kind, e.body, e.bytes"
            + " from unnest(?::text[], ?::bigint[]) as c(job, after) cross join lateral"
            + " (select *, sum(bytes) over (order by seq rows unbounded preceding) as through"
            + " from (select *, octet_length(body) as bytes from events"
            + " where events.job = c.job and seq > c.after order by seq limit (select ?)) next) e"
            + " where e.through - e.bytes < ?";

    /**
     * Steps from owner to owner by the index {@code jobs_turns}, and reads a few jobs of each; a query of {@code distinct}
     * owners would read all jobs that wait. {@code due} is compared with a sub-select, since an index is not searched by a
     * volatile function.
     */
    static final String DUE = "with recursive top as (select priority from jobs"
            + " where state = 'queued' and not worker and type = any(?) and priority < ?"
            + " and due <= (select clock_timestamp()) order by priority desc, due, id limit 1),"
            + " waiting(owner) as ((select owner from jobs where state = 'queued' and priority = (select priority from top)"
            + " order by owner limit 1)"
            + " union all select (select owner from jobs where state = 'queued'"
            + " and priority = (select priority from top) and jobs.owner > waiting.owner order by owner limit 1)"
            + " from waiting where waiting.owner is not null)"
            + " select next.id, waiting.owner, (select priority from top) from waiting"
            + " left join turns on turns.owner = waiting.owner cross join lateral"
            + " (select id, due, row_number() over (order by due, id) as round from (select id, due from jobs"
            + " where state = 'queued' and not worker and jobs.owner = waiting.owner"
            + " and priority = (select priority from top) and type = any(?) and due <= (select clock_timestamp())"
            + " order by due, id limit ?) oldest) next"
            + " order by next.round, turns.claimed nulls first, next.due, next.id limit ?";

    private static final Logger LOG = System.getLogger(PostgresDialect.class.getName());

    private final NotifyPayloads hints;

    PostgresDialect(NotifyPayloads hints) {
        this.hints = hints;
    }

    @Override
    public String folder() {
        return "postgresql";
    }

    @Override
    public boolean oneWriter() {
        return false;
    }

    @Override
    public void requireUsable(Connection connection) throws SQLException {
        String encoding = Sql.query(
                        connection,
                        "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()",
                        Sql::text)
                .get(0);
        if (!encoding.equals("UTF8")) {
            throw new StoreException(
                    "the PostgreSQL database has the encoding " + encoding + ", which cannot hold all texts. Create one"
                            + " by: create database tidings template template0 encoding 'UTF8'",
                    null,
                    StoreException.Reason.MISCONFIGURED);
        }
    }

    /** A lock of the transaction, since behind a pooler a session may be another one's in the next moment. */
    @Override
    public void lockSchema(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = 0; set local lock_timeout = 0;"
                    + " set local idle_in_transaction_session_timeout = 0");
        }
        if (!lock(connection, "select pg_try_advisory_xact_lock(hashtext('tidings_schema'))")) {
            LOG.log(Level.INFO, "waiting for another node, which brings the database's schema up to date");
            Sql.query(connection, "select pg_advisory_xact_lock(hashtext('tidings_schema'))", row -> "");
        }
    }

    private static boolean lock(Connection connection, String sql) throws SQLException {
        return Sql.query(connection, sql, row -> row.getBoolean(1)).get(0);
    }

    @Override
    public boolean aloneUntilCommit(Connection connection) throws SQLException {
        return lock(connection, "select pg_try_advisory_xact_lock(hashtext('tidings_housekeeping'))");
    }

    @Override
    public String clock() {
        return "clock_timestamp()";
    }

    @Override
    public String fromNow() {
        return "clock_timestamp() + ? * interval '1 microsecond'";
    }

    @Override
    public void insert(Connection connection, RowBatch rows) throws SQLException {
        execute(connection, insertion(rows), rows);
    }

    @Override
    public void update(Connection connection, RowBatch rows) throws SQLException {
        execute(connection, change(rows), rows);
    }

    /** One round trip, since a group waits for each of them with its rows locked. */
    @Override
    public void write(Connection connection, RowBatch lines, RowBatch jobs, Collection<WakeUps.Hint> changed)
            throws SQLException {
        if (jobs.isEmpty()) {
            return;
        }
        String sql = "with lines as (" + insertion(lines) + "), changes as (" + change(jobs) + ") " + NOTIFY;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, 0, lines);
            bind(statement, lines.columns.size(), jobs);
            Sql.bind(statement, lines.columns.size() + jobs.columns.size() + 1, hints.payloads(changed));
            statement.executeQuery().close();
        }
    }

    private static String insertion(RowBatch rows) {
        return "insert into " + rows.table + " (" + names(rows.columns) + ") select * from unnest("
                + arrays(rows.columns) + ")";
    }

    private static String change(RowBatch rows) {
        String changes = rows.columns.stream()
                .skip(1)
                .map(column -> column.name() + " = v." + column.name())
                .collect(Collectors.joining(", "));
        String key = rows.columns.get(0).name();
        return "update " + rows.table + " t set " + changes + " from unnest(" + arrays(rows.columns) + ") as v("
                + names(rows.columns) + ") where t." + key + " = v." + key;
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    private static String arrays(List<Column> columns) {
        return columns.stream().map(column -> "?::" + column.type().sql + "[]").collect(Collectors.joining(", "));
    }

    private static void execute(Connection connection, String sql, RowBatch rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, 0, rows);
            statement.executeUpdate();
        }
    }

    /** Binds an array for each column. */
    private static void bind(PreparedStatement statement, int before, RowBatch rows) throws SQLException {
        for (int column = 0; column < rows.columns.size(); column++) {
            var values = new @Nullable Object[rows.values.size()];
            for (int row = 0; row < values.length; row++) {
                values[row] = rows.values.get(row)[column];
            }
            String type = rows.columns.get(column).type().sql;
            statement.setArray(before + column + 1, statement.getConnection().createArrayOf(type, values));
        }
    }

    @Override
    public List<Due> due(Connection connection, Set<String> types, int below, int limit) throws SQLException {
        return Sql.query(
                connection,
                DUE,
                row -> new Due(row.getString(1), row.getString(2), row.getInt(3)),
                types,
                below,
                types,
                limit,
                limit);
    }

    @Override
    public String returning(String update, String columns) {
        return update + " returning " + columns;
    }

    @Override
    public List<StoredEvent> eventsAfter(Connection connection, Map<String, Long> after, int maxEvents, int maxBytes)
            throws SQLException {
        var jobs = after.keySet().toArray();
        var numbers = after.values().toArray();
        return Sql.query(
                connection,
                NEXT_EVENTS,
                JobQueries::event,
                connection.createArrayOf("text", jobs),
                connection.createArrayOf("bigint", numbers),
                maxEvents,
                maxBytes);
    }

    @Override
    public void hint(Connection connection, Collection<WakeUps.Hint> changed) throws SQLException {
        if (!changed.isEmpty()) {
            Sql.query(connection, NOTIFY, row -> "", hints.payloads(changed));
        }
    }
}
