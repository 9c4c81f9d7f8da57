package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.PermanentFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RowReaderTest {
    @Test
    void lines_end_in_lf_crlf_or_cr() throws Exception {
        assertThat(rows("a,b\r\nc,d\ne,f\rg,h"))
                .containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e", "f"), List.of("g", "h"));
    }

    @Test
    void quoted_fields_keep_delimiters_quotes_and_line_breaks() throws Exception {
        assertThat(rows("\"a,\"\"b\"\"\",\"c\r\nd\"\n")).containsExactly(List.of("a,\"b\"", "c\r\nd"));
    }

    @Test
    void blanks_may_stand_around_quotes() throws Exception {
        assertThat(rows("a, \"b,c\" ,d\n")).containsExactly(List.of("a", "b,c", "d"));
    }

    @Test
    void a_blank_line_is_a_row_with_an_empty_field() throws Exception {
        assertThat(rows("a\n\nb\n")).containsExactly(List.of("a"), List.of(""), List.of("b"));
    }

    @Test
    void a_delimiter_at_the_end_begins_an_empty_field() throws Exception {
        assertThat(rows("a,\nb,")).containsExactly(List.of("a", ""), List.of("b", ""));
    }

    @Test
    void byte_order_marks_at_the_beginning_of_lines_are_no_text() throws Exception {
        assertThat(rows("a\n\uFEFF\"b\"\n")).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void an_escape_makes_a_plain_character_of_the_next() throws Exception {
        var format = new CsvFormat('\t', '\\');

        assertThat(rows("a\\\tb\tc\\\\d\te\\\nf\t\\N\t\"x\\\"y\"\n", format))
                .containsExactly(List.of("a\tb", "c\\d", "e\nf", "\\N", "x\"y"));
    }

    @Test
    void a_quote_that_is_never_closed_is_told_with_its_line() throws Exception {
        var reader = reader("a,b\n1,2\n3,\"x\n5,6\n", CsvFormat.of(','));
        while (reader.next()) {}

        assertThat(reader.oddities().notes())
                .first()
                .asString()
                .contains("opens in line 3 is never closed", "2 lines behind it");
    }

    @Test
    void lines_that_a_quote_swallowed_are_told_when_they_look_like_rows() throws Exception {
        var reader = reader("a,b\n1,\"x\n3,4\n5,6\n7,\"y\n9,9\n", CsvFormat.of(','));
        reader.expect(2);
        while (reader.next()) {}

        assertThat(reader.oddities().notes())
                .first()
                .asString()
                .contains("2 lines inside quoted fields look like rows");
    }

    @Test
    void text_behind_a_closing_quote_is_kept_and_told() throws Exception {
        var reader = reader("\"5\" pipe,1\n", CsvFormat.of(','));
        reader.next();

        assertThat(reader.get(0)).isEqualTo("5 pipe");
        assertThat(reader.oddities().notes()).singleElement().asString().contains("1 fields have text behind");
    }

    @Test
    void a_row_longer_than_can_be_held_fails_for_good_also_behind_others() {
        Reader endless = new Reader() {
            @Override
            public int read(char[] target, int offset, int length) {
                java.util.Arrays.fill(target, offset, offset + length, 'x');
                return length;
            }

            @Override
            public void close() {}
        };
        var reader = new RowReader("a,b\n1,2\n3,", endless, CsvFormat.of(','));

        assertThatThrownBy(() -> {
                    while (reader.next()) {}
                })
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("begins in line 3 is longer");
    }

    @Test
    void many_rows_together_may_be_longer_than_one_may_be() throws Exception {
        String row = "x".repeat(RowReader.MAX_ROW_CHARS / 4) + "\n";
        var reader = reader(row.repeat(9), CsvFormat.of(','));
        int rows = 0;
        while (reader.next()) {
            rows++;
        }
        assertThat(rows).isEqualTo(9);
    }

    /** Whatever the fields are, and wherever the buffer ends: written by the rules of RFC 4180, they are read again. */
    @Test
    void what_is_written_by_the_rules_is_read_again() throws Exception {
        Random random = new Random(4180);
        String[] pieces = {"a", "b,", "\"", "\n", "\r\n", " ", "12", "\\", "ä", "\uD83D\uDE00", ";"};
        for (int round = 0; round < 300; round++) {
            List<List<String>> written = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            int width = 1 + random.nextInt(4);
            for (int row = 0; row < 1 + random.nextInt(20); row++) {
                List<String> fields = new ArrayList<>();
                for (int i = 0; i < width; i++) {
                    StringBuilder field = new StringBuilder();
                    for (int n = random.nextInt(5); n > 0; n--) {
                        field.append(pieces[random.nextInt(pieces.length)]);
                    }
                    fields.add(field.toString());
                    text.append(i == 0 ? "" : ",")
                            .append('"')
                            .append(field.toString().replace("\"", "\"\""))
                            .append('"');
                }
                written.add(fields);
                text.append(random.nextBoolean() ? "\n" : "\r\n");
            }
            int most = 1 + random.nextInt(3);
            Reader slow = new StringReader(text.toString()) {
                @Override
                public int read(char[] target, int offset, int length) throws IOException {
                    return super.read(target, offset, Math.min(length, most));
                }
            };
            assertThat(rows(new RowReader("", slow, CsvFormat.of(','))))
                    .as(text.toString())
                    .isEqualTo(written);
        }
    }

    private static List<List<String>> rows(String text) throws IOException {
        return rows(text, CsvFormat.of(','));
    }

    private static List<List<String>> rows(String text, CsvFormat format) throws IOException {
        return rows(reader(text, format));
    }

    private static RowReader reader(String text, CsvFormat format) {
        return new RowReader("", new StringReader(text), format);
    }

    private static List<List<String>> rows(RowReader reader) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        while (reader.next()) {
            List<String> fields = new ArrayList<>();
            for (int i = 0; i < reader.size(); i++) {
                fields.add(reader.get(i));
            }
            rows.add(fields);
        }
        return rows;
    }
}
