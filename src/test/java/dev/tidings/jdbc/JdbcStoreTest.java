package dev.tidings.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.log.StoreException;
import dev.tidings.log.Submitted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JdbcStoreTest {
    @TempDir
    Path home;

    @Test
    void a_second_process_on_one_home_is_told_so() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        try (var first = JdbcStore.open(StoreSettings.embedded(home))) {
            var second = new ProcessBuilder(
                            java,
                            "-cp",
                            System.getProperty("java.class.path"),
                            OpenStore.class.getName(),
                            home.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(second.getInputStream().readAllBytes(), UTF_8);

            assertThat(said).contains("tidings.home=" + home + " is in use by another process");
            assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
            first.jobs().check();
        }
    }

    @Test
    void what_was_acknowledged_survives_the_death_of_the_process() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        var process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenStore.class.getName(),
                        home.toString(),
                        "submit")
                .start();
        var ids = process.inputReader(UTF_8).lines().limit(20).toList();
        process.destroyForcibly().waitFor();

        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            assertThat(store.jobs().find(ids)).containsOnlyKeys(ids);
        }
    }

    @Test
    void an_interrupted_thread_leaves_the_database_open_and_closing_leaves_no_thread() {
        var before = Thread.getAllStackTraces().keySet();
        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            var blobs = store.artifacts();
            Thread.currentThread().interrupt();
            for (int i = 0; i < 40; i++) {
                blobs.put("b", i, new byte[100_000]);
            }
            assertThat(Thread.interrupted()).isTrue();
            Thread.currentThread().interrupt();
            for (int i = 0; i < 40; i++) {
                assertThat(blobs.chunk("b", i)).isPresent();
            }
            assertThat(Thread.interrupted()).isTrue();
            store.jobs().check();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .filteredOn(thread -> !thread.getName().startsWith("ForkJoin"))
                .isEmpty();
    }

    @Test
    void a_server_is_reached_with_user_and_password() {
        try (var store = JdbcStore.open(StoreSettings.server(
                Postgres.url().replaceFirst("\\?.*", ""), "postgres", "not asked for by this server"))) {
            store.jobs().check();
        }
    }

    @Test
    void a_closed_store_opens_again_with_what_it_held() {
        var submission = new SubmissionBuilder("a").build();
        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            assertThat(store.jobs().submit(submission)).isInstanceOf(Submitted.Accepted.class);
        }

        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            assertThat(store.jobs().find(submission.id())).isPresent();
        }
    }

    @Test
    void without_leave_to_migrate_an_empty_database_is_refused_and_a_migrated_one_taken() {
        var checking = new StoreSettings(home, null, null, null, null, 2, false);
        assertThatThrownBy(() -> JdbcStore.open(checking))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("tidings.db.migrate=false")
                .hasMessageContaining("db/h2");
        JdbcStore.open(StoreSettings.embedded(home)).close();

        try (var store = JdbcStore.open(checking)) {
            store.jobs().check();
        }
    }

    @Test
    void a_database_that_never_answers_is_given_up_after_two_tries() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var settings = StoreSettings.server(
                    "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x", "user", "secret");
            long begun = System.nanoTime();

            assertThatThrownBy(() -> JdbcStore.open(settings))
                    .isInstanceOf(StoreException.class)
                    .hasMessageNotContaining("secret");

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void a_url_of_another_database_is_refused_without_its_password() {
        var settings = StoreSettings.server("jdbc:oracle:thin:user/secret@host", null, null);

        assertThatThrownBy(() -> JdbcStore.open(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:oracle:")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_schema_of_postgresql_is_made_once_by_two_nodes_that_start_together() throws Exception {
        try (var connection = DriverManager.getConnection(Postgres.url());
                var statement = connection.createStatement()) {
            statement.execute("create database together");
        }
        String url = Postgres.SERVER.getJdbcUrl("postgres", "together");

        var stores = StoreContract.inParallel(3, i -> JdbcStore.open(StoreSettings.server(url, null, null)));

        stores.forEach(store -> store.jobs().check());
        stores.forEach(JdbcStore::close);
    }
}
