package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.JobState;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobSubmission;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2StoreTest extends JdbcStoreContract {
    @TempDir
    static Path home;

    @TempDir
    Path limited;

    private static JdbcStore store;

    @BeforeAll
    static void open() {
        store = JdbcStore.open(StoreSettings.embedded(home));
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void what_ran_when_the_process_ended_is_free_at_once_but_an_external_workers_job_is_not(@TempDir Path other) {
        String ran;
        String worked;
        try (var before = JdbcStore.open(StoreSettings.embedded(other))) {
            before.jobs().submit(submission().build());
            ran = before.jobs()
                    .claim("n1", Set.of(mine), 1, LEASE)
                    .get(0)
                    .row()
                    .job()
                    .id();
            var external =
                    submission().worker(new JobSubmission.Worker("n1", LEASE)).build();
            before.jobs().submit(external);
            worked = external.id();
            assertThat(before.jobs().lapsed(10)).isEmpty();
        }

        try (var after = JdbcStore.open(StoreSettings.embedded(other))) {
            assertThat(after.jobs().lapsed(10)).contains(ran).doesNotContain(worked);
        }
    }

    @Test
    void what_follows_in_a_log_is_read_without_sorting_the_rest_of_it() throws SQLException {
        try (Connection connection = connect()) {
            var plan = Sql.query(connection, "explain " + H2Dialect.NEXT_EVENTS, Sql::text, "j", 1L, 10);

            assertThat(plan).singleElement().asString().contains("index sorted");
        }
    }

    @Test
    void claims_counts_and_pages_of_unfinished_jobs_are_read_in_the_order_of_an_index() throws SQLException {
        var page =
                JobQueries.select(new JobQuery("a", Set.of(JobState.QUEUED, JobState.RUNNING), null, null, 200), null);
        try (Connection connection = connect()) {
            assertThat(plan(connection, H2Dialect.TOP_PRIORITY, List.of("t"), 9))
                    .contains("jobs_due", "index sorted");
            assertThat(plan(connection, H2Dialect.NEXT_OWNER, List.of("t"), 0, "a"))
                    .contains("jobs_turns", "index sorted");
            assertThat(plan(connection, SubmitTransaction.UNFINISHED, "a", 1000))
                    .contains("jobs_unfinished_of_owner");
            assertThat(plan(connection, page.sql(), page.parameters().toArray()))
                    .contains("jobs_unfinished_of_owner", "index sorted");
        }
    }

    private static String plan(Connection connection, String sql, Object... parameters) throws SQLException {
        return String.join("\n", Sql.query(connection, "explain " + sql, Sql::text, parameters))
                .toLowerCase(Locale.ROOT);
    }

    @Override
    StoreSettings settings() {
        return StoreSettings.embedded(limited);
    }

    @Override
    JdbcStore store() {
        return store;
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(H2Database.embeddedUrl(home));
    }
}
