package dev.tidings.jdbc;

import dev.tidings.log.ArtifactStore;
import dev.tidings.log.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Bytes in rows of a chunk each.
 *
 * <pre>
 *   put          named by an input or artifact
 *   ----&gt; staged ----------------------------&gt; named
 *            | discard, sweep                    | the last job that names it is deleted, or another took its place
 *            +--------------&gt; dropped &lt;----------+
 *                                | chunks deleted slice by slice
 *                                v
 *                              gone
 * </pre>
 *
 * <p>A dropped blob is never named again, so that what is being deleted is not half there for anybody.
 */
final class JdbcArtifactStore implements ArtifactStore {
    /** Chunks deleted in one transaction: 2 MiB, of which H2 holds several copies until the commit. */
    private static final int SLICE = 8;

    /** Blobs removed by one sweep. */
    private static final int SWEEP = 32;

    /** More than the free space of the pages that are there. */
    private static final int PROBE_BYTES = 64 * 1024;

    private static final Logger LOG = System.getLogger(JdbcArtifactStore.class.getName());

    private final Transactions transactions;
    private final Dialect dialect;

    JdbcArtifactStore(Transactions transactions, Dialect dialect) {
        this.transactions = transactions;
        this.dialect = dialect;
    }

    @Override
    public void put(String blob, int index, byte[] bytes) {
        if (bytes.length > CHUNK_BYTES) {
            throw new IllegalArgumentException("a chunk has at most " + CHUNK_BYTES + " bytes, not " + bytes.length);
        }
        transactions.run("store chunk " + index + " of blob " + blob, connection -> {
            grow(connection, blob, index);
            return Sql.update(
                    connection,
                    "insert into chunks (blob, n, bytes) values (?, ?, ?) on conflict do nothing",
                    blob,
                    index,
                    bytes);
        });
    }

    /** Stores a few bytes and removes them, to find out whether there is room. */
    void tryToGrow() {
        String probe = "probe-" + UUID.randomUUID();
        transactions.run("store a few bytes", connection -> {
            Sql.update(
                    connection, "insert into chunks (blob, n, bytes) values (?, 0, ?)", probe, new byte[PROBE_BYTES]);
            return Sql.update(connection, "delete from chunks where blob = ?", probe);
        });
    }

    private void grow(Connection connection, String blob, int index) throws SQLException {
        if (index == 0) {
            Sql.update(
                    connection,
                    "insert into blobs (id, state, grown) values (?, 'staged', " + dialect.clock()
                            + ") on conflict do nothing",
                    blob);
        } else if (Sql.update(
                        connection,
                        "update blobs set grown = " + dialect.clock() + " where id = ? and state = 'staged'",
                        blob)
                == 0) {
            throw new StoreException("the bytes of blob " + blob + " are gone", null, StoreException.Reason.REFUSED);
        }
    }

    @Override
    public Optional<byte[]> chunk(String blob, int index) {
        return transactions
                .read(
                        "read chunk " + index + " of blob " + blob,
                        connection -> Sql.query(
                                connection,
                                "select bytes from chunks where blob = ? and n = ?",
                                row -> row.getBytes(1),
                                blob,
                                index))
                .stream()
                .findFirst();
    }

    @Override
    public void discard(String blob) {
        int dropped = transactions.run(
                "discard blob " + blob,
                connection -> Sql.update(
                        connection, "update blobs set state = 'dropped' where id = ? and state = 'staged'", blob));
        if (dropped > 0) {
            remove(blob);
        }
    }

    @Override
    public int sweep(Duration age) {
        List<String> orphans = transactions.run("look for orphaned blobs", connection -> {
            var found = Sql.query(
                    connection,
                    "select id from blobs where state = 'dropped' or state = 'staged' and grown <= " + dialect.fromNow()
                            + " fetch first ? rows only for update skip locked",
                    Sql::text,
                    ClaimQueries.micros(age.negated()),
                    SWEEP);
            if (!found.isEmpty()) {
                Sql.update(connection, "update blobs set state = 'dropped' where id = any(?)", found);
            }
            return found;
        });
        orphans.forEach(this::remove);
        return orphans.size();
    }

    /** Removes marked blobs; what fails is left to the sweep. */
    void removeDropped(Collection<String> blobs) {
        try {
            blobs.forEach(this::remove);
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "left to the sweep", e);
        }
    }

    private void remove(String blob) {
        int chunks = transactions
                .read(
                        "read the size of blob " + blob,
                        connection -> Sql.query(
                                connection,
                                "select coalesce(max(n), -1) + 1 from chunks where blob = ?",
                                row -> row.getInt(1),
                                blob))
                .get(0);
        for (int from = 0; from < chunks; from += SLICE) {
            int first = from;
            transactions.run(
                    "delete chunks from " + first + " of blob " + blob,
                    connection -> Sql.update(
                            connection,
                            "delete from chunks where blob = ? and n >= ? and n < ?",
                            blob,
                            first,
                            first + SLICE));
        }
        transactions.run(
                "delete blob " + blob,
                connection -> Sql.update(connection, "delete from blobs where id = ? and state = 'dropped'", blob));
    }
}
