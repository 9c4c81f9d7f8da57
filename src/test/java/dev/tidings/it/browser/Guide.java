package dev.tidings.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/guide/embed.md tells those who embed jobs on their own pages. */
final class Guide {

    private Guide() {}

    /** The n-th example of docs/guide/embed.md in HTML, letter by letter. */
    static String example(int number) throws Exception {
        Matcher example = Pattern.compile("```html\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/guide/embed.md")));
        for (int i = 0; i <= number; i++) {
            assertThat(example.find()).isTrue();
        }
        return example.group(1);
    }

    /** Where the guide has the script come from on another origin. */
    static String script() throws Exception {
        Matcher script =
                Pattern.compile("src=\"(https://[^\"]+)\"").matcher(Files.readString(Path.of("docs/guide/embed.md")));
        assertThat(script.find()).isTrue();
        return script.group(1);
    }
}
