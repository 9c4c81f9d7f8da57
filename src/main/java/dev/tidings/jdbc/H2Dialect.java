package dev.tidings.jdbc;

import dev.tidings.jdbc.RowBatch.Column;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** H2 in this process: a statement costs no round trip, so many rows are a batch. */
final class H2Dialect implements Dialect {
    /** Ordered by {@code seq} alone all of the log's rest would be sorted each time, although there is one job only. */
    static final String NEXT_EVENTS = "select job, seq, kind, body, octet_length(body) from events"
            + " where job = ? and seq > ? order by job, seq fetch first ? rows only";

    private static final String QUEUED =
            " from jobs where state = 'queued' and not worker and type = any(?) and due <= current_timestamp(6)";

    static final String TOP_PRIORITY = "select priority" + QUEUED
            + " and priority < ? order by state, priority desc, due, id fetch first 1 rows only";

    /** The oldest due job of the next owner: steps from owner to owner by the index {@code jobs_turns}. */
    static final String NEXT_OWNER = "select id, owner, due" + QUEUED
            + " and priority = ? and owner > ? order by state, priority, owner, due, id fetch first 1 rows only";

    private static final String OF_OWNER = "select id, owner, due" + QUEUED
            + " and priority = ? and owner = ? order by state, priority, owner, due, id fetch first ? rows only";

    private static final Comparator<Turn> TURNS = Comparator.comparingInt(Turn::round)
            .thenComparing(Turn::claimed)
            .thenComparing(Turn::due)
            .thenComparing(Turn::job);

    /** How many events are asked for at a time. */
    private static final int ROWS = 32;

    @Override
    public String folder() {
        return "h2";
    }

    /** What H2 stores at a commit is a mixture of moments when another transaction writes meanwhile (decision 7). */
    @Override
    public boolean oneWriter() {
        return true;
    }

    @Override
    public void lockSchema(Connection connection) {
        // One process has the embedded database.
    }

    @Override
    public boolean aloneUntilCommit(Connection connection) {
        return true; // one process has the database
    }

    @Override
    public String clock() {
        return "current_timestamp(6)";
    }

    @Override
    public String fromNow() {
        return "dateadd('microsecond', ?, current_timestamp(6))";
    }

    @Override
    public void insert(Connection connection, RowBatch rows) throws SQLException {
        String names = rows.columns.stream().map(Column::name).collect(Collectors.joining(", "));
        String marks = String.join(", ", Collections.nCopies(rows.columns.size(), "?"));
        batch(connection, "insert into " + rows.table + " (" + names + ") values (" + marks + ")", rows, 0);
    }

    @Override
    public void update(Connection connection, RowBatch rows) throws SQLException {
        String changes = rows.columns.stream()
                .skip(1)
                .map(column -> column.name() + " = ?")
                .collect(Collectors.joining(", "));
        String key = rows.columns.get(0).name();
        batch(connection, "update " + rows.table + " set " + changes + " where " + key + " = ?", rows, 1);
    }

    @Override
    public void write(Connection connection, RowBatch lines, RowBatch jobs, Collection<WakeUps.Hint> hints)
            throws SQLException {
        insert(connection, lines);
        update(connection, jobs);
    }

    /** The parameters are a row's values, turned so that the one at {@code first} is the first. */
    private static void batch(Connection connection, String sql, RowBatch rows, int first) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (@Nullable Object[] values : rows.values) {
                for (int i = 0; i < values.length; i++) {
                    Sql.bind(statement, i + 1, values[(i + first) % values.length]);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public List<Due> due(Connection connection, Set<String> types, int below, int limit) throws SQLException {
        var top = Sql.query(connection, TOP_PRIORITY, row -> row.getInt(1), types, below);
        if (top.isEmpty()) {
            return List.of();
        }
        int priority = top.get(0);
        var turns = new ArrayList<Turn>();
        var next = Sql.query(connection, NEXT_OWNER, row -> turn(row, 1), types, priority, "");
        while (!next.isEmpty()) {
            turns.addAll(next);
            next = Sql.query(
                    connection,
                    NEXT_OWNER,
                    row -> turn(row, 1),
                    types,
                    priority,
                    next.get(0).owner());
        }
        if (turns.size() < limit) {
            for (Turn first : List.copyOf(turns)) {
                turns.remove(first);
                Sql.query(
                        connection,
                        OF_OWNER,
                        row -> turns.add(turn(row, row.getRow())),
                        types,
                        priority,
                        first.owner(),
                        limit);
            }
        }
        var claimed = new HashMap<String, Instant>();
        Sql.query(
                connection,
                "select owner, claimed from turns where owner = any(?)",
                row -> claimed.put(row.getString(1), Sql.instant(row.getObject(2, OffsetDateTime.class))),
                turns.stream().map(Turn::owner).distinct().toList());
        return turns.stream()
                .map(turn -> turn.lastClaimed(claimed.getOrDefault(turn.owner(), Instant.MIN)))
                .sorted(TURNS)
                .limit(limit)
                .map(turn -> new Due(turn.job(), turn.owner(), priority))
                .toList();
    }

    /** A due job: the how-manieth of its owner, and when a job of the owner was last claimed. */
    private record Turn(String job, String owner, Instant due, int round, Instant claimed) {
        Turn lastClaimed(Instant at) {
            return new Turn(job, owner, due, round, at);
        }
    }

    private static Turn turn(ResultSet row, int round) throws SQLException {
        return new Turn(
                row.getString(1),
                row.getString(2),
                Sql.instant(row.getObject(3, OffsetDateTime.class)),
                round,
                Instant.MIN);
    }

    @Override
    public String returning(String update, String columns) {
        return "select " + columns + " from final table (" + update + ")";
    }

    /** H2 has all rows of a result in memory before it shows the first, so they are asked for a few at a time. */
    @Override
    public List<StoredEvent> eventsAfter(Connection connection, Map<String, Long> after, int maxEvents, int maxBytes)
            throws SQLException {
        var events = new ArrayList<StoredEvent>();
        try (PreparedStatement statement = connection.prepareStatement(NEXT_EVENTS)) {
            for (Map.Entry<String, Long> cursor : after.entrySet()) {
                statement.setString(1, cursor.getKey());
                long last = cursor.getValue();
                long bytes = 0;
                int count = 0;
                boolean more = true;
                while (more && count < maxEvents && bytes < maxBytes) {
                    int rows = Math.min(ROWS, maxEvents - count);
                    statement.setLong(2, last);
                    statement.setInt(3, rows);
                    int come = 0;
                    try (ResultSet row = statement.executeQuery()) {
                        while (bytes < maxBytes && row.next()) {
                            StoredEvent event = JobQueries.event(row);
                            events.add(event);
                            last = event.seq();
                            bytes += event.bytes();
                            come++;
                        }
                    }
                    count += come;
                    more = come == rows;
                }
            }
        }
        return events;
    }

    @Override
    public void hint(Connection connection, Collection<WakeUps.Hint> hints) {
        // No other node has this store.
    }
}
