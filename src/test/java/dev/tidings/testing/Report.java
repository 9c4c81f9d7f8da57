package dev.tidings.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Where tests write their figures, seeds and transcripts: to their own output, and all together to {@code target/figures.txt}.
 *
 * <p>Threads: any.
 */
public final class Report {
    private static final Path FILE = Path.of(System.getProperty("tidings.build", "target"), "figures.txt");

    private Report() {}

    /** Writes a line. */
    public static void line(String text) {
        synchronized (FILE) {
            System.out.println(text);
            try {
                Files.createDirectories(FILE.getParent());
                Files.writeString(FILE, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + FILE, e);
            }
        }
    }

    /** Writes a line in the form of {@link String#format}. Numbers are written as in English. */
    public static void line(String format, Object... values) {
        line(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
