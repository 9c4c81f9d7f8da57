package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Parts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Runs the tests of the page's modules, {@code node --test src/test/js}, so that one command runs everything. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JavaScriptTest {

    @Test
    void the_modules_of_the_page_pass_their_own_tests() throws Exception {
        var node = new ProcessBuilder(Parts.need("node", "nodejs").toString(), "--test", "src/test/js")
                .redirectErrorStream(true)
                .start();

        String words = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(node.waitFor()).as(words).isZero();
        assertThat(words).containsPattern("(?m)^(#|ℹ) pass [1-9]");
    }
}
