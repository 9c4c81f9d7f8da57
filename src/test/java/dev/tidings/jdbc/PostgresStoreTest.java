package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.JobState;
import dev.tidings.job.LogLevel;
import dev.tidings.log.JobQuery;
import dev.tidings.log.Replay;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
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
import java.util.concurrent.CompletableFuture;
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

    @Test
    void claims_counts_and_pages_of_unfinished_jobs_are_read_by_an_index() throws SQLException {
        var page = JobQueries.select(
                new JobQuery("owner7", Set.of(JobState.QUEUED, JobState.RUNNING), null, null, 200), null);
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false); // and never committed
            statement.execute("insert into jobs (id, type, owner, params, priority, created, worker, state,"
                    + " cancel_requested, attempt, finished, due, artifacts, base, latest, oldest, log_lines, claim, tries,"
                    + " ordinal) select 'planned' || n, 't', 'owner' || case when n < 19000 then 0 else n % 20 end, '{}', 0,"
                    + " now(), false, case when n % 2 = 0 then 'queued' else 'failed' end, false, 0,"
                    + " case when n % 2 = 0 then null else now() end, now(), '[]', 0, 1, 0, 0, 0, 0, 0"
                    + " from generate_series(1, 20000) n");
            statement.execute("analyze jobs");

            assertThat(plan(connection, PostgresDialect.DUE, List.of("t"), 9, List.of("t"), 1, 1))
                    .contains("jobs_due", "jobs_turns")
                    .doesNotContain("Seq Scan on jobs", "Bitmap");
            assertThat(plan(connection, SubmitTransaction.UNFINISHED, "owner7", 1000))
                    .containsPattern("jobs_unfinished_of_owner|jobs_turns")
                    .doesNotContain("Seq Scan");
            assertThat(plan(connection, page.sql(), page.parameters().toArray()))
                    .contains("jobs_unfinished_of_owner")
                    .doesNotContain("Sort");
            connection.rollback();
        }
    }

    private static String plan(Connection connection, String sql, Object... parameters) throws SQLException {
        return String.join("\n", Sql.query(connection, "explain " + sql, Sql::text, parameters));
    }

    @Test
    void a_deployers_trigger_that_refuses_some_events_ends_their_jobs_only() throws Exception {
        String url = Postgres.create("triggered");
        try (var triggered = JdbcStore.open(StoreSettings.server(url, null, null));
                Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(
                    "create function refuse() returns trigger language plpgsql as $$ begin"
                            + " if new.body like '%forbidden%' then raise exception 'not in this house'; end if; return new; end $$");
            statement.execute("create trigger refuse before insert on events for each row execute function refuse()");
            var time = new VirtualTime();
            var executor = new ManualExecutor();
            var appender = appender(triggered.jobs(), executor, time);
            var writes = new ArrayList<CompletableFuture<WriteResult>>();
            for (int i = 0; i < 200; i++) {
                var submission = new SubmissionBuilder("a").build();
                triggered.jobs().submit(submission);
                var event = new Event.Log(LogLevel.INFO, i % 50 == 7 ? "forbidden" : "good");
                writes.add(appender.writeUntilStored(new Write(submission.id(), row -> Verdict.append(event))));
            }

            executor.runAll();

            assertThat(writes.stream().filter(CompletableFuture::isDone)).hasSize(196);
            for (int i = 0; i < 10; i++) {
                time.advance(Duration.ofMillis(100));
                executor.runAll();
            }
            assertThat(writes.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .hasSize(4);
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
        WriteResult written;
        do {
            written = store.jobs()
                    .write(List.of(new Write(job, row -> Verdict.append(new Event.Log(LogLevel.INFO, text)))))
                    .get(0);
        } while (written instanceof WriteResult.Busy);
        assertThat(written).isInstanceOf(WriteResult.Done.class);
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
    StoreSettings settings() {
        return StoreSettings.server(Postgres.url(), null, null);
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
