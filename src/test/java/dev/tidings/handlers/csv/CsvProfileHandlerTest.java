package dev.tidings.handlers.csv;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidings.job.PermanentFailure;
import dev.tidings.testing.FakeJobContext;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CsvProfileHandlerTest {
    private static final CsvProfileParams NOTHING_ASKED =
            new CsvProfileParams(null, null, null, null, null, null, null, null, null);

    private final CsvProfileHandler handler = new CsvProfileHandler();
    private final FakeJobContext context = new FakeJobContext();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void columns_of_each_type_are_told_apart() throws Exception {
        var result = profile("""
                id,price,day,at,paid,name,zip,nothing
                1,1.50,2026-11-24,2026-11-24T10:00:00Z,true,Ann,01067,
                2,-2,2025-01-31,2026-11-24T11:30:00+01:00,no,Bob,80331,
                3,1e2,2026-02-28,2026-11-25 00:00,FALSE,Ann,80333,
                """);

        assertThat(result.getInt("rows")).isEqualTo(3);
        assertThat(result.getInt("raggedRows")).isZero();
        assertThat(result.getJsonArray("columns").getValuesAs(JsonObject.class))
                .extracting(column -> column.getString("name") + " " + column.getString("type"))
                .containsExactly(
                        "id integer",
                        "price decimal",
                        "day date",
                        "at datetime",
                        "paid boolean",
                        "name text",
                        "zip text",
                        "nothing empty");
        assertThat(column(result, "id").getInt("max")).isEqualTo(3);
        assertThat(column(result, "price").getJsonNumber("max").intValueExact()).isEqualTo(100);
        assertThat(column(result, "price").getJsonNumber("min").intValueExact()).isEqualTo(-2);
        assertThat(column(result, "day").getString("min")).isEqualTo("2025-01-31");
        assertThat(column(result, "at").getString("min")).isEqualTo("2026-11-24T10:00:00");
        assertThat(column(result, "name").getInt("distinct")).isEqualTo(2);
        assertThat(column(result, "name").getString("max")).isEqualTo("Bob");
        assertThat(column(result, "nothing").getInt("nulls")).isEqualTo(3);
    }

    @Test
    void quantiles_mean_and_histogram_of_a_small_column_are_exact() throws Exception {
        profile("n\n" + lines(IntStream.rangeClosed(1, 200).mapToObj(String::valueOf)));

        var column = everything().getJsonArray("columns").getJsonObject(0);
        var quantiles = column.getJsonObject("quantiles");
        assertThat(quantiles.getInt("p1")).isEqualTo(2);
        assertThat(quantiles.getInt("p5")).isEqualTo(10);
        assertThat(quantiles.getInt("p25")).isEqualTo(50);
        assertThat(quantiles.getInt("p50")).isEqualTo(100);
        assertThat(quantiles.getInt("p75")).isEqualTo(150);
        assertThat(quantiles.getInt("p95")).isEqualTo(190);
        assertThat(quantiles.getInt("p99")).isEqualTo(198);
        assertThat(column.getBoolean("quantilesApproximate")).isFalse();
        assertThat(column.getBoolean("distinctApproximate")).isFalse();
        assertThat(column.getInt("distinct")).isEqualTo(200);
        assertThat(column.getJsonNumber("mean").doubleValue()).isEqualTo(100.5);
        assertThat(column.getJsonNumber("standardDeviation").doubleValue()).isCloseTo(57.879, within(0.001));
        var ranges = column.getJsonObject("histogram").getJsonArray("ranges").getValuesAs(JsonObject.class);
        assertThat(ranges.stream().mapToInt(range -> range.getInt("count")).sum())
                .isEqualTo(200);
        assertThat(ranges.get(1).getInt("from")).isEqualTo(10);
        assertThat(ranges.get(1).getInt("count")).isEqualTo(10);
    }

    @Test
    void many_rows_are_estimated_and_say_so() throws Exception {
        var result = profile("n,half\n"
                + lines(IntStream.range(0, 50_000).mapToObj(i -> i + "," + (i % 2 == 0 ? "even" : i))));

        assertThat(result.getInt("rows")).isEqualTo(50_000);
        assertThat(column(result, "n").getBoolean("distinctApproximate")).isTrue();
        assertThat(column(result, "n").getInt("distinct")).isCloseTo(50_000, within(2_500));
        assertThat(column(result, "n").getJsonObject("quantiles").getInt("p50")).isCloseTo(25_000, within(1_000));
        assertThat(column(result, "n").getInt("max")).isEqualTo(49_999);
        var top = everything().getJsonArray("columns").getJsonObject(1).getJsonArray("top");
        assertThat(top.getJsonObject(0).getString("value")).isEqualTo("even");
        assertThat(top.getJsonObject(0).getInt("count")).isCloseTo(25_000, within(200));
    }

    @Test
    void ragged_rows_are_counted_told_and_not_fatal() throws Exception {
        var result = profile("a,b\n1,2\n3\n4,5,6\n\n7,8\n");

        assertThat(result.getInt("rows")).isEqualTo(4);
        assertThat(result.getInt("raggedRows")).isEqualTo(2);
        assertThat(column(result, "b").getInt("nulls")).isEqualTo(1);
        var ragged = everything().getJsonObject("ragged");
        assertThat(ragged.getInt("shorter")).isEqualTo(1);
        assertThat(ragged.getInt("longer")).isEqualTo(1);
        assertThat(ragged.getJsonArray("first").getJsonObject(0).getInt("row")).isEqualTo(2);
        assertThat(column(result, "column 3").getInt("max")).isEqualTo(6);
        assertThat(column(result, "column 3").getInt("nulls")).isEqualTo(3);
        assertThat(context.log()).first().asString().startsWith("warn: 2 of 4 rows");
    }

    @Test
    void quoted_fields_keep_delimiters_quotes_and_line_breaks() throws Exception {
        var result = profile("a,b\r\n\"x, \"\"y\"\"\",\"line 1\r\nline 2\"\r\n");

        assertThat(result.getInt("rows")).isEqualTo(1);
        assertThat(column(result, "a").getString("min")).isEqualTo("x, \"y\"");
        assertThat(column(result, "b").getString("min")).isEqualTo("line 1\r\nline 2");
    }

    @Test
    void a_quote_that_is_never_closed_is_not_fatal() throws Exception {
        var result = profile("a,b\n1,\"x\n" + "2,y\n".repeat(200));

        assertThat(result.getInt("rows")).isEqualTo(1);
        assertThat(context.log()).singleElement().asString().contains("opens in line 2 is never closed");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, false, UTF-8",
        "UTF-8, true, UTF-8",
        "UTF-16LE, true, UTF-16LE",
        "UTF-16BE, true, UTF-16BE",
        "windows-1252, false, windows-1252"
    })
    void the_charset_is_found_out(String written, boolean bom, String found) throws Exception {
        String text = (bom ? "\uFEFF" : "") + "größe,ort\n5,Köln\n";
        context.withInput("x.csv", text.getBytes(Charset.forName(written)));

        var result = run(NOTHING_ASKED);

        assertThat(result.getString("charset")).isEqualTo(found);
        assertThat(column(result, "größe").getInt("max")).isEqualTo(5);
        assertThat(column(result, "ort").getString("max")).isEqualTo("Köln");
        assertThat(everything().getBoolean("byteOrderMark")).isEqualTo(bom);
    }

    @Test
    void stray_bytes_in_utf8_are_read_as_windows_1252_and_counted() throws Exception {
        InputStream mixed = new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream("ort\nKöln\n".getBytes(UTF_8)),
                new ByteArrayInputStream("Zürich\n".getBytes("windows-1252")))));
        context.withInput("x.csv", mixed.readAllBytes());

        var result = run(NOTHING_ASKED);

        assertThat(result.getString("charset")).isEqualTo("UTF-8");
        assertThat(column(result, "ort").getString("min")).isEqualTo("Köln");
        assertThat(column(result, "ort").getString("max")).isEqualTo("Zürich");
        assertThat(everything().getInt("bytesNotUtf8")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void a_charset_that_is_asked_for_is_used(String charset) throws Exception {
        context.withInput("x.csv", "a\nä\n".getBytes(charset.endsWith("LE") ? UTF_16LE : UTF_16BE));

        var result = run(withCharset(charset));

        assertThat(column(result, "a").getString("max")).isEqualTo("ä");
    }

    @Test
    void a_charset_that_nobody_knows_fails_for_good() {
        context.withInput("x.csv", "a\n");

        assertThatThrownBy(() -> run(withCharset("UTF-9")))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("UTF-9");
    }

    @Test
    void a_decimal_comma_is_a_number_where_the_delimiter_is_none() throws Exception {
        var result = profile("preis;tag\n1,50;24.11.2026\n-2,25;01.02.2026\n");

        assertThat(result.getString("delimiter")).isEqualTo(";");
        assertThat(column(result, "preis").getString("type")).isEqualTo("decimal");
        assertThat(column(result, "preis").getJsonNumber("min").doubleValue()).isEqualTo(-2.25);
        assertThat(column(result, "tag").getString("max")).isEqualTo("2026-11-24");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFF"})
    void an_empty_file_has_no_rows_and_no_columns(String text) throws Exception {
        var result = profile(text);

        assertThat(result.getInt("rows")).isZero();
        assertThat(result.getInt("columnCount")).isZero();
        assertThat(context.artifactText("profile.html")).contains("The file is empty.");
    }

    @Test
    void a_header_alone_has_columns_and_no_rows() throws Exception {
        var result = profile("a,b");

        assertThat(result.getInt("rows")).isZero();
        assertThat(result.getInt("columnCount")).isEqualTo(2);
        assertThat(column(result, "a").getString("type")).isEqualTo("empty");
        assertThat(context.log()).containsExactly("warn: The file has a header and no rows.");
    }

    @Test
    void empty_and_repeated_names_are_told_apart() throws Exception {
        var result = profile("a,,a,\" \"\n1,2,3,4\n");

        assertThat(result.getJsonArray("columns").getValuesAs(JsonObject.class))
                .extracting(column -> column.getString("name"))
                .containsExactly("a", "column 2", "a (2)", "column 4");
        assertThat(context.log()).hasSize(2);
    }

    @Test
    void without_a_header_the_first_row_counts_and_columns_are_numbered() throws Exception {
        context.withInput("x.csv", "1,2\n3,4\n");

        var result = run(new CsvProfileParams(null, null, false, null, null, null, null, null, null));

        assertThat(result.getInt("rows")).isEqualTo(2);
        assertThat(column(result, "column 1").getInt("min")).isEqualTo(1);
    }

    @Test
    void a_few_odd_values_do_not_change_a_type_but_are_told() throws Exception {
        profile("n\n" + "5\n".repeat(99) + "many\n");

        var column = everything().getJsonArray("columns").getJsonObject(0);
        assertThat(column.getString("type")).isEqualTo("integer");
        assertThat(column.getInt("exceptions")).isEqualTo(1);
        assertThat(column.getJsonArray("exceptionExamples").getString(0)).isEqualTo("many");
        assertThat(context.log())
                .containsExactly(
                        "warn: Column \"n\": 1 of 100 values are not numbers and are not in its figures, such as \"many\".");
    }

    @Test
    void whole_numbers_beyond_a_double_keep_their_digits() throws Exception {
        var result = profile("n\n9007199254740993\n9007199254740992\n123456789012345678\n");

        assertThat(column(result, "n").getJsonNumber("min").bigIntegerValueExact())
                .hasToString("9007199254740992");
        assertThat(column(result, "n").getJsonNumber("max").bigIntegerValueExact())
                .hasToString("123456789012345678");
    }

    @Test
    void more_columns_than_can_be_held_fail_for_good() {
        context.withInput("x.csv", "a,".repeat(Table.MAX_COLUMNS) + "a\n");

        assertThatThrownBy(() -> run(NOTHING_ASKED))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("2,001 fields")
                .hasMessageContaining("comma");
    }

    @Test
    void a_row_longer_than_can_be_held_fails_for_good() {
        context.withInput("x.csv", 1L << 40, () -> new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        });

        assertThatThrownBy(() -> run(NOTHING_ASKED))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("the row that begins in line 1 is longer");
    }

    @Test
    void the_summary_of_a_wide_file_stays_small() throws Exception {
        String header = lines(IntStream.range(0, 1500).mapToObj(i -> "a rather long name " + i))
                .replace('\n', ',');
        context.withInput("x.csv", header + "\n" + "1,".repeat(1500) + "\n");

        String result = handler.run(NOTHING_ASKED, context).text();

        assertThat(result.getBytes(UTF_8).length).isLessThan(20_000);
        assertThat(result).contains("\"columnCount\":1501").contains("\"columnsOmitted\":");
        assertThat(everything().getJsonArray("columns")).hasSize(1501);
    }

    @Test
    void progress_counts_bytes_and_the_message_counts_rows() throws Exception {
        String text = "n\n" + "12345\n".repeat(200_000);
        profile(text);

        var progress = context.progress();
        assertThat(progress).hasSizeGreaterThan(3).allMatch(report -> "reading".equals(report.stage()));
        var last = progress.get(progress.size() - 1);
        assertThat(last.done()).isEqualTo(text.length());
        assertThat(last.total()).isEqualTo(text.length());
        assertThat(last.unit()).isEqualTo("bytes");
        assertThat(last.message()).isEqualTo("200,000 rows");
    }

    @Test
    void a_cancelled_job_ends_soon_and_leaves_no_artifact() {
        context.withInput("x.csv", "n\n" + "12345\n".repeat(200_000)).cancelledWhenDone(done -> done > 300_000);

        assertThatThrownBy(() -> run(NOTHING_ASKED)).isInstanceOf(InterruptedException.class);
        assertThat(context.progress()).hasSizeLessThan(4);
        assertThat(context.artifacts()).isEmpty();
    }

    @Test
    void the_page_holds_nothing_that_acts_or_is_fetched_and_every_text_is_escaped() throws Exception {
        context.withInput(
                "<i>.csv", "\"<script>alert(1)</script>\",b\n\"<img src=x onerror=alert(1)>\",\"\u0000\"\" &\"\n");
        run(NOTHING_ASKED);

        String page = context.artifactText("profile.html");
        assertThat(context.mediaType("profile.html")).isEqualTo("text/html");
        assertThat(page)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x", "&lt;i&gt;.csv", "&quot; &amp;")
                .doesNotContain("<script", "<img", "<i>", "\u0000", "javascript:", "http://", "https://", " style=");
        assertThat(context.artifactText("profile.json")).contains("<script>alert(1)</script>");
    }

    private JsonObject profile(String text) throws Exception {
        context.withInput("x.csv", text);
        return run(NOTHING_ASKED);
    }

    private JsonObject run(CsvProfileParams params) throws Exception {
        return parse(handler.run(params, context).text());
    }

    private static CsvProfileParams withCharset(String charset) {
        return new CsvProfileParams(null, charset, null, null, null, null, null, null, null);
    }

    private JsonObject everything() {
        return parse(context.artifactText("profile.json"));
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

    private static String lines(java.util.stream.Stream<String> lines) {
        return lines.collect(java.util.stream.Collectors.joining("\n", "", "\n"));
    }
}
