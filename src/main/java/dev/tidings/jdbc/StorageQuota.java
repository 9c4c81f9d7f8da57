package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the bytes of inputs and artifacts of each owner, and refuses more than the limit.
 *
 * <p>Changes are inserted as rows, so that nobody waits for an owner's row while holding others. A submission, which has
 * the owner's row, adds them up.
 */
final class StorageQuota {
    private record Change(long id, long bytes) {}

    private final Connection connection;
    private final Dialect dialect;
    private final long limit;

    /** @param limit the most bytes of an owner */
    StorageQuota(Connection connection, Dialect dialect, long limit) {
        this.connection = connection;
        this.dialect = dialect;
        this.limit = limit;
    }

    /**
     * Counts blobs that a job of this owner names from now on; one that is counted already is passed over.
     *
     * @param sizes bytes by blob
     * @throws StoreException {@link StoreException.Reason#OVER_QUOTA} when the owner would store more than the limit
     */
    void named(String owner, Map<String, Long> sizes) throws SQLException {
        if (sizes.isEmpty()) {
            return;
        }
        var uncounted = Sql.query(
                connection,
                "select id from blobs where id = any(?) and owner is null order by id",
                Sql::text,
                sizes.keySet());
        var rows =
                new RowBatch("blobs", List.of(RowBatch.text("id"), RowBatch.text("owner"), RowBatch.bigint("bytes")));
        long bytes = 0;
        for (String blob : uncounted) {
            long size = sizes.getOrDefault(blob, 0L);
            bytes += size;
            rows.add(blob, owner, size);
        }
        if (bytes == 0) {
            return;
        }
        long stored = stored(owner);
        if (stored > limit - bytes) {
            throw new StoreException(
                    "The files of user '" + owner + "' have " + stored + " bytes. " + bytes
                            + " more would exceed tidings.limits.storagePerUser (" + limit + " bytes).",
                    null,
                    StoreException.Reason.OVER_QUOTA);
        }
        dialect.update(connection, rows);
        change(owner, bytes);
    }

    /** Marks blobs as dropped, and no longer counts them. */
    void dropped(Collection<String> blobs) throws SQLException {
        if (blobs.isEmpty()) {
            return;
        }
        var freed = new TreeMap<String, Long>();
        Sql.query(
                connection,
                "select owner, bytes from blobs where id = any(?) and state = 'named' and owner is not null",
                row -> freed.merge(row.getString(1), row.getLong(2), Long::sum),
                blobs);
        Sql.update(connection, "update blobs set state = 'dropped' where id = any(?)", blobs);
        for (Map.Entry<String, Long> owner : freed.entrySet()) {
            change(owner.getKey(), -owner.getValue());
        }
    }

    /** Adds the owner's changes up; the owner's row is locked. */
    void addUp(String owner) throws SQLException {
        var changes = Sql.query(
                connection,
                "select id, bytes from storage_changes where owner = ?",
                row -> new Change(row.getLong(1), row.getLong(2)),
                owner);
        if (changes.isEmpty()) {
            return;
        }
        long bytes = 0;
        var ids = new ArrayList<Long>();
        for (Change change : changes) {
            bytes += change.bytes();
            ids.add(change.id());
        }
        Sql.update(
                connection,
                "delete from storage_changes where id = any(?)",
                connection.createArrayOf("bigint", ids.toArray()));
        Sql.update(connection, "update owners set bytes = bytes + ? where owner = ?", bytes, owner);
    }

    private void change(String owner, long bytes) throws SQLException {
        Sql.update(connection, "insert into storage_changes (owner, bytes) values (?, ?)", owner, bytes);
    }

    private long stored(String owner) throws SQLException {
        return Sql.query(
                        connection,
                        "select coalesce((select bytes from owners where owner = ?), 0)"
                                + " + coalesce((select sum(bytes) from storage_changes where owner = ?), 0)",
                        row -> row.getLong(1),
                        owner,
                        owner)
                .get(0);
    }
}
