package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.PermanentFailure;
import java.io.BufferedReader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`a,b,c|1,2,3|`, `,`",
                "`a;b|1,5;2,5|3,1;4|`, `;`",
                "`a>b>c|1>2, 3>4;|`, `>`",
                "`name,note|x,\"a;b\"|y,\"c;d;e\"|`, `,`",
                "`alone|1|2|`, `,`",
                "`a;b`, `;`",
                "``, `,`"
            })
    void the_delimiter_that_makes_rows_alike_is_chosen(String sample, String delimiter) {
        String text = sample.replace('|', '\n').replace('>', '\t');

        assertThat(Dialect.detect(text)).isEqualTo(delimiter.replace('>', '\t').charAt(0));
    }

    @Test
    void a_bar_is_found_too() {
        assertThat(Dialect.detect("a|b, c\n1|2\n")).isEqualTo('|');
    }

    @Test
    void a_line_that_names_the_delimiter_is_obeyed_and_taken_away() throws Exception {
        var reader = new BufferedReader(new StringReader("sep=;\r\na,b;c\r\n"));

        assertThat(Dialect.of(reader, null).delimiter()).isEqualTo(';');
        assertThat(reader.readLine()).isEqualTo("a,b;c");
    }

    @Test
    void looking_does_not_move_the_text() throws Exception {
        var reader = new BufferedReader(new StringReader("a;b\n" + "1;2\n".repeat(50_000)), 32 * 1024);

        assertThat(Dialect.of(reader, null).delimiter()).isEqualTo(';');
        assertThat(reader.readLine()).isEqualTo("a;b");
    }

    @Test
    void a_delimiter_is_a_character_or_the_word_tab() {
        assertThat(Dialect.asked("tab").delimiter()).isEqualTo('\t');
        assertThat(Dialect.asked("^").delimiter()).isEqualTo('^');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "\n", ";;", "\uD83D\uDE00"})
    void anything_else_fails_for_good(String asked) {
        assertThatThrownBy(() -> Dialect.asked(asked)).isInstanceOf(PermanentFailure.class);
    }
}
