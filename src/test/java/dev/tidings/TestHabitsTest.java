package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What tests leave to one class each. */
class TestHabitsTest {
    private static final Path TESTS = Path.of("src/test/java");

    /** These run as programs: what they print is read. */
    private static final Set<String> PROGRAMS = Set.of("OpenStore.java", "StoreBenchmark.java", "TestTimes.java");

    @Test
    void only_one_class_lets_a_thread_pause() throws IOException {
        assertThat(lines("Waiting.java"::equals, "Thread\\.sleep\\(|parkNanos\\(|TimeUnit\\.\\w+\\.sleep\\("))
                .isEmpty();
    }

    @Test
    void only_one_class_prints() throws IOException {
        assertThat(lines(name -> name.equals("Report.java") || PROGRAMS.contains(name), "System\\.(out|err)\\b"))
                .isEmpty();
    }

    /** Lines with a pattern in the sources of tests, without files that may have it and without this one. */
    private static List<String> lines(Predicate<String> may, String pattern) throws IOException {
        var wanted = Pattern.compile(pattern);
        try (var files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !may.test(file.getFileName().toString()) && !file.endsWith("TestHabitsTest.java"))
                    .flatMap(file -> read(file)
                            .lines()
                            .filter(line -> wanted.matcher(line).find())
                            .map(line -> file + ": " + line.strip()))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
