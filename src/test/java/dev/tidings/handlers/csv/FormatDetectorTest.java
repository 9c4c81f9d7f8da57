package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.PermanentFailure;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FormatDetectorTest {
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
        var detector = detector(sample.replace('|', '\n').replace('>', '\t'));

        assertThat(detector.detect(null, null).delimiter())
                .isEqualTo(delimiter.replace('>', '\t').charAt(0));
        assertThat(detector.notes()).isEmpty();
    }

    @Test
    void a_bar_is_found_too() {
        assertThat(detector("a|b, c\n1|2\n").detect(null, null).delimiter()).isEqualTo('|');
    }

    @Test
    void a_draw_is_decided_by_what_finds_values_and_noted() {
        var detector = detector("1,a;b\n2,c;d\n3,e;f\n");

        assertThat(detector.detect(null, null).delimiter()).isEqualTo(',');
        assertThat(detector.notes())
                .singleElement()
                .asString()
                .contains("semicolon and comma part the rows equally well", "Set delimiter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sep=;\r\n", "\"sep=;\"\r\n", "SEP=;\n", "sep = ;\n", "sep=;;;\r", "\"sep=\";\n"})
    void a_line_that_names_the_delimiter_is_obeyed_and_taken_away(String line) {
        var detector = detector(line + "a,b;c\r\n");

        assertThat(detector.detect(null, null).delimiter()).isEqualTo(';');
        assertThat(detector.sample().text()).isEqualTo("a,b;c\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sep=\t\r\n", "sep=\\t\n", "\"sep=\t\"\n"})
    void it_may_name_a_tab(String line) {
        assertThat(detector(line + "a\tb\n").detect(null, null).delimiter()).isEqualTo('\t');
    }

    @Test
    void the_delimiter_asked_for_wins_over_such_a_line() {
        var detector = detector("sep=;\na;b\n");

        assertThat(detector.detect('|', null).delimiter()).isEqualTo('|');
        assertThat(detector.sample().text()).isEqualTo("a;b\n");
    }

    @Test
    void backslashes_escape_where_quotes_make_sense_only_so() {
        assertThat(detector("id,text,n\n1,\"say \\\"hi\\\", ok\",5\n2,\"plain\",6\n")
                        .detect(null, null)
                        .escapes())
                .isTrue();
        assertThat(detector("json\n\"{\\\"a\\\": 1}\"\n\"{\\\"b\\\": 2}\"\n")
                        .detect(null, null)
                        .escapes())
                .isTrue();
    }

    @Test
    void a_path_that_ends_in_a_backslash_escapes_nothing() {
        assertThat(detector("path,n\n\"C:\\x\\\",1\n\"C:\\y\\\",2\n")
                        .detect(null, null)
                        .escapes())
                .isFalse();
    }

    @Test
    void lines_above_the_table_are_left_out_when_asked_for() {
        assertThat(new FormatDetector(new Sample("one\r\ntwo\na,b\n", true), 2)
                        .sample()
                        .text())
                .isEqualTo("a,b\n");
    }

    @Test
    void a_delimiter_is_a_character_or_the_word_tab() {
        assertThat(CsvFormat.delimiter("tab")).isEqualTo('\t');
        assertThat(CsvFormat.delimiter("^")).isEqualTo('^');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "\n", ";;", "\uD83D\uDE00"})
    void anything_else_fails_for_good(String asked) {
        assertThatThrownBy(() -> CsvFormat.delimiter(asked)).isInstanceOf(PermanentFailure.class);
    }

    private static FormatDetector detector(String text) {
        return new FormatDetector(new Sample(text, true), 0);
    }
}
