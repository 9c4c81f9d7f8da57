package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.AgroalPoolInterceptor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;

/**
 * H2 inside this process.
 *
 * <p>H2 closes a database when memory runs out in a statement, and when its file cannot be used any more. {@link #reopen}
 * then opens it again. Acknowledged commits are in the file (docs/decisions/0007).
 */
final class H2Database implements Database {
    private static final int VERSIONS_TO_KEEP = 50;

    private static final Logger LOG = System.getLogger(H2Database.class.getName());

    private final Driver driver = Database.driver("org.h2.Driver");
    private final String url;
    private final Properties properties;
    private final AgroalDataSource pool;

    /** The database that the last new connection was of. */
    private volatile org.h2.engine.@Nullable Database current;

    private volatile long closedSinceNanos;
    private volatile boolean closed;

    H2Database(String url, StoreSettings settings) {
        this.url = url;
        properties = Database.credentials(settings);
        pool = Database.pool(url, driver, new Properties(), settings);
        pool.setPoolInterceptors(List.of(new AgroalPoolInterceptor() {
            @Override
            public void onConnectionCreate(Connection connection) {
                try {
                    keepVersions(connection);
                } catch (SQLException e) {
                    LOG.log(Level.DEBUG, "the new connection is broken; its first use will tell", e);
                }
            }
        }));
    }

    /**
     * The URL of the database in a folder, which only this user may read from now on.
     *
     * <p>{@link UninterruptibleFilePath} keeps an interrupted thread from closing the file under all others; {@code WRITE_DELAY=0}
     * writes at every commit, without which a death of the process loses all that is recent; the exit hook of H2 would
     * close the database before a drain is over.
     */
    static String embeddedUrl(Path home) {
        try {
            Files.createDirectories(home);
            PrivateFiles.folder(home);
            try (var files = Files.newDirectoryStream(home, "tidings.*.db*")) {
                files.forEach(PrivateFiles::file);
            }
        } catch (IOException e) {
            throw new StoreException("tidings.home=" + home + " cannot be made a folder", e);
        }
        UninterruptibleFilePath.register();
        return "jdbc:h2:" + UninterruptibleFilePath.SCHEME + ":"
                + home.toAbsolutePath().resolve("tidings")
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;WRITE_DELAY=0"
                + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=3000;QUERY_CACHE_SIZE=64";
    }

    @Override
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public Connection direct() throws SQLException {
        Connection connection = Database.connect(driver, url, properties);
        keepVersions(connection);
        return connection;
    }

    /**
     * Keeps H2 from writing over space that the last stored versions of its file still need: should the process die in
     * the middle of such a write, the file would open without the last commits (docs/decisions/0007). H2 finds the last
     * version by a header that is at most twenty versions old; the database has no setting for this.
     */
    private void keepVersions(Connection connection) throws SQLException {
        if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal local
                && local.getDatabase() != current) {
            local.getDatabase().getStore().getMvStore().setVersionsToKeep(VERSIONS_TO_KEEP);
            current = local.getDatabase();
        }
    }

    @Override
    public synchronized void reopen() {
        if (open()) {
            return;
        }
        org.h2.engine.Database broken = current;
        if (broken != null) {
            try {
                broken.shutdownImmediately();
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "what is left of the database cannot be shut down", e);
            }
        }
        if (open()) {
            LOG.log(Level.WARNING, "the embedded database had closed itself and is open again");
        } else if (!closed) {
            closed = true;
            closedSinceNanos = System.nanoTime();
            LOG.log(Level.ERROR, "the embedded database has closed itself and cannot be opened; it is tried again");
        }
    }

    private boolean open() {
        try (Connection connection = direct()) {
            Sql.query(connection, "select id from jobs fetch first 1 rows only", Sql::text);
            pool.flush(FlushMode.GRACEFUL);
            closed = false;
            return true;
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.DEBUG, "the embedded database is closed", e);
            return false;
        }
    }

    @Override
    public Duration closedFor() {
        return closed ? Duration.ofNanos(System.nanoTime() - closedSinceNanos) : Duration.ZERO;
    }

    @Override
    public FluentConfiguration connect(FluentConfiguration flyway) {
        return flyway.dataSource(url, properties.getProperty("user"), properties.getProperty("password"));
    }

    @Override
    public void close() {
        pool.close();
        if (current != null && !closed) {
            shutDown();
        }
    }

    private void shutDown() {
        try (Connection connection = Database.connect(driver, url, properties);
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        } catch (SQLException e) {
            throw new StoreException("the embedded database cannot be shut down", e);
        }
    }
}
