package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from: a small pool of our own, or the deployer's data source.
 *
 * <p>Every timeout is there so that a call fails within five seconds when the database falls silent.
 */
interface Database extends AutoCloseable {
    /** How long a caller waits for a connection. */
    Duration ACQUISITION = Duration.ofSeconds(3);

    /** What transactions run on. */
    DataSource dataSource();

    /** A connection outside the pool, without a limit on the time of a statement. */
    Connection direct() throws SQLException;

    /** Tells Flyway how to connect; migrations may take their time. */
    FluentConfiguration connect(FluentConfiguration flyway);

    /** A statement that each transaction begins with; null for none. */
    default @Nullable String begin() {
        return null;
    }

    /** Whether a connection stays with its session at the server: what LISTEN needs. */
    default boolean keepsSessions() {
        return true;
    }

    /** Opens the database again, should it have closed itself; never throws. */
    default void reopen() {}

    /** For how long the database has been closed and could not be opened again; zero when it is open. */
    default Duration closedFor() {
        return Duration.ZERO;
    }

    @Override
    void close();

    /** Opens what the settings say. */
    static Database open(StoreSettings settings) {
        DataSource given = settings.dataSource();
        String url = settings.url();
        if (given != null) {
            return new Given(given);
        }
        if (url == null) {
            return new H2Database(H2Database.embeddedUrl(settings.home()), settings);
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return new PostgresDatabase(url, settings);
        }
        if (url.startsWith("jdbc:h2:")) {
            return new H2Database(url, settings);
        }
        throw new IllegalArgumentException("tidings.db.url must begin with jdbc:postgresql: or jdbc:h2:, not "
                + url.replaceFirst("(:[^:]*:).*", "$1"));
    }

    /** The deployer's data source, who also closes it. */
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
        public void close() {}
    }

    /** A driver of this application, whichever others the JVM has. */
    static Driver driver(String name) {
        try {
            return Class.forName(name)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the driver " + name + " is missing from the application", e);
        }
    }

    /** A connection by the driver itself. */
    static Connection connect(Driver driver, String url, Properties properties) throws SQLException {
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw new SQLException(
                    "tidings.db.url is not a URL of " + driver.getClass().getName());
        }
        return connection;
    }

    /** A pool that connects by {@code url} and {@code properties}. */
    static AgroalDataSource pool(String url, Driver driver, Properties properties, StoreSettings settings) {
        var configuration = new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(settings.connections())
                        // The default cache keeps connections in the container's threads, which outlive the
                        // application.
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
                                    .connectionProviderClass(driver.getClass())
                                    .autoCommit(false)
                                    .jdbcTransactionIsolation(TransactionIsolation.READ_COMMITTED);
                        }));
        try {
            return AgroalDataSource.from(configuration);
        } catch (SQLException e) {
            throw new StoreException("the pool of connections cannot be made", e);
        }
    }

    /** Properties with the user and the password of the settings. */
    static Properties credentials(StoreSettings settings) {
        var properties = new Properties();
        if (settings.user() != null) {
            properties.setProperty("user", settings.user());
        }
        if (settings.password() != null) {
            properties.setProperty("password", settings.password());
        }
        return properties;
    }
}
