package dev.tidings.jdbc;

import dev.tidings.job.Event;
import dev.tidings.log.JobStore;
import dev.tidings.log.NodeIncarnation;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.WriteResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Claims and leases, all by the database's clock. */
final class ClaimQueries {
    private static final String WAITING = " from jobs where state = 'queued' and not worker and type = any(?)";

    /** How often more jobs are asked for, when there are fewer of one priority than slots, or others claim the same. */
    private static final int ROUNDS = 10;

    private final Connection connection;
    private final Dialect dialect;

    ClaimQueries(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /**
     * Claims due jobs. Rows that another node is claiming are passed over, and the next ones asked for instead.
     */
    List<WriteResult.Done> claim(String node, Set<String> types, int limit, Duration lease) throws SQLException {
        var due = new ArrayList<StoredJob>();
        var seen = new HashSet<String>();
        int below = Integer.MAX_VALUE;
        for (int round = 0; due.size() < limit && round < ROUNDS; round++) {
            int passed = seen.size();
            int asked = limit - due.size() + passed;
            var next = dialect.due(connection, types, below, asked);
            if (next.isEmpty()) {
                break;
            }
            var ids = next.stream().map(Dialect.Due::job).filter(seen::add).toList();
            due.addAll(lock(ids.subList(0, Math.min(ids.size(), limit - due.size()))));
            if (next.size() < asked) {
                below = next.get(0).priority();
                seen.clear();
            }
        }
        takeTurns(due);
        var claimed = new ArrayList<WriteResult.Done>();
        for (StoredJob stored : due) {
            stored.claim(node);
            var growth = stored.apply(new Verdict(
                    List.of(new Event.Started(stored.tries, NodeIncarnation.node(node))), null, false, lease));
            claimed.add(new WriteResult.Done(stored.row(), growth));
        }
        new JobUpdates(dialect, StoreLimits.NONE).update(connection, due);
        return claimed;
    }

    /** Locks those of these jobs that are queued and free, and answers them in this order. */
    private List<StoredJob> lock(List<String> ids) throws SQLException {
        var locked = new HashMap<String, StoredJob>();
        Sql.query(
                connection,
                "select " + StoredJob.COLUMNS + ", " + dialect.clock()
                        + " as read_at from jobs where id = any(?) and state = 'queued' order by id for update skip locked",
                row -> locked.put(row.getString("id"), StoredJob.read(row)),
                ids);
        return ids.stream().filter(locked::containsKey).map(locked::get).toList();
    }

    /** Notes when a job of each owner was claimed. A row that another claim holds gets that one's time, which is as good. */
    private void takeTurns(List<StoredJob> claimed) throws SQLException {
        var owners = new TreeSet<String>();
        claimed.forEach(stored -> owners.add(stored.job.owner()));
        if (owners.isEmpty()) {
            return;
        }
        var known = Sql.query(
                connection,
                "select owner from turns where owner = any(?) order by owner for update skip locked",
                Sql::text,
                owners);
        if (!known.isEmpty()) {
            Sql.update(connection, "update turns set claimed = " + dialect.clock() + " where owner = any(?)", known);
        }
        known.forEach(owners::remove);
        for (String owner : owners) {
            Sql.update(
                    connection,
                    "insert into turns (owner, claimed) values (?, " + dialect.clock() + ") on conflict do nothing",
                    owner);
        }
    }

    /** Passes locked rows over: else one that somebody holds by hand costs the node all its leases. */
    JobStore.Renewal renew(String node, Duration lease) throws SQLException {
        Map<String, Long> busy = held(node, "");
        if (busy.isEmpty()) {
            return new JobStore.Renewal(Map.of(), Map.of());
        }
        Map<String, Long> held = held(node, " order by id for update skip locked");
        Sql.update(
                connection,
                "update jobs set lease_until = " + dialect.fromNow() + " where id = any(?)",
                micros(lease),
                held.keySet());
        busy.keySet().removeAll(held.keySet());
        return new JobStore.Renewal(held, busy);
    }

    private Map<String, Long> held(String node, String lock) throws SQLException {
        var held = new HashMap<String, Long>();
        Sql.query(
                connection,
                "select id, claim from jobs where node = ? and state = 'running' and not worker" + lock,
                row -> held.put(row.getString(1), row.getLong(2)),
                node);
        return held;
    }

    List<String> lapsed(int limit) throws SQLException {
        return Sql.query(
                connection,
                "select id from jobs where state = 'running' and lease_until <= " + dialect.clock()
                        + " order by lease_until, id fetch first ? rows only",
                Sql::text,
                limit);
    }

    /** Ends all leases of nodes, where no node can be alive. Those of external workers stand: they outlive this process. */
    int endLeases() throws SQLException {
        return Sql.update(
                connection,
                "update jobs set lease_until = " + dialect.clock() + " where state = 'running' and not worker");
    }

    Optional<Duration> untilDue(Set<String> types) throws SQLException {
        return Sql.query(connection, "select min(due), " + dialect.clock() + WAITING, ClaimQueries::untilDue, types)
                .get(0);
    }

    Map<String, Integer> unclaimed(Set<String> types, Duration age) throws SQLException {
        var counts = new HashMap<String, Integer>();
        Sql.query(
                connection,
                "select type, count(*) from jobs where state = 'queued' and not worker and due <= " + dialect.fromNow()
                        + " group by type",
                row -> counts.put(row.getString(1), row.getInt(2)),
                -micros(age));
        counts.keySet().removeAll(types);
        return counts;
    }

    private static Optional<Duration> untilDue(ResultSet row) throws SQLException {
        OffsetDateTime due = row.getObject(1, OffsetDateTime.class);
        return due == null
                ? Optional.empty()
                : Optional.of(Duration.between(row.getObject(2, OffsetDateTime.class), due));
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
