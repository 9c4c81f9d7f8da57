package dev.tidings.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresStoreTest extends JdbcStoreContract {
    private static JdbcStore store;

    @BeforeAll
    static void open() {
        store = JdbcStore.open(StoreSettings.server(Postgres.url(), null, null));
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    JdbcStore store() {
        return store;
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(Postgres.url());
    }
}
