package dev.tidings.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.log.JobQuery;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.StoreException;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.SingleFileStore;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(store.jobs().submit(submission)).isInstanceOf(SubmitResult.Accepted.class);
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
    void a_node_goes_on_while_a_newer_version_adds_to_the_schema() throws Exception {
        String url = Postgres.create("older");
        try (var running = JdbcStore.open(StoreSettings.server(url, null, null))) {
            for (int i = 0; i < 10; i++) { // so often that statements are prepared at the server
                use(running);
            }
            try (var connection = DriverManager.getConnection(url);
                    var statement = connection.createStatement()) {
                for (String table : List.of("jobs", "events", "blobs", "owners", "turns")) {
                    statement.execute("alter table " + table + " add column future text");
                }
            }

            use(running);
        }
    }

    @Test
    void a_schema_of_a_newer_version_is_taken_since_migrations_only_add() throws Exception {
        String url = Postgres.create("newer");
        JdbcStore.open(StoreSettings.server(url, null, null)).close();
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(
                    "insert into tidings_schema select 9, '9', 'of the future', type, 'V9__of_the_future.sql', 1,"
                            + " installed_by, now(), 1, true from tidings_schema where version = '1'");
        }
        for (boolean migrate : new boolean[] {true, false}) {
            try (var older = JdbcStore.open(
                    new StoreSettings(home, null, url, null, null, StoreSettings.DEFAULT_CONNECTIONS, migrate))) {
                use(older);
            }
        }
    }

    /** What a node asks all the time. */
    private static void use(JdbcStore store) {
        var submission = new SubmissionBuilder("a").build();
        assertThat(store.jobs().submit(submission)).isInstanceOf(SubmitResult.Accepted.class);
        String node = "n" + submission.id();
        for (var done : store.jobs().claim(node, Set.of("a"), 1, Duration.ofSeconds(20))) {
            String id = done.row().job().id();
            assertThat(store.jobs().renew(node, Duration.ofSeconds(20)).held()).containsKey(id);
            assertThat(store.jobs()
                            .write(List.of(
                                    new Write(id, row -> Verdict.append(new Event.Log(LogLevel.INFO, "working"))))))
                    .singleElement()
                    .isInstanceOf(WriteResult.Done.class);
            assertThat(store.jobs().read(Map.of(id, 0L), 10, 10_000)).hasSize(1);
        }
        store.jobs().list(new JobQuery(null, Set.of(), null, null, 10));
        store.jobs().lapsed(10);
        store.jobs().untilDue(Set.of("a"));
    }

    @Test
    void a_schema_of_postgresql_is_made_once_by_two_nodes_that_start_together() throws Exception {
        String url = Postgres.create("together");

        var stores = StoreContract.inParallel(3, i -> JdbcStore.open(StoreSettings.server(url, null, null)));

        stores.forEach(store -> store.jobs().check());
        stores.forEach(JdbcStore::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "SQL_ASCII"})
    void a_database_that_cannot_hold_all_texts_is_refused_with_what_to_do(String encoding) throws Exception {
        String url = Postgres.create(
                "as_" + encoding.toLowerCase(Locale.ROOT), "template template0 encoding '" + encoding + "' locale 'C'");

        assertThatThrownBy(() -> JdbcStore.open(StoreSettings.server(url, null, null)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.permanent()).isTrue())
                .hasMessageContaining(encoding)
                .hasMessageContaining("encoding 'UTF8'");
    }

    @Test
    void options_in_the_url_are_kept_and_do_not_replace_the_time_limits() throws Exception {
        String url = Postgres.create("with_options")
                + "&options=-c%20statement_timeout=0%20-c%20work_mem=5MB&connectTimeout=3";
        var database = new PostgresDatabase(url, StoreSettings.server(url, null, null));
        try (var connection = database.dataSource().getConnection()) {
            assertThat(Sql.query(connection, "show statement_timeout", Sql::text))
                    .containsExactly("3500ms");
            assertThat(Sql.query(connection, "show work_mem", Sql::text)).containsExactly("5MB");
            assertThat(database.keepsSessions()).isTrue();
        } finally {
            database.close();
        }
    }

    @Test
    void the_place_of_a_store_names_host_and_database_without_secrets() throws Exception {
        String url = Postgres.create("placed") + "&password=secret";
        try (var store = JdbcStore.open(StoreSettings.server(url, null, null))) {
            assertThat(store.place()).isEqualTo("PostgreSQL at //localhost:" + Postgres.SERVER.getPort() + "/placed");
        }
    }

    @Test
    void the_embedded_database_is_for_its_user_alone_also_when_it_was_not() throws Exception {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        JdbcStore.open(StoreSettings.embedded(home)).close();
        Path file = home.resolve("tidings.mv.db");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Path trace = Files.createFile(
                home.resolve("tidings.trace.db"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            store.jobs().check();
            assertThat(Files.getPosixFilePermissions(home)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(List.of(file, trace))
                    .allSatisfy(each -> assertThat(Files.getPosixFilePermissions(each))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
        Files.delete(trace);
        try (var out =
                FilePath.get(UninterruptibleFilePath.SCHEME + ":" + trace).newOutputStream(true)) {
            out.write(1);
        }
        assertThat(Files.getPosixFilePermissions(trace)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void an_embedded_database_that_closed_itself_is_opened_again() throws Exception {
        var submission = new SubmissionBuilder("a").build();
        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            store.jobs().submit(submission);
            try (var connection = DriverManager.getConnection(H2Database.embeddedUrl(home));
                    var statement = connection.createStatement()) {
                statement.execute("shutdown immediately"); // as H2 does when memory runs out
            }

            assertThat(awaitFound(store, submission.id())).isTrue();
            assertThat(store.lost()).isFalse();
        }
    }

    @Test
    void an_embedded_database_whose_file_was_closed_is_opened_again() throws Exception {
        var submission = new SubmissionBuilder("a").build();
        try (var store = JdbcStore.open(StoreSettings.embedded(home))) {
            store.jobs().submit(submission);
            closeFile();

            var second = new SubmissionBuilder("a").build();
            boolean stored = false;
            for (int i = 0; i < 10 && !stored; i++) {
                stored = succeeds(() -> store.jobs().submit(second));
            }

            assertThat(stored).isTrue();
            assertThat(awaitFound(store, submission.id())).isTrue();
            assertThat(awaitFound(store, second.id())).isTrue();
        }
    }

    @Test
    void a_database_that_cannot_be_opened_again_is_closed_for_longer_and_longer() throws Exception {
        var settings = StoreSettings.embedded(home);
        var database = new H2Database(H2Database.embeddedUrl(home), settings);
        try (var connection = database.direct()) {
            Migrations.run(database, new H2Dialect(), true);
            assertThat(database.closedFor()).isZero();
            try (var statement = connection.createStatement()) {
                statement.execute("shutdown immediately");
            }
        }
        Path file = home.resolve("tidings.mv.db");
        Path kept = Files.move(file, home.resolve("kept"));
        Files.createDirectory(file);

        database.reopen();
        assertThat(database.closedFor()).isPositive();

        Files.delete(file);
        Files.move(kept, file);
        database.reopen();
        assertThat(database.closedFor()).isZero();
        database.close();
    }

    /** Closes the file under H2. */
    private void closeFile() throws Exception {
        try (var connection = DriverManager.getConnection(H2Database.embeddedUrl(home))) {
            var session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
            var field = SingleFileStore.class.getDeclaredField("fileChannel");
            field.setAccessible(true);
            ((FileChannel) field.get(
                            session.getDatabase().getStore().getMvStore().getFileStore()))
                    .close();
        } catch (SQLException closed) {
            assertThat(closed.getSQLState())
                    .as("when closing a connection of a broken database")
                    .startsWith("90");
        }
    }

    private static boolean awaitFound(JdbcStore store, String id) {
        for (int i = 0; i < 10; i++) {
            if (succeeds(() -> assertThat(store.jobs().find(id)).isPresent())) {
                return true;
            }
        }
        return false;
    }

    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (StoreException e) {
            return false;
        }
    }
}
