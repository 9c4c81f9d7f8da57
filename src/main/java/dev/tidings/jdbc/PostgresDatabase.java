package dev.tidings.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.log.StoreException;
import io.agroal.api.AgroalDataSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL by a URL.
 *
 * <p>The time limits of a session are asked for when it begins, and then read back. A pooler such as PgBouncer refuses or
 * ignores them, and in transaction mode it gives each transaction another session. Behind one each transaction sets its
 * own limits, statements are not prepared at the server, and LISTEN is not used.
 */
final class PostgresDatabase implements Database {
    /** How long a connection may take, in whole seconds. */
    private static final String CONNECT_SECONDS = "2";

    /** The same for a connection outside the pool: the first one loads the driver's classes, perhaps on a busy machine. */
    private static final String FIRST_SECONDS = "4";

    /** How long an answer may take, in whole seconds. */
    private static final String ANSWER_SECONDS = "4";

    /** How long the server works on a statement or waits for a lock: shorter, so that its error is still received. */
    private static final String STATEMENT_MS = "3500";

    /** How long the server keeps the locks of a transaction whose node froze. */
    private static final String SILENT_MS = "4000";

    private static final String BEGIN = "set transaction isolation level read committed; set local statement_timeout = "
            + STATEMENT_MS + "; set local lock_timeout = " + STATEMENT_MS
            + "; set local idle_in_transaction_session_timeout = " + SILENT_MS;

    private static final Pattern OPTIONS = Pattern.compile("(?<=[?&])options=([^&]*)&?");

    private static final Logger LOG = System.getLogger(PostgresDatabase.class.getName());

    private final Driver driver = Database.driver("org.postgresql.Driver");
    private final String url;
    private final Properties properties;
    private final StoreSettings settings;
    private final String options;

    private @Nullable AgroalDataSource pool;
    private boolean keepsSessions = true;

    PostgresDatabase(String url, StoreSettings settings) {
        Matcher given = OPTIONS.matcher(url);
        String own = given.find() ? URLDecoder.decode(given.group(1), UTF_8) + " " : "";
        this.url = given.replaceAll("").replaceFirst("[?&]$", "");
        this.settings = settings;
        // The last one counts.
        options = own + "-c statement_timeout=" + STATEMENT_MS + " -c lock_timeout=" + STATEMENT_MS
                + " -c idle_in_transaction_session_timeout=" + SILENT_MS;
        properties = Database.credentials(settings);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", FIRST_SECONDS);
        properties.setProperty("ApplicationName", "tidings");
        properties.setProperty("prepareThreshold", "0"); // used seldom, perhaps behind a pooler
        if (!own.isEmpty()) {
            properties.setProperty("options", own.trim());
        }
    }

    @Override
    public synchronized DataSource dataSource() {
        if (pool == null) {
            keepsSessions = takesLimits();
            var bounded = new Properties();
            properties.stringPropertyNames().stream()
                    .filter(name -> !name.equals("user") && !name.equals("password"))
                    .forEach(name -> bounded.setProperty(name, properties.getProperty(name)));
            bounded.setProperty("loginTimeout", CONNECT_SECONDS);
            bounded.setProperty("socketTimeout", ANSWER_SECONDS);
            if (keepsSessions) {
                bounded.setProperty("options", options);
                bounded.remove("prepareThreshold");
            } else {
                LOG.log(
                        Level.WARNING,
                        "the database does not keep the limits of a session: there is a pooler such as PgBouncer before it."
                                + " Each transaction sets its own limits; hints of other nodes are not heard, and their"
                                + " changes are looked for every two seconds. Connect directly for less delay.");
            }
            pool = Database.pool(url, driver, bounded, settings);
        }
        return pool;
    }

    /** Asks for a session with our limits, and whether it has them. */
    private boolean takesLimits() {
        var asked = new Properties();
        asked.putAll(properties);
        asked.setProperty("options", options);
        try (Connection connection = Database.connect(driver, url, asked)) {
            return Sql.query(connection, "select setting from pg_settings where name = 'statement_timeout'", Sql::text)
                    .contains(STATEMENT_MS);
        } catch (SQLException e) {
            if ("08P01".equals(e.getSQLState())) {
                return false; // "unsupported startup parameter: options"
            }
            throw new StoreException("the " + settings + " cannot be reached", e);
        }
    }

    @Override
    public Connection direct() throws SQLException {
        return Database.connect(driver, url, properties);
    }

    @Override
    public FluentConfiguration connect(FluentConfiguration flyway) {
        return flyway.dataSource(url, properties.getProperty("user"), properties.getProperty("password"))
                .jdbcProperties(
                        Map.of("tcpKeepAlive", "true", "connectTimeout", CONNECT_SECONDS, "prepareThreshold", "0"));
    }

    @Override
    public synchronized @Nullable String begin() {
        return keepsSessions ? null : BEGIN;
    }

    @Override
    public synchronized boolean keepsSessions() {
        return keepsSessions;
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
    }
}
