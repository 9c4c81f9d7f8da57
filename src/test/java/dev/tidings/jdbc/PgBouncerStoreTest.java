package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.log.StoreException;
import dev.tidings.log.WakeUps;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract through a pooler that gives each transaction another session, and refuses or ignores {@code options}. */
class PgBouncerStoreTest extends JdbcStoreContract {
    private static PgBouncer bouncer;
    private static JdbcStore store;

    @BeforeAll
    static void open() throws Exception {
        Postgres.create("bounced");
        bouncer = new PgBouncer("extra_float_digits");
        store = JdbcStore.open(StoreSettings.server(bouncer.url("bounced"), null, null));
    }

    @AfterAll
    static void close() throws Exception {
        if (store != null) {
            store.close();
        }
        if (bouncer != null) {
            bouncer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"extra_float_digits", "extra_float_digits, options"})
    void a_call_that_waits_for_a_lock_fails_within_five_seconds(String ignored) throws Exception {
        try (var other = new PgBouncer(ignored);
                var bounced = JdbcStore.open(StoreSettings.server(other.url("bounced"), null, null));
                Connection foreign = connect()) {
            bounced.jobs().submit(submission().build());
            foreign.setAutoCommit(false);
            Sql.query(foreign, "select owner from owners where owner = ? for update", Sql::text, mine);
            long begun = System.nanoTime();

            assertThatThrownBy(() -> bounced.jobs().submit(submission().build()))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.OUTAGE))
                    // Our timeouts in the server (of the lock, of the statement), not the driver's of the socket.
                    .satisfies(e -> assertThat(((SQLException) Throwables.getRootCause(e)).getSQLState())
                            .isIn("55P03", "57014"));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            foreign.rollback();
        }
    }

    @Test
    void changes_of_other_nodes_are_looked_for_since_no_session_can_listen() throws Exception {
        var looked = new CountDownLatch(2);
        var thread = Executors.newSingleThreadExecutor();
        try (WakeUps wakeUps = store.wakeUps(thread)) {
            wakeUps.listen(new WakeUps.Listener() {
                @Override
                public void grown(Set<WakeUps.Hint> hints) {}

                @Override
                public void missed() {
                    looked.countDown();
                }
            });

            assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            thread.shutdown();
            assertThat(thread.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Override
    StoreSettings settings() {
        return StoreSettings.server(bouncer.url("bounced"), null, null);
    }

    @Override
    JdbcStore store() {
        return store;
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(Postgres.SERVER.getJdbcUrl("postgres", "bounced"));
    }
}
