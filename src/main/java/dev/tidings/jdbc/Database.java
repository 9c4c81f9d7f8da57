package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.h2.engine.Session;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;

/**
 * A database as connections are got from it: a small pool of our own, or the deployer's data source.
 *
 * <p>Every limit in time is there so that a database that falls silent makes a call fail within five seconds.
 */
interface Database extends AutoCloseable {
    /** What transactions run on. */
    DataSource dataSource();

    /** A connection that belongs to no pool of ours and has no limit on the time of a statement. */
    Connection direct() throws SQLException;

    /** Tells Flyway how to connect; migrations may take their time. */
    FluentConfiguration connect(FluentConfiguration flyway);

    @Override
    void close();

    /** How long a caller waits for a connection. */
    Duration ACQUISITION = Duration.ofSeconds(3);

    /** How long PostgreSQL may take to accept a connection, in whole seconds. */
    String CONNECT_SECONDS = "2";

    /** The same for a connection of its own: the first of all, while the classes of its driver are loaded on a busy machine. */
    String FIRST_SECONDS = "4";

    /** How long an answer of PostgreSQL may take, in whole seconds. */
    String ANSWER_SECONDS = "4";

    /** How long PostgreSQL itself works on a statement; shorter, so that its word for it is heard. */
    String STATEMENT_MILLIS = "3500";

    /**
     * How long PostgreSQL keeps the locks of a transaction whose node says nothing more: one that froze in the middle of
     * a write must not keep its jobs from those who take them over.
     */
    String SILENT_MILLIS = "4000";

    /** Opens what the settings say. */
    static Database open(StoreSettings settings) {
        DataSource given = settings.dataSource();
        String url = settings.url();
        if (given != null) {
            return new Given(given);
        }
        if (url == null) {
            return new H2(H2.embeddedUrl(settings.home()), settings);
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return new Postgres(url, settings);
        }
        if (url.startsWith("jdbc:h2:")) {
            return new H2(url, settings);
        }
        throw new IllegalArgumentException("tidings.db.url must begin with jdbc:postgresql: or jdbc:h2:, not "
                + url.replaceFirst("(:[^:]*:).*", "$1"));
    }

    /** The deployer's data source. */
    record Given(DataSource dataSource) implements Database {
        @Override
        public Connection direct() throws SQLException {
            return dataSource.getConnection();
        }

        @Override
        public FluentConfiguration connect(FluentConfiguration flyway) {
            return flyway.dataSource(dataSource);
        }

        @Override
        public void close() {
            // Whoever made it closes it.
        }
    }

    /** PostgreSQL by a URL. */
    final class Postgres implements Database {
        private final Driver driver = driver("org.postgresql.Driver");
        private final String url;
        private final Properties properties = new Properties();
        private final AgroalDataSource pool;

        Postgres(String url, StoreSettings settings) {
            this.url = url;
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("connectTimeout", CONNECT_SECONDS);
            properties.setProperty("loginTimeout", FIRST_SECONDS);
            properties.setProperty("ApplicationName", "tidings");
            var bounded = new Properties();
            bounded.putAll(properties);
            bounded.setProperty("loginTimeout", CONNECT_SECONDS);
            bounded.setProperty("socketTimeout", ANSWER_SECONDS);
            bounded.setProperty(
                    "options",
                    "-c statement_timeout=" + STATEMENT_MILLIS + " -c lock_timeout=" + STATEMENT_MILLIS
                            + " -c idle_in_transaction_session_timeout=" + SILENT_MILLIS);
            credentials(properties, settings);
            pool = pool(url, driver.getClass(), bounded, settings);
        }

        @Override
        public DataSource dataSource() {
            return pool;
        }

        @Override
        public Connection direct() throws SQLException {
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw new SQLException("not a URL of PostgreSQL");
            }
            return connection;
        }

