package dev.tidings.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.handlers.csv.CsvProfileParams;
import dev.tidings.job.JobHandler;
import dev.tidings.job.Json;
import dev.tidings.json.ParamsSchema;
import jakarta.json.JsonObject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all handlers have in common: they are found, and their schemas, examples and records fit together. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JobTypesTest {
    @Test
    void the_three_types_are_found() {
        assertThat(handlers())
                .extracting(handler -> handler.type().name())
                .containsExactlyInAnyOrder("countdown", "csv-profile", "digest");
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void each_property_is_described_for_a_form_and_its_examples_are_valid(JobHandler<?> handler) {
        JsonObject schema = parse(handler.type().schema());
        JsonObject properties = schema.getJsonObject("properties");

        assertThat(schema.getBoolean("additionalProperties")).isFalse();
        properties.forEach((name, value) -> {
            JsonObject property = value.asJsonObject();
            assertThat(property.getString("title")).isNotEmpty();
            assertThat(property.getString("description")).endsWith(".");
            var samples = jakarta.json.Json.createArrayBuilder(property.getJsonArray("examples"));
            if (property.containsKey("default")) {
                samples.add(property.get("default"));
            }
            samples.build().forEach(sample -> {
                var params = jakarta.json.Json.createObjectBuilder(minimal(schema))
                        .add(name, sample)
                        .build()
                        .toString();
                assertThat(faults(handler, params)).as(params).isEmpty();
                assertThat(read(params, handler.type().params())).isNotNull();
            });
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'steps':5}",
                "{'steps':0,'interval':'0s'}",
                "{'steps':1000001,'interval':'0s'}",
                "{'steps':1.5,'interval':'0s'}",
                "{'steps':'5','interval':'0s'}",
                "{'steps':5,'interval':5}",
                "{'steps':5,'interval':'soon'}",
                "{'steps':5,'interval':'-5s'}",
                "{'steps':5,'interval':'0s','pace':1}",
                "{'steps':5,'interval':'0s','failAt':0}",
                "{'steps':5,'interval':'0s','artifactBytes':-1}"
            })
    void countdown_parameters_off_the_schema_are_refused(String params) {
        assertThat(faults(new CountdownHandler(), params.replace('\'', '"'))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "200ms", "15s", "2m", "1h", "1d", "PT15S", "PT1.5S", "PT2H30M", "P1D", "PT0S"})
    void each_way_to_write_an_interval_is_accepted(String interval) {
        String params = "{\"steps\":5,\"interval\":\"" + interval + "\"}";

        assertThat(faults(new CountdownHandler(), params)).isEmpty();
        assertThat(Countdown.of(read(params, CountdownParams.class)).interval()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'algorithms':[]}",
                "{'algorithms':['CRC-7']}",
                "{'algorithms':'SHA-256'}",
                "{'algorithms':['MD5','MD5']}",
                "{'algorithm':['MD5']}"
            })
    void digest_parameters_off_the_schema_are_refused(String params) {
        assertThat(faults(new DigestHandler(), params.replace('\'', '"'))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'delimiter':';;'}",
                "{'delimiter':''}",
                "{'delimiter':'\\n'}",
                "{'delimiter':'\\\"'}",
                "{'header':1}",
                "{'charset':''}",
                "{'decimal':';'}",
                "{'thousands':';'}",
                "{'dateOrder':'ydm'}",
                "{'nulls':'NA'}",
                "{'nulls':['']}",
                "{'skipLines':-1}",
                "{'escape':'/'}"
            })
    void csv_parameters_off_the_schema_are_refused(String params) {
        assertThat(faults(new dev.tidings.handlers.csv.CsvProfileHandler(), params.replace('\'', '"')))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "tab", "TAB", "|", ",", "\\t", "§", "."})
    void csv_delimiters_are_accepted(String delimiter) {
        String params = "{\"delimiter\":\"" + delimiter + "\"}";

        assertThat(faults(new dev.tidings.handlers.csv.CsvProfileHandler(), params))
                .isEmpty();
    }

    @Test
    void missing_parameters_arrive_as_missing() {
        assertThat(read("{}", CsvProfileParams.class))
                .isEqualTo(new CsvProfileParams(null, null, null, null, null, null, null, null, null));
        assertThat(read("{}", DigestParams.class).algorithmsOrDefault()).containsExactly("SHA-256");
        assertThat(read("{\"steps\":3}", CountdownParams.class))
                .isEqualTo(new CountdownParams(3, null, null, null, null, null, null));
    }

    static List<JobHandler<?>> handlers() {
        List<JobHandler<?>> handlers = new ArrayList<>();
        ServiceLoader.load(JobHandler.class).forEach(handlers::add);
        return handlers;
    }

    /** The defaults of what is required. */
    private static JsonObject minimal(JsonObject schema) {
        var params = jakarta.json.Json.createObjectBuilder();
        if (schema.containsKey("required")) {
            schema.getJsonArray("required")
                    .getValuesAs(jakarta.json.JsonString.class)
                    .forEach(name -> params.add(
                            name.getString(),
                            schema.getJsonObject("properties")
                                    .getJsonObject(name.getString())
                                    .get("default")));
        }
        return params.build();
    }

    private static List<?> faults(JobHandler<?> handler, String params) {
        return new ParamsSchema(handler.type().schema()).faults(new Json(params));
    }

    private static <P> P read(String params, Class<P> type) {
        try (Jsonb jsonb = JsonbBuilder.create()) {
            return jsonb.fromJson(params, type);
        } catch (Exception e) {
            throw new AssertionError(params, e);
        }
    }

    private static JsonObject parse(String json) {
        try (var reader = jakarta.json.Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }
}
