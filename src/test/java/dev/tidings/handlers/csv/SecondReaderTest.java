package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidings.testing.FakeJobContext;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files in the manner of banks, SAP, spreadsheets, statistics programs and databases: the profile, told nothing, says
 * what Python's csv and statistics say, told by hand how each file is written ({@code second-reader.py}).
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SecondReaderTest {
    private static final String FOLDER = "/handlers/csv/reader/";
    private static final List<String> TEXTS = List.of("type", "min", "max");
    private static final List<String> COUNTS = List.of("nulls", "distinct", "true");

    static List<String> files() throws IOException {
        return List.copyOf(expected().keySet());
    }

    @Test
    void there_are_at_least_forty_files() throws Exception {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("files")
    void both_readers_say_the_same(String name) throws Exception {
        FakeJobContext context = new FakeJobContext();
        try (InputStream in = open(name)) {
            context.withInput(name, in.readAllBytes());
        }
        new CsvProfileHandler()
                .run(new CsvProfileParams(null, null, null, null, null, null, null, null, null), context);
        JsonObject found;
        try (var reader = Json.createReader(new java.io.StringReader(context.artifactText("profile.json")))) {
            found = reader.readObject();
        }
        JsonObject expected = expected().getJsonObject(name);

        assertThat(found.getInt("rows")).as("rows").isEqualTo(expected.getInt("rows"));
        JsonObject columns = expected.getJsonObject("columns");
        assertThat(found.getJsonArray("columns").getValuesAs(JsonObject.class))
                .extracting(column -> column.getString("name"))
                .containsExactlyElementsOf(columns.keySet());
        for (JsonObject column : found.getJsonArray("columns").getValuesAs(JsonObject.class)) {
            String title = column.getString("name");
            compare(title, column, columns.getJsonObject(title));
        }
    }

    private static void compare(String title, JsonObject found, JsonObject expected) {
        for (Map.Entry<String, JsonValue> figure : expected.entrySet()) {
            String key = figure.getKey();
            if (TEXTS.contains(key)) {
                assertThat(text(found, key)).as(title + " " + key).isEqualTo(text(expected, key));
            } else if (COUNTS.contains(key)) {
                assertThat(found.getInt(key)).as(title + " " + key).isEqualTo(expected.getInt(key));
            } else {
                double value = key.equals("p50")
                        ? found.getJsonObject("quantiles").getJsonNumber("p50").doubleValue()
                        : found.getJsonNumber(key).doubleValue();
                double wanted = expected.getJsonNumber(key).doubleValue();
                assertThat(value).as(title + " " + key).isCloseTo(wanted, within(Math.abs(wanted) * 1e-12));
            }
        }
    }

    /** A text as it is; a number without what Python and JSON write differently. */
    private static String text(JsonObject json, String key) {
        JsonValue value = Objects.requireNonNull(json.get(key), key);
        String text = value.getValueType() == JsonValue.ValueType.STRING ? json.getString(key) : value.toString();
        boolean number = List.of("integer", "decimal").contains(json.getString("type")) && !key.equals("type");
        return number ? new java.math.BigDecimal(text).stripTrailingZeros().toPlainString() : text;
    }

    private static JsonObject expected() throws IOException {
        try (InputStream in = open("expected.json");
                var reader = Json.createReader(in)) {
            return reader.readObject();
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(SecondReaderTest.class.getResourceAsStream(FOLDER + name), name);
    }
}
