package dev.tidings.it.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system of a few megabytes onto which tables of PostgreSQL are moved, to be filled and emptied. Needs the right
 * to mount.
 *
 * <p>Threads: one test thread.
 */
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTES = 48;

    private final DatabaseServer database;
    private final Path folder;
    private final Path ballast;

    private SmallDisk(DatabaseServer database, Path folder) {
        this.database = database;
        this.folder = folder;
        ballast = folder.resolve("ballast");
    }

    /** Mounts it, or tells by false that this is not allowed here. */
    static boolean possible() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tidings-mount");
        try {
            boolean mounted = mount(folder) == 0;
            if (mounted) {
                run("umount", folder.toString());
            }
            return mounted;
        } finally {
            Files.delete(folder);
        }
    }

    /** Moves all tables of the service there. */
    static SmallDisk under(DatabaseServer database) throws IOException, InterruptedException, SQLException {
        Path folder = Files.createDirectory(database.folder().resolveSibling("small"));
        var disk = new SmallDisk(database, folder);
        if (mount(folder) != 0) {
            throw new IOException(folder + " cannot be mounted");
        }
        run("chown", "--reference=" + database.folder(), folder.toString());
        run("chmod", "700", folder.toString());
        disk.execute("create tablespace small location '" + folder + "'");
        disk.execute("alter table all in tablespace pg_default set tablespace small");
        disk.execute("alter index all in tablespace pg_default set tablespace small");
        return disk;
    }

    /** Leaves no byte free. */
    void fill() throws IOException, InterruptedException {
        // Ends with an error when the file system is full, which is what is wanted.
        new ProcessBuilder("dd", "if=/dev/zero", "of=" + ballast, "bs=4k")
                .start()
                .waitFor();
    }

    /** Makes room again. */
    void clear() throws IOException {
        Files.deleteIfExists(ballast);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int mount(Path folder) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tidings-test", folder.toString())
                .start()
                .waitFor();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status);
        }
    }

    /** Moves the tables back and unmounts. */
    @Override
    public void close() throws IOException, SQLException {
        clear();
        var commands = new ArrayList<>(List.of(
                "alter table all in tablespace small set tablespace pg_default",
                "alter index all in tablespace small set tablespace pg_default",
                "checkpoint",
                "drop tablespace small"));
        for (String command : commands) {
            execute(command);
        }
        try {
            run("umount", "--lazy", folder.toString()); // sessions may hold files that are deleted
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
