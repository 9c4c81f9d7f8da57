package dev.tidings.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;

/** One PostgreSQL for all tests of this JVM; it ends with it. */
final class Postgres {
    static final EmbeddedPostgres SERVER = start();

    private Postgres() {}

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes an empty database.
     *
     * @param options such as {@code encoding 'LATIN1'}
     * @return its URL
     */
    static String create(String name, String... options) throws SQLException {
        try (var connection = DriverManager.getConnection(url());
                var statement = connection.createStatement()) {
            statement.execute("create database " + name + " " + String.join(" ", options));
        }
        return SERVER.getJdbcUrl("postgres", name);
    }

    static String url() {
        return SERVER.getJdbcUrl("postgres", "postgres");
    }
}
