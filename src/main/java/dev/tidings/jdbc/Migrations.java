package dev.tidings.jdbc;

import dev.tidings.log.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema up to date, or checks it.
 *
 * <p>The migrations are listed here rather than found by a scan of the class path, which containers hide behind file
 * systems of their own; so one that is missing stops the start. Two nodes may start at once: one waits for the other.
 */
final class Migrations {
    /** Files in {@code db/h2} and {@code db/postgresql}; never changed once released, only added to. */
    private static final List<String> FILES =
            List.of("V1__jobs_and_their_logs.sql", "V2__jobs_that_are_kept.sql", "V3__limits_turns_and_retries.sql");

    private static final String TABLE = "tidings_schema";

    private Migrations() {}

    /**
     * Makes the schema the one that this version needs.
     *
     * @param migrate false: only check
     * @throws StoreException with what is to be done, when it is not and cannot be made so
     */
    static void run(Database database, Dialect dialect, boolean migrate) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader loader = Migrations.class.getClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Flyway flyway = database.connect(configure(loader, dialect)).load();
            if (migrate) {
                migrateAlone(flyway, database, dialect);
            } else {
                check(flyway, dialect);
            }
        } catch (FlywayException e) {
            throw new StoreException(
                    migrate
                            ? "the database's schema cannot be brought up to date; the cause tells why"
                            : "the database's schema cannot be checked",
                    e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Flyway locks its table, but not while it makes it: of two nodes at once the later finds it empty and gives up. */
    private static void migrateAlone(Flyway flyway, Database database, Dialect dialect) {
        try (Connection lock = database.direct()) {
            boolean autoCommit = lock.getAutoCommit();
            lock.setAutoCommit(false);
            try {
                dialect.lockSchema(lock);
                flyway.migrate();
            } finally {
                lock.rollback();
                lock.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            throw new StoreException("the database's schema cannot be locked for an update", e, SqlStates.reason(e));
        }
    }

    private static void check(Flyway flyway, Dialect dialect) {
        var result = flyway.validateWithResult();
        var pending = flyway.info().pending();
        if (!result.validationSuccessful || pending.length > 0) {
            throw new StoreException(
                    "tidings.db.migrate=false, and the database's schema is not the one that this version needs: have the"
                            + " scripts in db/" + dialect.folder() + " applied by Flyway (table " + TABLE
                            + "), or let Tidings do it with tidings.db.migrate=true",
                    null);
        }
    }

    private static FluentConfiguration configure(ClassLoader loader, Dialect dialect) {
        return Flyway.configure(loader)
                .table(TABLE)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations(new String[0])
                .resourceProvider(new Listed(loader, "db/" + dialect.folder() + "/"))
                .javaMigrationClassProvider(List::of)
                .loggers("auto");
    }

    /** Gives Flyway the listed files and no others. */
    private record Listed(ClassLoader loader, String folder) implements ResourceProvider {
        @Override
        public @Nullable LoadableResource getResource(String name) {
            String file = name.substring(name.lastIndexOf('/') + 1);
            return FILES.contains(file) ? load(file) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return FILES.stream()
                    .filter(file -> file.startsWith(prefix) && ends(file, suffixes))
                    .map(this::load)
                    .toList();
        }

        private static boolean ends(String file, String[] suffixes) {
            return List.of(suffixes).stream().anyMatch(suffix -> file.endsWith(suffix.toLowerCase(Locale.ROOT)));
        }

        private LoadableResource load(String file) {
            try (InputStream in = loader.getResourceAsStream(folder + file)) {
                if (in == null) {
                    throw new StoreException(
                            "the migration " + folder + file + " is missing from the application", null);
                }
                return new Script(folder, file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new StoreException("the migration " + folder + file + " cannot be read", e);
            }
        }
    }

    /** A migration in memory. */
    private static final class Script extends LoadableResource {
        private final String folder;
        private final String file;
        private final String text;

        Script(String folder, String file, String text) {
            this.folder = folder;
            this.file = file;
            this.text = text;
        }

        @Override
        public Reader read() {
            return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
            return folder + file;
        }

        @Override
        public @Nullable String getAbsolutePathOnDisk() {
            return null;
        }

        @Override
        public String getFilename() {
            return file;
        }

        @Override
        public String getRelativePath() {
            return file;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Script script && script.file.equals(file);
        }

        @Override
        public int hashCode() {
            return file.hashCode();
        }
    }
}
