package dev.tidings.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of the machine that some tests need: a browser, a balancer, node.
 *
 * <p>Where one is missing its tests are skipped and say so by name. With {@code -Dtidings.parts=all}, as {@code .ci/run} sets, that is a failure.
 */
public final class InstalledPrograms {

    private InstalledPrograms() {}

    /**
     * The first of these programs that the machine has.
     *
     * @param names file names on the {@code PATH}
     * @return an absolute path
     */
    public static Path need(String... names) {
        Optional<Path> found = find(names);
        String missing = "this machine has none of " + Arrays.toString(names);
        if (found.isEmpty() && "all".equals(System.getProperty("tidings.parts"))) {
            throw new AssertionError(missing);
        }
        Assumptions.assumeTrue(found.isPresent(), missing);
        return found.orElseThrow();
    }

    /** The same where one can do without. */
    public static Optional<Path> find(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> Stream.concat(
                                Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1)),
                                Stream.of("/usr/sbin", "/usr/local/sbin"))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toAbsolutePath)
                .findFirst();
    }
}
