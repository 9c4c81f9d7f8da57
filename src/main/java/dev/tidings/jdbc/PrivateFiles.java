package dev.tidings.jdbc;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that other users of the machine may not read: folders are 0700 and files 0600, where the file system has such modes. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Logger LOG = System.getLogger(PrivateFiles.class.getName());

    private PrivateFiles() {}

    /** Takes a folder that exists from the other users. */
    static void folder(Path path) {
        restrict(path, FOLDER);
    }

    /** Takes a file that exists from the other users. */
    static void file(Path path) {
        restrict(path, FILE);
    }

    /** What a new file is created with. */
    static FileAttribute<?>[] attributes(Path path) {
        return posix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FILE)}
                : new FileAttribute<?>[0];
    }

    private static void restrict(Path path, Set<PosixFilePermission> mode) {
        if (!posix(path)) {
            return;
        }
        try {
            if (!Files.getPosixFilePermissions(path).equals(mode)) {
                Files.setPosixFilePermissions(path, mode);
            }
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    path + " may be readable by other users: its mode cannot be set to "
                            + PosixFilePermissions.toString(mode) + ". Let the user of this process own it.",
                    e);
        }
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
