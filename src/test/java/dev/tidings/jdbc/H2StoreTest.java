package dev.tidings.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class H2StoreTest extends JdbcStoreContract {
    @TempDir
    static Path home;

    private static JdbcStore store;

    @BeforeAll
    static void open() {
        store = JdbcStore.open(StoreSettings.embedded(home));
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
        return DriverManager.getConnection(Database.H2.embeddedUrl(home));
    }
}