        @Override
        public FluentConfiguration connect(FluentConfiguration flyway) {
            return flyway.dataSource(url, properties.getProperty("user"), properties.getProperty("password"))
                    .jdbcProperties(Map.of("tcpKeepAlive", "true", "connectTimeout", CONNECT_SECONDS));
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** H2 inside this process. */
    final class H2 implements Database {
        private static final int VERSIONS_TO_KEEP = 50;

        private final Driver driver = driver("org.h2.Driver");
        private final String url;
        private final Properties properties = new Properties();
        private final AgroalDataSource pool;
        private volatile boolean opened;

        H2(String url, StoreSettings settings) {
            this.url = url;
            credentials(properties, settings);
            pool = pool(url, driver.getClass(), new Properties(), settings);
        }

        /**
         * The URL of the database in a folder.
         *
         * <p>{@link CalmFilePath} keeps an interrupted thread from closing the file under all others;
         * {@code WRITE_DELAY=0} writes at every commit, without which a death of the process loses all that is recent;
         * the exit hook of H2 would close the database before a drain is over.
         */
        static String embeddedUrl(Path home) {
            try {
                Files.createDirectories(home);
            } catch (IOException e) {
                throw new StoreException("tidings.home=" + home + " cannot be made a folder", e);
            }
            CalmFilePath.register();
            return "jdbc:h2:" + CalmFilePath.SCHEME + ":"
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
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw new SQLException("not a URL of H2");
            }
            if (!opened) {
                keepVersions(connection);
                opened = true;
            }
            return connection;
        }

        /**
         * Keeps H2 from writing over space that the last stored versions of its file still need: should the process die in
         * the middle of such a write, the file would open without the last commits (docs/decisions/0007). H2 finds the last
         * version by a header that is at most twenty versions old; the database has no setting for this.
         */
        private static void keepVersions(Connection connection) throws SQLException {
            Session session = connection.unwrap(JdbcConnection.class).getSession();
            if (session instanceof SessionLocal local) {
                local.getDatabase().getStore().getMvStore().setVersionsToKeep(VERSIONS_TO_KEEP);
            }
        }

        @Override
        public FluentConfiguration connect(FluentConfiguration flyway) {
            return flyway.dataSource(url, properties.getProperty("user"), properties.getProperty("password"));
        }

        @Override
        public void close() {
            pool.close();
            if (opened) {
                shutDown();
            }
        }

        private void shutDown() {
            try (Connection connection = driver.connect(url, properties);
                    Statement statement = connection.createStatement()) {
                statement.execute("shutdown");
            } catch (SQLException e) {
                throw new StoreException("the embedded database cannot be shut down", e);
            }
        }
    }

    /** A driver of this application, whichever others the JVM has. */
    private static Driver driver(String name) {
        try {
            return Class.forName(name)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the driver " + name + " is missing from the application", e);
        }
    }

    private static AgroalDataSource pool(
            String url, Class<? extends Driver> driver, Properties properties, StoreSettings settings) {
        var configuration = new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(settings.connections())
                        // The default one keeps connections in the container's threads, which outlive the application.
                        .connectionCache(ConnectionCache.none())
                        .acquisitionTimeout(ACQUISITION)
                        .idleValidationTimeout(Duration.ofSeconds(2))
                        .reapTimeout(Duration.ofMinutes(5))
                        .connectionValidator(ConnectionValidator.defaultValidatorWithTimeout(1))
                        .exceptionSorter(SqlStates::brokenConnection)
                        .connectionFactoryConfiguration(factory -> {
                            properties.forEach((name, value) -> factory.jdbcProperty((String) name, (String) value));
                            if (settings.user() != null) {
                                factory.principal(new NamePrincipal(settings.user()));
                            }
                            if (settings.password() != null) {
                                factory.credential(new SimplePassword(settings.password()));
                            }
                            return factory.jdbcUrl(url)
                                    .connectionProviderClass(driver)
                                    .autoCommit(false)
                                    .jdbcTransactionIsolation(TransactionIsolation.READ_COMMITTED);
                        }));
        try {
            return AgroalDataSource.from(configuration);
        } catch (SQLException e) {
            throw new StoreException("the pool of connections cannot be made", e);
        }
    }

    private static void credentials(Properties properties, StoreSettings settings) {
        put(properties, "user", settings.user());
        put(properties, "password", settings.password());
    }

    private static void put(Properties properties, String name, @Nullable String value) {
        if (value != null) {
            properties.setProperty(name, value);
        }
    }
}
