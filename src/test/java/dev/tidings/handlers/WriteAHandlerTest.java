package dev.tidings.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteAHandlerTest {
    @ParameterizedTest
    @ValueSource(strings = {"LineCountHandler.java", "LineCountHandlerTest.java"})
    void the_guide_shows_the_example_that_is_compiled_and_tested(String file) throws Exception {
        String source = Files.readString(Path.of("src/test/java/com/example/lines", file));

        assertThat(Files.readString(Path.of("docs/guide/write-a-handler.md"))).contains("```java\n" + source + "```\n");
    }
}
