package dev.tidings.handlers.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.PermanentFailure;
import dev.tidings.testing.FakeJobContext;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.InputStream;
import java.io.StringReader;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that once gave wrong figures in silence: each kind decides by the column, or says what it guessed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CsvCasesTest {
    private FakeJobContext context = new FakeJobContext();

    @Test
    void grouped_numbers_of_a_tab_separated_file_are_whole() throws Exception {
        var amount = column(file("us-thousands.tsv"), "amount");

        assertThat(amount.getString("type")).isEqualTo("integer");
        assertThat(amount.getInt("max")).isEqualTo(1_000_000);
        assertThat(amount.getJsonNumber("mean").doubleValue()).isEqualTo(253_683.25);
        assertThat(amount.getString("thousands")).isEqualTo(",");
    }

    @Test
    void another_column_decides_what_a_point_means_and_that_is_told() throws Exception {
        var result = file("de-thousands.csv");

        assertThat(column(result, "menge").getInt("max")).isEqualTo(12_500);
        assertThat(column(result, "preis").getJsonNumber("max").doubleValue()).isEqualTo(1234.5);
        assertThat(notes(result)).singleElement().asString().contains("menge", "1.234", "Set decimal");
    }

    @Test
    void two_decimal_marks_in_one_column_give_no_figures_but_a_note() throws Exception {
        var result = file("mixed-decimal.csv");

        assertThat(column(result, "v").getString("type")).isEqualTo("text");
        assertThat(notes(result)).singleElement().asString().contains("1.5", "1,5", "Set decimal");
        var asked = run(
                new CsvProfileParams(null, null, null, ",", null, null, null, null, null),
                "a;v\n" + "x;1,5\n".repeat(99) + "y;1.5\n");
        assertThat(column(asked, "v").getInt("exceptions")).isEqualTo(1);
        assertThat(notes(asked)).singleElement().asString().contains("1 of 100 values", "1.5");
    }

    @ParameterizedTest
    @CsvSource({"utf16le-nobom, UTF-16LE", "utf16be-nobom, UTF-16BE", "utf32le-bom, UTF-32LE", "utf32be-bom, UTF-32BE"})
    void wide_characters_are_read_with_and_without_a_mark(String name, String charset) throws Exception {
        var result = file(name + ".csv");

        assertThat(result.getString("charset")).isEqualTo(charset);
        assertThat(result.getBoolean("charsetGuessed")).isEqualTo(name.endsWith("nobom"));
        assertThat(column(result, "name").getString("max")).isEqualTo("Bert");
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, 2", "US-ASCII, 2", "UTF-16, 1"})
    void bytes_that_the_charset_asked_for_does_not_have_are_counted_and_told(String charset, int bytes)
            throws Exception {
        var result = file("cp1252-as-utf8.csv", withCharset(charset));

        assertThat(result.getInt("undecodableBytes")).isEqualTo(bytes);
        assertThat(notes(result)).anySatisfy(note -> assertThat(note).contains("no characters in " + charset));
        assertThat(everything().getInt("bytesNotUtf8")).isEqualTo(charset.equals("UTF-8") ? 2 : 0);
    }

    @Test
    void a_guess_among_charsets_of_one_byte_is_called_one() throws Exception {
        var result = file("cp1252-as-utf8.csv");

        assertThat(column(result, "ort").getString("max")).isEqualTo("München");
        assertThat(result.getBoolean("charsetGuessed")).isTrue();
        assertThat(notes(result)).singleElement().asString().contains("windows-1252 is a guess");
    }

    @ParameterizedTest
    @CsvSource({"windows-1251, Москва и область", "Shift_JIS, 東京都千代田区", "GB18030, 北京市朝阳区人民"})
    void other_scripts_are_recognised_by_their_bytes(String charset, String place) throws Exception {
        String text = "id,place\n" + ("1," + place + "\n").repeat(20);
        context.withInput("x.csv", text.getBytes(charset));

        var result = run(NOTHING_ASKED);

        assertThat(column(result, "place").getString("max")).isEqualTo(place);
        assertThat(notes(result)).anySatisfy(note -> assertThat(note).contains(" is a guess"));
    }

    @Test
    void a_byte_order_mark_wins_over_the_charset_asked_for_and_that_is_told() throws Exception {
        context.withInput("x.csv", "\uFEFFid,ort\n1,Köln\n");

        var result = run(withCharset("windows-1252"));

        assertThat(column(result, "id").getInt("max")).isEqualTo(1);
        assertThat(column(result, "ort").getString("max")).isEqualTo("Köln");
        assertThat(notes(result)).singleElement().asString().contains("byte order mark says UTF-8");
    }

    @Test
    void a_charset_that_does_not_look_right_is_told() throws Exception {
        context.withInput("x.csv", "id,ort\n1,Köln\n");

        assertThat(notes(run(withCharset("ISO-8859-1"))))
                .singleElement()
                .asString()
                .contains("bytes look like UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"onecol-blank.csv, 4, 2", "onecol-blank-quoted.csv, 3, 1"})
    void blank_lines_of_a_file_with_one_column_are_nulls(String name, int rows, int nulls) throws Exception {
        var result = file(name);

        assertThat(result.getInt("rows")).isEqualTo(rows);
        assertThat(column(result, "value").getInt("nulls")).isEqualTo(nulls);
    }

    @Test
    void lines_above_the_header_are_left_out_and_told() throws Exception {
        var result = file("title-lines.csv");

        assertThat(names(result)).containsExactly("region", "units", "price");
        assertThat(result.getInt("rows")).isEqualTo(4);
        assertThat(column(result, "units").getInt("max")).isEqualTo(40);
        assertThat(notes(result)).singleElement().asString().contains("2 lines above", "Quarterly report");
    }

    @Test
    void lines_above_the_header_can_be_given() throws Exception {
        var result = run(new CsvProfileParams(null, null, null, null, null, null, null, 2, null), "x\ny\na,b\n1,2\n");

        assertThat(names(result)).containsExactly("a", "b");
        assertThat(notes(result)).isEmpty();
    }

    @Test
    void a_header_one_short_of_every_row_leaves_the_names_of_rows_unnamed() throws Exception {
        var result = file("r-rownames.csv");

        assertThat(names(result)).containsExactly("row names", "mpg", "cyl");
        assertThat(column(result, "cyl").getInt("max")).isEqualTo(6);
        assertThat(notes(result)).singleElement().asString().contains("one field short");
    }

    @Test
    void further_fields_are_columns() throws Exception {
        var result = file("text-commas.csv");

        assertThat(names(result)).containsExactly("comment", "column 2");
        assertThat(column(result, "column 2").getInt("nulls")).isZero();
        assertThat(notes(result)).first().asString().contains("further fields are columns");
    }

    @Test
    void a_delimiter_behind_every_row_names_no_rows() throws Exception {
        var result = run(NOTHING_ASKED, "a,b\n1,2,\n3,4,\n");

        assertThat(column(result, "a").getInt("max")).isEqualTo(3);
        assertThat(column(result, "b").getInt("max")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"ctrl-z.csv, 2, a, 3", "two-boms.csv, 3, id, 3", "nbsp.csv, 4, n, 12"})
    void what_surrounds_values_is_no_part_of_them(String name, int rows, String column, int max) throws Exception {
        var result = file(name);

        assertThat(result.getInt("rows")).isEqualTo(rows);
        assertThat(column(result, column).getString("type")).isEqualTo("integer");
        assertThat(column(result, column).getInt("max")).isEqualTo(max);
    }

    @Test
    void a_typographic_minus_is_a_minus() throws Exception {
        assertThat(column(run(NOTHING_ASKED, "n\n−5\n3\n"), "n").getInt("min")).isEqualTo(-5);
    }

    @Test
    void backslashes_escape_quotes_where_rows_show_it() throws Exception {
        var result = file("backslash.csv");

        assertThat(column(result, "n").getInt("max")).isEqualTo(7);
        assertThat(column(result, "text").getString("max")).isEqualTo("say \"hi\", ok");
        assertThat(everything().getString("escape")).isEqualTo("\\");
    }

    @Test
    void backslashes_before_quotes_are_told_where_nothing_shows_what_they_mean() throws Exception {
        var result = run(
                new CsvProfileParams(null, null, null, null, null, null, null, null, "none"),
                "path,n\n\"C:\\x\\\",1\n");

        assertThat(notes(result)).singleElement().asString().contains("behind a backslash", "Set escape");
    }

    @ParameterizedTest
    @CsvSource({
        "workbook-named.csv, an Excel workbook, save the sheet as CSV",
        "gzipped-named.csv, a gzip file, unpack it",
        "html-named.csv, a web page, sign-in"
    })
    void a_file_of_another_kind_fails_for_good_and_says_what_to_do(String name, String kind, String remedy) {
        assertThatThrownBy(() -> file(name))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining(kind)
                .hasMessageContaining(remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%PDF-1.7", "PNG\r\n", "SQLite format 3\0", "PAR1", "ÐÏà¡±á", "a\1\2\3\0\0b\4,\n"})
    void so_does_any_other_binary_file(String head) throws Exception {
        context.withInput("x.csv", (head + "abc\n1,2\n").getBytes(ISO_8859_1));

        assertThatThrownBy(() -> run(NOTHING_ASKED))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageStartingWith("the file looks like ");
    }

    @Test
    void quantiles_lie_between_the_least_and_the_greatest_value_to_the_last_digit() throws Exception {
        var id = column(file("ids16.csv"), "id");

        assertThat(id.getJsonNumber("min").longValueExact()).isEqualTo(4111111111111111L);
        assertThat(id.getJsonObject("quantiles").getJsonNumber("p50").longValueExact())
                .isEqualTo(4111111111111113L);
        assertThat(id.getJsonNumber("mean").longValueExact()).isEqualTo(4111111111111113L);
    }

    @Test
    void whole_numbers_beyond_a_double_have_exact_quantiles() throws Exception {
        String ids = IntStream.rangeClosed(1, 9)
                .mapToObj(i -> "90071992547409930" + i)
                .collect(Collectors.joining("\n", "id\n7\n", "\n"));

        var id = column(run(NOTHING_ASKED, ids), "id");

        assertThat(id.getInt("min")).isEqualTo(7);
        assertThat(id.getJsonObject("quantiles").getJsonNumber("p50").longValueExact())
                .isEqualTo(900719925474099304L);
        assertThat(id.getJsonNumber("max").longValueExact()).isEqualTo(900719925474099309L);
    }

    @Test
    void decimals_keep_seventeen_digits() throws Exception {
        var x = column(run(NOTHING_ASKED, "x\n0.12345678901234568\n0.12345678901234567\n1e-7\n"), "x");

        assertThat(x.getJsonNumber("max").toString()).isEqualTo("0.12345678901234568");
        assertThat(x.getJsonObject("quantiles").getJsonNumber("p50").toString()).startsWith("0.123456789012345");
    }

    @Test
    void real_names_stay_with_their_columns() throws Exception {
        assertThat(names(file("dupnames.csv"))).containsExactly("a", "a (3)", "a (2)");
        assertThat(names(file("unnamed-first.csv"))).containsExactly("column 1 (2)", "column 1");
    }

    @ParameterizedTest
    @CsvSource({"sep-quoted.csv, a, 3", "sep-tab.csv, b, 2"})
    void a_line_that_names_the_delimiter_is_no_header(String name, String column, int max) throws Exception {
        assertThat(column(file(name), column).getInt("max")).isEqualTo(max);
    }

    @Test
    void a_draw_between_delimiters_and_values_as_names_are_told() throws Exception {
        var result = file("tie-noheader.csv");

        assertThat(result.getString("delimiter")).isEqualTo(",");
        assertThat(notes(result))
                .anySatisfy(note -> assertThat(note).contains("delimiter is a guess"))
                .anySatisfy(note -> assertThat(note).contains("looks like values rather than names"));
    }

    @Test
    void words_for_no_value_are_nulls_and_counted_one_by_one() throws Exception {
        var n = column(
                run(NOTHING_ASKED, "n,k\n1,x\nNA,x\nNULL,x\nNone,x\n\\N,x\nNaN,x\n#N/A,x\n#N/A,x\n2,x\n,x\n"), "n");

        assertThat(n.getString("type")).isEqualTo("integer");
        assertThat(n.getInt("nulls")).isEqualTo(8);
        assertThat(n.getJsonObject("nullTokens").getInt("#N/A")).isEqualTo(2);
        assertThat(n.getJsonObject("nullTokens")).containsOnlyKeys("NA", "NULL", "None", "\\N", "NaN", "#N/A");
        assertThat(n.getInt("max")).isEqualTo(2);
    }

    @Test
    void among_texts_a_word_that_may_be_one_is_a_text_and_told() throws Exception {
        var result = run(NOTHING_ASKED, "country,n\nDE,1\nNA,2\nNULL,3\n");

        assertThat(column(result, "country").getInt("nulls")).isEqualTo(1);
        assertThat(column(result, "country").getInt("distinct")).isEqualTo(2);
        assertThat(notes(result)).singleElement().asString().contains("\"NA\" counts as a text", "Set nulls");
    }

    @Test
    void the_words_for_no_value_can_be_given() throws Exception {
        var params = new CsvProfileParams(null, null, null, null, null, null, List.of("-999"), null, null);

        var n = column(run(params, "n,k\n1,x\n-999,x\n3,x\n"), "n");

        assertThat(n.getInt("min")).isEqualTo(1);
        assertThat(n.getJsonObject("nullTokens").getInt("-999")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "03/28/2026;01/02/2026|date|2026-01-02|2026-03-28|mdy",
                "28/03/2026;01/02/2026|date|2026-02-01|2026-03-28|dmy",
                "28.03.26;1.1.26|date|2026-01-01|2026-03-28|dmy",
                "1.1.2026;31.12.2025|date|2025-12-31|2026-01-01|dmy",
                "99-03-28;26-04-30|date|1999-03-28|2026-04-30|ymd",
                "20260328;20251231|date|2025-12-31|2026-03-28|",
                "28-Mar-2026;1-Feb-2026|date|2026-02-01|2026-03-28|",
                "9:05;23:59:59|time|09:05:00|23:59:59|",
                "3/28/2026 1:05 PM;1/2/2026 0:30 AM|text|||",
                "3/28/2026 1:05 PM;1/2/2026 12:30 AM|datetime|2026-01-02T00:30:00|2026-03-28T13:05:00|mdy"
            })
    void dates_and_times_have_figures(String values, String type, String min, String max, String order)
            throws Exception {
        var d = column(run(NOTHING_ASKED, "d|k\n" + values.replace(";", "|x\n") + "|x\n"), "d");

        assertThat(d.getString("type")).isEqualTo(type);
        if (min != null) {
            assertThat(d.getString("min")).isEqualTo(min);
            assertThat(d.getString("max")).isEqualTo(max);
            assertThat(d.getString("dateOrder", null)).isEqualTo(order);
        }
    }

    @Test
    void an_order_of_dates_that_nothing_shows_is_told_and_can_be_given() throws Exception {
        String text = "d,k\n03/04/2026,x\n05/06/2026,x\n";

        assertThat(notes(run(NOTHING_ASKED, text))).singleElement().asString().contains("03/04/2026", "Set dateOrder");

        context = new FakeJobContext();
        var result = run(new CsvProfileParams(null, null, null, null, null, "dmy", null, null, null), text);
        assertThat(column(result, "d").getString("min")).isEqualTo("2026-04-03");
        assertThat(notes(result)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$1,234.50;$2.00|1234.5|$",
                "12,5 %;7,25 %|12.5|%",
                "(12.50);3.25|3.25|",
                "1.234,50 EUR;2,00 EUR|1234.5|EUR",
                "12.50-;3.25|3.25|"
            })
    void money_percentages_and_negatives_have_figures(String values, double max, String unit) throws Exception {
        var n = column(run(NOTHING_ASKED, "n|k\n" + values.replace(";", "|x\n") + "|x\n"), "n");

        assertThat(n.getString("type")).isEqualTo("decimal");
        assertThat(n.getJsonNumber("max").doubleValue()).isEqualTo(max);
        assertThat(n.getString("unit", null)).isEqualTo(unit);
    }

    @Test
    void money_of_two_currencies_is_never_added_up() throws Exception {
        var result = run(NOTHING_ASKED, "n|k\n$5|x\n6 €|x\n");

        assertThat(column(result, "n").getString("type")).isEqualTo("text");
        assertThat(notes(result)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ja nein", "WAHR FALSCH", "Y N", "oui non", "VRAI FAUX", "t f", "J N", "Sí no"})
    void booleans_of_several_languages_are_counted(String words) throws Exception {
        String[] word = words.split(" ", 2);
        var b = column(run(NOTHING_ASKED, "b,k\n" + word[0] + ",1\n" + word[1] + ",2\n" + word[0] + ",3\n"), "b");

        assertThat(b.getString("type")).isEqualTo("boolean");
        assertThat(b.getInt("true")).isEqualTo(2);
        assertThat(b.getInt("false")).isEqualTo(1);
    }

    @Test
    void single_letters_that_do_not_belong_together_are_texts() throws Exception {
        assertThat(column(run(NOTHING_ASKED, "sex,k\nF,1\nM,2\nF,3\n"), "sex").getString("type"))
                .isEqualTo("text");
        context = new FakeJobContext();
        assertThat(column(run(NOTHING_ASKED, "sex,k\nF,1\nF,2\nF,3\n"), "sex").getString("type"))
                .isEqualTo("text");
    }

    @Test
    void a_quote_that_is_never_closed_is_told() throws Exception {
        StringBuilder text = new StringBuilder("n,t\n");
        for (int i = 1; i <= 60; i++) {
            text.append(i).append(i == 50 ? ",\"x\n" : ",x\n");
        }

        var result = run(NOTHING_ASKED, text.toString());

        assertThat(result.getInt("rows")).isEqualTo(50);
        assertThat(notes(result)).singleElement().asString().contains("opens in line 51 is never closed", "11 lines");
        assertThat(context.artifactText("profile.html")).contains("never closed");
    }

    @Test
    void headers_of_files_put_together_do_not_count_as_rows() throws Exception {
        var result = run(NOTHING_ASKED, "id,n\n1,2\nid,n\n3,4\n");

        assertThat(result.getInt("rows")).isEqualTo(2);
        assertThat(column(result, "n").getString("type")).isEqualTo("integer");
        assertThat(notes(result)).containsExactly("1 rows repeat the header and do not count.");
    }

    @Test
    void the_result_of_a_file_full_of_doubts_stays_small_and_the_page_shows_them_first() throws Exception {
        int columns = 1000;
        String header = IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String row = IntStream.range(0, columns).mapToObj(i -> "03/04/2026").collect(Collectors.joining(","));
        context.withInput("x.csv", header + "\n" + row + "\n");

        var result = run(NOTHING_ASKED);

        assertThat(result.toString().length()).isLessThan(20_000);
        assertThat(result.getInt("notesOmitted")).isGreaterThan(900);
        assertThat(everything().getJsonArray("notes")).hasSize(columns);
        String page = context.artifactText("profile.html");
        assertThat(page.indexOf("Set dateOrder")).isLessThan(page.indexOf("<dl class=\"tiles\""));
    }

    private static final CsvProfileParams NOTHING_ASKED =
            new CsvProfileParams(null, null, null, null, null, null, null, null, null);

    private static CsvProfileParams withCharset(String charset) {
        return new CsvProfileParams(null, charset, null, null, null, null, null, null, null);
    }

    private JsonObject file(String name) throws Exception {
        return file(name, NOTHING_ASKED);
    }

    private JsonObject file(String name, CsvProfileParams params) throws Exception {
        context = new FakeJobContext();
        try (InputStream in = CsvCasesTest.class.getResourceAsStream("/handlers/csv/cases/" + name)) {
            context.withInput(name, in.readAllBytes());
        }
        return run(params);
    }

    private JsonObject run(CsvProfileParams params, String text) throws Exception {
        context = new FakeJobContext().withInput("x.csv", text);
        return run(params);
    }

    private JsonObject run(CsvProfileParams params) throws Exception {
        return parse(new CsvProfileHandler().run(params, context).text());
    }

    private JsonObject everything() {
        return parse(context.artifactText("profile.json"));
    }

    private static List<String> notes(JsonObject result) {
        return result.getJsonArray("notes").getValuesAs(JsonString::getString);
    }

    private static List<String> names(JsonObject result) {
        return result.getJsonArray("columns").getValuesAs(JsonObject.class).stream()
                .map(column -> column.getString("name"))
                .toList();
    }

    private static JsonObject column(JsonObject result, String name) {
        return result.getJsonArray("columns").getValuesAs(JsonObject.class).stream()
                .filter(column -> column.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject parse(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }
}
