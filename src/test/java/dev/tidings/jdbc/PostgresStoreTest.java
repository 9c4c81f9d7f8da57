package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

    @Test
    void one_node_at_a_time_keeps_house() {
        try (var other = JdbcStore.open(StoreSettings.server(Postgres.url(), null, null))) {
            var meanwhile = new AtomicBoolean(true);
            assertThat(store.jobs().alone(() -> meanwhile.set(other.jobs().alone(() -> {}))))
                    .isTrue();

            assertThat(meanwhile).isFalse();
            assertThat(other.jobs().alone(() -> {})).isTrue();
        }
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
