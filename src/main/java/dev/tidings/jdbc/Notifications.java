package dev.tidings.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a connection to PostgreSQL hears by LISTEN.
 *
 * <p>The driver's own interface is called by reflection: a deployer's data source has a driver of its own, from another
 * class loader than the one in this application.
 *
 * <p>Threads: one.
 */
final class Notifications {
    private static final String TYPE = "org.postgresql.PGConnection";

    private final Connection connection;
    private final Object driver;
    private final Method get;

    private Notifications(Connection connection, Object driver, Method get) {
        this.connection = connection;
        this.driver = driver;
        this.get = get;
    }

    /** Begins to listen; empty when the connection does not let us at its driver. */
    static Optional<Notifications> listen(Connection connection, String channel) throws SQLException {
        for (ClassLoader loader : loaders(connection)) {
            try {
                Class<?> type = Class.forName(TYPE, false, loader);
                if (connection.isWrapperFor(type)) {
                    Object driver = connection.unwrap(type);
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("listen " + channel);
                    }
                    return Optional.of(
                            new Notifications(connection, driver, type.getMethod("getNotifications", int.class)));
                }
            } catch (ReflectiveOperationException | LinkageError notThere) {
                // Another loader may have it.
            }
        }
        return Optional.empty();
    }

    private static List<ClassLoader> loaders(Connection connection) throws SQLException {
        var loaders = new ArrayList<ClassLoader>();
        add(loaders, Notifications.class.getClassLoader());
        add(loaders, connection.getMetaData().getClass().getClassLoader());
        add(loaders, connection.getClass().getClassLoader());
        return loaders;
    }

    private static void add(List<ClassLoader> loaders, @Nullable ClassLoader loader) {
        if (loader != null) {
            loaders.add(loader);
        }
    }

    /**
     * Payloads that have come, after waiting for one.
     *
     * @param millis the longest wait
     */
    List<String> get(int millis) throws SQLException {
        try {
            var payloads = new ArrayList<String>();
            Object[] heard = (Object[]) get.invoke(driver, millis);
            if (heard != null) {
                for (Object one : heard) {
                    payloads.add(
                            (String) one.getClass().getMethod("getParameter").invoke(one));
                }
            }
            return payloads;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new SQLException("the driver failed", e);
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new SQLException("the driver is none that we know", e);
        }
    }

    /** Throws when the other end does not answer. */
    void validate() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }
}
