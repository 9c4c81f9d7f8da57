package dev.tidings.http;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Headers of any length are read in one pass. A quadratic reader needs minutes for {@link #LONG} characters, a linear one
 * milliseconds, so the limits here tell them apart on any machine.
 */
class HeaderPatternsTest {
    private static final int LONG = 1 << 18;

    static Stream<String> pieces() {
        return Stream.of(
                " ", "\t", ",", ", ", " ,\t", "\"", "W/", "W/\"", "\"a\",", "*", ";", "; ", "a=", "a=\"", "=", "a;",
                "0", "/", "q=");
    }

    @ParameterizedTest
    @MethodSource("pieces")
    void a_header_of_many_pieces_is_read_in_one_pass(String piece) {
        String line = piece.repeat(LONG / piece.length());
        for (String text : List.of(line, "\"x\"" + line + "y", ";" + line + "=", "wait" + line + "=" + line + "1x")) {
            assertTimeoutPreemptively(ofSeconds(20), () -> {
                ETags.matchesWeakly(List.of(text), "\"1\"");
                ETags.matchesStrongly(List.of(text), "\"1\"");
                Wait.preference(List.of(text));
                HeaderParameters.parse(text);
                MediaType.parse(text);
                MediaType.ofFile(text);
                new Accept(List.of(text)).quality("text/html");
                new Accept(List.of(text)).names("text/html");
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"1\" | true",
                "  ,, \"0\" ,\t, \"1\" | true",
                "W/\"1\" | true",
                "\"0\", * | true",
                "* | true",
                "\"0\" \"1\" | false",
                "\"0\", 1 | false",
                "\"1 | false",
                "\"0\", x, \"1\" | false",
                "w/\"1\" | false"
            })
    void tags_are_found_up_to_the_first_that_is_none(String line, boolean matches) {
        assertThat(ETags.matchesWeakly(List.of(line), "\"1\"")).isEqualTo(matches);
    }

    @Test
    void a_star_accepts_anything() {
        assertThat(new Accept(List.of("*")).quality("application/json")).isEqualTo(1);
        assertThat(new Accept(List.of("text/html, *;q=0.2")).quality("application/json"))
                .isEqualTo(0.2);
    }
}
