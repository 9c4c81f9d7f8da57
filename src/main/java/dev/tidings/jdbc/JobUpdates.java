package dev.tidings.jdbc;

import static dev.tidings.jdbc.RowBatch.bigint;
import static dev.tidings.jdbc.RowBatch.flag;
import static dev.tidings.jdbc.RowBatch.instant;
import static dev.tidings.jdbc.RowBatch.integer;
import static dev.tidings.jdbc.RowBatch.text;

import dev.tidings.job.Artifact;
import dev.tidings.job.Job;
import dev.tidings.json.RowJson;
import dev.tidings.log.StoreException;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes changed jobs: their rows, what joined their logs, the names of their files, and hints; a statement for each. */
final class JobUpdates {
    private static final List<RowBatch.Column> EVENT = List.of(text("job"), bigint("seq"), text("kind"), text("body"));

    /** What most writes change. The key comes first. */
    private static final List<RowBatch.Column> ROW = List.of(
            text("id"),
            text("state"),
            flag("cancel_requested"),
            text("cancel_by"),
            integer("attempt"),
            instant("started"),
            instant("finished"),
            instant("due"),
            text("progress"),
            bigint("latest"),
            bigint("pending_seq"),
            text("pending"),
            integer("log_lines"),
            bigint("claim"),
            text("node"),
            integer("tries"),
            bigint("ordinal"),
            instant("lease_until"));

    private static final List<RowBatch.Column> OUTCOME =
            List.of(text("id"), text("result"), text("error"), text("artifacts"));

    private static final List<RowBatch.Column> FIXED = List.of(
            text("type"),
            text("title"),
            text("owner"),
            text("params"),
            integer("priority"),
            instant("created"),
            flag("worker"),
            bigint("base"),
            bigint("oldest"),
            text("artifacts"),
            text("retry_of"));

    private final Dialect dialect;

    private final StoreLimits limits;

    JobUpdates(Dialect dialect, StoreLimits limits) {
        this.dialect = dialect;
        this.limits = limits;
    }

    /** Writes a job that is not there yet, with its events. */
    void insert(Connection connection, StoredJob stored) throws SQLException {
        var columns = new ArrayList<RowBatch.Column>(ROW);
        columns.addAll(FIXED);
        Job job = stored.job;
        var values = new ArrayList<@Nullable Object>(List.of());
        for (@Nullable Object value : row(stored)) {
            values.add(value);
        }
        values.add(job.type());
        values.add(job.title());
        values.add(job.owner());
        values.add(job.params().text());
        values.add(job.priority());
        values.add(job.created());
        values.add(stored.worker);
        values.add(stored.base);
        values.add(0L);
        values.add(stored.artifacts());
        values.add(job.retryOf());
        dialect.insert(connection, new RowBatch("jobs", columns).add(values.toArray()));
        dialect.insert(connection, lines(List.of(stored)));
        dialect.hint(connection, hints(List.of(stored)));
    }

    /** Writes those that have changed; their rows are locked. */
    void update(Connection connection, Collection<StoredJob> locked) throws SQLException {
        var changed = locked.stream().filter(stored -> stored.changed).toList();
        var rows = new RowBatch("jobs", ROW);
        var outcomes = new RowBatch("jobs", OUTCOME);
        for (StoredJob stored : changed) {
            rows.add(row(stored));
            if (stored.outcomeChanged()) {
                Job job = stored.job;
                outcomes.add(
                        job.id(),
                        job.result() == null ? null : job.result().text(),
                        job.error() == null ? null : RowJson.text(job.error()),
                        stored.artifacts());
            }
        }
        dialect.update(connection, outcomes);
        name(connection, changed);
        dialect.write(connection, lines(changed), rows, hints(changed));
    }

    private static @Nullable Object[] row(StoredJob stored) {
        Job job = stored.job;
        StoredJob.Line pending = stored.pending;
        return new @Nullable Object[] {
            job.id(),
            job.state().word(),
            job.cancelRequested(),
            stored.cancelBy,
            job.attempt(),
            job.started(),
            job.finished(),
            job.notBefore(),
            job.progress() == null ? null : RowJson.text(job.progress()),
            stored.latest(),
            pending == null ? null : (Long) pending.seq(),
            pending == null ? null : pending.body(),
            stored.logLines,
            stored.claim,
            stored.node,
            stored.tries,
            stored.ordinal,
            stored.leaseUntil
        };
    }

    private static RowBatch lines(Collection<StoredJob> changed) {
        var events = new RowBatch("events", EVENT);
        for (StoredJob stored : changed) {
            for (StoredJob.Line line : stored.lines) {
                events.add(stored.job.id(), line.seq(), line.kind().name(), line.body());
            }
        }
        return events;
    }

    /** Bytes that an artifact names stay; those of one whose place it took are swept soon. */
    private void name(Connection connection, Collection<StoredJob> changed) throws SQLException {
        var named = new LinkedHashSet<String>();
        var needed = new HashSet<String>();
        var released = new HashSet<String>();
        for (StoredJob stored : changed) {
            bound(stored);
            for (Artifact artifact : stored.named) {
                named.add(artifact.version());
                if (artifact.size() > 0) {
                    needed.add(artifact.version());
                }
            }
            released.addAll(stored.released);
        }
        named(connection, named, needed);
        var quota = new StorageQuota(connection, dialect, limits.storagePerUser());
        for (StoredJob stored : changed) {
            var sizes = new HashMap<String, Long>();
            stored.named.forEach(artifact -> sizes.put(artifact.version(), artifact.size()));
            quota.named(stored.job.owner(), sizes);
        }
        quota.dropped(released);
    }

    private void bound(StoredJob stored) {
        if (!stored.named.isEmpty() && stored.job.artifacts().size() > limits.artifacts()) {
            throw new StoreException(
                    "A job may have at most " + limits.artifacts() + " artifacts (tidings.limits.artifacts).",
                    null,
                    StoreException.Reason.OVER_QUOTA);
        }
    }

    /**
     * Marks blobs as named.
     *
     * @param needed those of them that must be there, since they are not empty
     * @throws StoreException when one is not, because it was swept
     */
    void named(Connection connection, Collection<String> blobs, Collection<String> needed) throws SQLException {
        if (blobs.isEmpty()) {
            return;
        }
        Sql.update(connection, "update blobs set state = 'named' where id = any(?) and state <> 'dropped'", blobs);
        if (!needed.isEmpty()) {
            var there = new HashSet<>(Sql.query(
                    connection, "select id from blobs where id = any(?) and state = 'named'", Sql::text, needed));
            for (String blob : needed) {
                if (!there.contains(blob)) {
                    throw new StoreException(
                            "the bytes of blob " + blob + " are gone", null, StoreException.Reason.REFUSED);
                }
            }
        }
    }

    private static List<WakeUps.Hint> hints(Collection<StoredJob> changed) {
        return changed.stream()
                .map(stored -> new WakeUps.Hint(stored.job.id(), stored.job.owner()))
                .toList();
    }
}
