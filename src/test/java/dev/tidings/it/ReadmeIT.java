package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands under "Try" in the README, run letter by letter against the built WAR; only the port is another. */
class ReadmeIT {
    private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final long PATIENCE_S = 120;

    @TempDir
    Path home;

    @Test
    void the_commands_of_the_readme_work_one_after_the_other() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("\n## Try\n"));
        String commands = SHELL.matcher(section.substring(0, section.indexOf("\n## ", 5)))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
        Path output = home.resolve("output.txt");
        try (var server = ServerProcess.at(home.resolve("tidings"))
                .with("tidings.types", "*")
                .start()) {
            Process shell = new ProcessBuilder(
                            "bash",
                            "-ec",
                            commands.replace(
                                    "127.0.0.1:8080",
                                    "127.0.0.1:" + server.base().getPort()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(shell.waitFor(PATIENCE_S, TimeUnit.SECONDS))
                        .as("the commands end")
                        .isTrue();
            } finally {
                shell.destroyForcibly();
            }

            String printed = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(printed)
                    .contains("\"state\":\"succeeded\"", "event: hello", "\"type\":\"succeeded\"", "tidings.war: OK");
            assertThat(shell.exitValue()).as(printed).isZero();
        }
    }
}
