package dev.tidings.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the browser client's own tests. Without Node.js 20 or newer they are skipped, except where {@code CI} is set: there a
 * skipped test is a failed one.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JavaScriptTest {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void the_browser_client_passes_its_tests() throws Exception {
        need("node");

        var run = run(command());

        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    /** Names each file, since a folder means different things to different versions of Node.js. */
    private static List<String> command() throws IOException {
        try (var files = Files.list(Path.of("src/test/js"))) {
            var tests = files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted();
            return Stream.concat(Stream.of("node", "--test"), tests).toList();
        }
    }

    private static void need(String program) throws InterruptedException {
        try {
            var version = run(List.of(program, "--version")).output().strip();
            if (version.matches("v(2\\d|[3-9]\\d)\\..*")) {
                return;
            }
        } catch (IOException e) {
            // Not there: said below.
        }
        var missing = program + " 20 or newer is missing";
        if (System.getenv("CI") != null) {
            fail(missing);
        }
        abort(missing);
    }

    private record Run(int exitCode, String output) {}

    private static Run run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .directory(Path.of("").toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .start();
        try {
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
