package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.InstalledPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the tests of the page's modules, {@code node --test src/test/js}. Tests that need a browser are skipped by name where Chromium is missing.
 * With {@code -Dtidings.parts=all} that is a failure.
 */
class JavaScriptTest {
    /** A browser, the type checker, and the simulations: each takes longer than all others together. */
    private static final Set<String> LONG =
            Set.of("browser.test.js", "elements.test.js", "mine.test.js", "schedules.test.js", "types.test.js");

    @Test
    void the_modules_of_the_page_pass_their_quick_tests() throws Exception {
        run(name -> !LONG.contains(name));
    }

    @Test
    @Tag("long")
    @Timeout(600)
    void the_modules_of_the_page_pass_their_long_tests() throws Exception {
        run(LONG::contains);
    }

    private static void run(Predicate<String> wanted) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of(InstalledPrograms.need("node", "nodejs").toString(), "--test"));
        command.addAll(tests(wanted));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        if ("all".equals(System.getProperty("tidings.parts"))) {
            builder.environment().put("CI", "true");
        }

        var node = builder.start();
        try {
            String words = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(node.waitFor()).as(words).isZero();
            assertThat(words).containsPattern("(?m)^(#|ℹ) pass [1-9]");
        } finally {
            node.destroyForcibly();
        }
    }

    /** File by file, since a folder means different things to different versions of Node.js. */
    private static List<String> tests(Predicate<String> wanted) throws IOException {
        try (var files = Files.list(Path.of("src/test/js"))) {
            return files.filter(file -> wanted.test(file.getFileName().toString()))
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted()
                    .toList();
        }
    }
}
