package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.log.Decision.Verdict;
import dev.tidings.log.JobQuery;
import dev.tidings.log.Replay;
import dev.tidings.log.Write;
import dev.tidings.log.Written;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    @Test
    void what_follows_in_a_log_is_read_without_sorting_the_rest_of_it() throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false); // and never committed
            statement.execute(
                    "insert into events select job, n, 'OTHER', rpad('', 150, 'x') from (select 'sorted' || j as job, n"
                            + " from generate_series(1, 100) j, generate_series(1, 333) n order by n, random()) r");
            statement.execute("analyze events");

            var plan = Sql.query(
                    connection,
                    "explain " + PostgresDialect.NEXT_EVENTS,
                    Sql::text,
                    connection.createArrayOf("text", new String[] {"sorted1"}),
                    connection.createArrayOf("bigint", new Long[] {1L}),
                    512,
                    10_000);

            assertThat(plan).anyMatch(line -> line.contains("Index Scan using events_pkey"));
            assertThat(plan).noneMatch(line -> line.contains("Sort"));
            connection.rollback();
        }
    }

    /** Fault F36: a data source whose transactions are serializable, and a session of others that locks in reverse. */
    @Test
    void what_the_database_gives_up_is_tried_again_and_nobody_sees_it() throws Exception {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("create database strict");
            statement.execute("alter database strict set default_transaction_isolation = 'serializable'");
        }
        String url = Postgres.SERVER.getJdbcUrl("postgres", "strict");
        var serializable = Postgres.SERVER.getDatabase("postgres", "strict");
        try (var strict = JdbcStore.open(new StoreSettings(Path.of("."), serializable, null, null, null, 10, true));
                Connection foreign = DriverManager.getConnection(url)) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 4; i++) {
                var submission = new SubmissionBuilder("strict").build();
                strict.jobs().submit(submission);
                ids.add(submission.id());
            }
            Collections.sort(ids);
            foreign.setAutoCommit(false);

            StoreContract.inParallel(8, writer -> {
                for (int line = 0; line < 25; line++) {
                    if (writer == 0) {
                        lockInReverse(foreign, ids);
                    } else if (writer == 1) {
                        strict.jobs().submit(new SubmissionBuilder("strict").build());
                    } else {
                        say(strict, ids.get(writer % 4), writer + "-" + line);
                        strict.jobs().renew("nobody", Duration.ofSeconds(9));
                    }
                }
                return writer;
            });

            for (String id : ids) {
                var log = (Replay.Continuous)
                        strict.jobs().read(Map.of(id, 1L), 1000, 1_000_000).get(id);
                int writers = ids.indexOf(id) < 2 ? 1 : 2;
                assertThat(log.entries()).hasSize(25 * writers);
            }
            assertThat(strict.jobs().list(new JobQuery("strict", Set.of(), null, null, 100)))
                    .hasSize(29);
        }
    }

    /** As the appender does: what was busy is written again. */
    private static void say(JdbcStore store, String job, String text) {
        Written written;
        do {
            written = store.jobs()
                    .write(List.of(new Write(job, row -> Verdict.append(new Event.Log(LogLevel.INFO, text)))))
                    .get(0);
        } while (written instanceof Written.Busy);
        assertThat(written).isInstanceOf(Written.Done.class);
    }

    private static void lockInReverse(Connection connection, List<String> ids) throws SQLException {
        try (var statement = connection.prepareStatement("update jobs set priority = priority where id = ?")) {
            for (int i = ids.size() - 1; i >= 0; i--) {
                statement.setString(1, ids.get(i));
                statement.executeUpdate();
            }
            connection.commit();
        } catch (SQLException gaveUp) {
            connection.rollback();
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
