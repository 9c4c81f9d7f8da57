package dev.tidings.jdbc;

import dev.tidings.jdbc.Dialect.StoredEvent;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.json.EventJson;
import dev.tidings.log.JobQuery;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads jobs and their logs. */
final class JobQueries {
    /** What a row tells of its log; numbers are relative to {@code base}. */
    private record Head(
            String job,
            boolean terminal,
            long base,
            long latest,
            long oldest,
            @Nullable StoredEvent pending) {}

    private static final Set<JobState> UNFINISHED = Set.of(JobState.QUEUED, JobState.RUNNING);
    private static final Set<JobState> FINISHED = Set.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);

    private JobQueries() {}

    static Optional<Job> find(Connection connection, String id) throws SQLException {
        var found = Sql.query(
                connection, "select " + StoredJob.JOB_COLUMNS + " from jobs where id = ?", StoredJob::job, id);
        return found.stream().findFirst();
    }

    static Map<String, Job> find(Connection connection, Collection<String> ids) throws SQLException {
        var found = new HashMap<String, Job>();
        var select = "select " + StoredJob.JOB_COLUMNS + " from jobs where id = any(?)";
        Sql.query(connection, select, StoredJob::job, ids).forEach(job -> found.put(job.id(), job));
        return found;
    }

    /** A query and what is bound to it. */
    record Select(String sql, List<Object> parameters) {}

    static List<Job> list(Connection connection, JobQuery query) throws SQLException {
        JobQuery.Last last = query.after();
        Instant created = last == null ? null : last.created();
        if (last != null && created == null) {
            created = find(connection, last.id()).map(Job::created).orElse(null);
            if (created == null) {
                return List.of();
            }
        }
        Select select = select(query, created);
        return Sql.query(
                connection, select.sql(), StoredJob::job, select.parameters().toArray());
    }

    /**
     * All unfinished jobs of an owner are read by their own index, which leaves the finished ones out.
     *
     * @param created when the last job of the page before was
     */
    static Select select(JobQuery query, @Nullable Instant created) {
        var sql = new StringBuilder("select " + StoredJob.JOB_COLUMNS + " from jobs where true");
        var parameters = new ArrayList<Object>();
        if (query.owner() != null) {
            sql.append(" and owner = ?");
            parameters.add(query.owner());
        }
        boolean unfinished = query.owner() != null && query.states().equals(UNFINISHED);
        if (unfinished) {
            sql.append(" and finished is null");
        } else if (query.states().equals(FINISHED)) {
            sql.append(" and finished is not null");
        } else if (!query.states().isEmpty()) {
            sql.append(" and state = any(?)");
            parameters.add(query.states().stream().map(JobState::word).toList());
        }
        if (query.type() != null) {
            sql.append(" and type = ?");
            parameters.add(query.type());
        }
        JobQuery.Last last = query.after();
        if (last != null && created != null) {
            sql.append(" and created <= ? and (created < ? or id < ?)");
            parameters.add(created);
            parameters.add(created);
            parameters.add(last.id());
        }
        sql.append(unfinished ? " order by owner, finished, created desc, id desc" : " order by created desc, id desc");
        sql.append(" fetch first ? rows only");
        parameters.add(query.limit());
        return new Select(sql.toString(), parameters);
    }

    /**
     * Reads on in several logs.
     *
     * <p>The heads are read first. A progress that waits in a head may have joined its log, or be superseded, when the
     * events are read: it is merged by its number, and stays a true part of the log in either case.
     */
    static Map<String, Replay> read(
            Connection connection, Dialect dialect, Map<String, Long> cursors, int maxEntries, int maxBytes)
            throws SQLException {
        var heads = Sql.query(
                connection,
                "select id, state, base, latest, oldest, pending_seq, pending from jobs where id = any(?)",
                JobQueries::head,
                cursors.keySet());
        var replays = new HashMap<String, Replay>();
        cursors.keySet().forEach(job -> replays.put(job, new Replay.Missing()));
        var after = new HashMap<String, Long>();
        var lines = new HashMap<String, TreeMap<Long, StoredEvent>>();
        for (Head head : heads) {
            long cursor = cursors.getOrDefault(head.job(), 0L);
            long relative = cursor - head.base();
            if (cursor != 0 && (relative < head.oldest() || relative > head.latest())) {
                replays.put(head.job(), new Replay.Gap());
                continue;
            }
            var line = lines.computeIfAbsent(head.job(), job -> new TreeMap<>());
            StoredEvent pending = head.pending();
            if (pending != null && pending.seq() > relative) {
                line.put(pending.seq(), pending);
            }
            if (relative < head.latest()) {
                after.put(head.job(), relative);
            }
        }
        if (!after.isEmpty()) {
            for (StoredEvent event : dialect.eventsAfter(connection, after, maxEntries, maxBytes)) {
                lines.computeIfAbsent(event.job(), job -> new TreeMap<>()).put(event.seq(), event);
            }
        }
        for (Head head : heads) {
            var line = lines.get(head.job());
            if (line != null) {
                long cursor = cursors.getOrDefault(head.job(), 0L);
                replays.put(head.job(), replay(head, line.values(), cursor, maxEntries, maxBytes));
            }
        }
        return replays;
    }

    /**
     * Bounds the line once more, by the database's own count: between the last event that it gave and a progress that
     * waits in the head there may be others.
     */
    private static Replay replay(Head head, Collection<StoredEvent> line, long cursor, int maxEntries, int maxBytes) {
        long latest = head.base() + head.latest();
        var entries = new ArrayList<LogEntry>();
        long bytes = 0;
        for (StoredEvent event : line) {
            if (entries.size() == maxEntries || bytes >= maxBytes) {
                break;
            }
            entries.add(EventJson.stored(head.base() + event.seq(), event.kind(), event.body()));
            bytes += event.bytes();
        }
        if (entries.isEmpty()) {
            return new Replay.Continuous(entries, cursor, head.terminal() && cursor == latest, false);
        }
        LogEntry last = entries.get(entries.size() - 1);
        return new Replay.Continuous(entries, last.seq(), last.kind() == LogEntry.Kind.TERMINAL, last.seq() < latest);
    }

    private static Head head(ResultSet row) throws SQLException {
        String job = row.getString("id");
        String pending = row.getString("pending");
        return new Head(
                job,
                JobState.of(row.getString("state")).terminal(),
                row.getLong("base"),
                row.getLong("latest"),
                row.getLong("oldest"),
                pending == null
                        ? null
                        : new StoredEvent(
                                job, row.getLong("pending_seq"), LogEntry.Kind.PROGRESS, pending, pending.length()));
    }

    /** Reads {@code job, seq, kind, body} and the length of {@code body}. */
    static StoredEvent event(ResultSet row) throws SQLException {
        return new StoredEvent(
                row.getString(1),
                row.getLong(2),
                LogEntry.Kind.valueOf(row.getString(3)),
                row.getString(4),
                row.getInt(5));
    }
}
