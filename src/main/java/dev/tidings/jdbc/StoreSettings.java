package dev.tidings.jdbc;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the store is.
 *
 * @param home folder of the embedded database, made when it is not there; used when neither of the next two is given
 * @param dataSource the deployer's own, which wins; null for none
 * @param url a JDBC URL of PostgreSQL or H2; null for the embedded database
 * @param connections most connections at once; a data source that is handed in has its own limit
 * @param migrate whether to bring the schema up to date; false only checks it
 */
public record StoreSettings(
        Path home,
        @Nullable DataSource dataSource,
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        int connections,
        boolean migrate) {
    /** Enough for the few store threads of a node. */
    public static final int DEFAULT_CONNECTIONS = 10;

    /** The embedded database in a folder. */
    public static StoreSettings embedded(Path home) {
        return new StoreSettings(home, null, null, null, null, DEFAULT_CONNECTIONS, true);
    }

    /** A database server. */
    public static StoreSettings server(String url, @Nullable String user, @Nullable String password) {
        return new StoreSettings(Path.of("."), null, url, user, password, DEFAULT_CONNECTIONS, true);
    }

    /** Whether it is in a file of this process alone. */
    boolean embedded() {
        return dataSource == null && url == null;
    }

    @Override
    public String toString() {
        return dataSource != null ? "data source" : url != null ? "database server" : "embedded database in " + home;
    }
}
