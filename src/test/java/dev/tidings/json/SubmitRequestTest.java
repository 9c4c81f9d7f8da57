package dev.tidings.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitRequestTest {
    private static SubmitRequest read(String json) {
        return SubmitRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonFault fault(String json) {
        return catchThrowableOfType(JsonFault.class, () -> read(json));
    }

    @Test
    void all_fields_are_read() {
        var request = read("""
                {"type": "countdown", "title": "Löwe 🦁", "params": {"steps": 3, "interval": "1s"},
                 "priority": -7, "notBefore": "2026-11-22T16:42:14.5+01:00"}""");

        assertThat(request.faults()).isEmpty();
        assertThat(request.type()).isEqualTo("countdown");
        assertThat(request.title()).isEqualTo("Löwe 🦁");
        assertThat(request.params().text()).isEqualTo("{\"steps\":3,\"interval\":\"1s\"}");
        assertThat(request.priority()).isEqualTo(-7);
        assertThat(request.notBefore()).isEqualTo(Instant.parse("2026-11-22T15:42:14.5Z"));
    }

    @Test
    void only_the_type_is_needed() {
        var request = read("{\"type\": \"x\", \"title\": null}");

        assertThat(request.faults()).isEmpty();
        assertThat(request.title()).isNull();
        assertThat(request.params().text()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"type\": \"x\"",
                "{\"type\": \"x\"}}",
                "{\"type\": \"x\"} {}",
                "{'type': 1}",
                "{\"type\": x}",
                "{\"type\": \"x\",}",
                "{\"type\": 01}",
                "{\"type\": 1.}",
                "{\"type\": -}",
                "{\"type\": NaN}",
                "{\"a\": \"\n\"}",
                "{\"a\": \"\\x\"}",
                "{\"a\": \"\\u12\"}",
                "{\"a\": \"b}",
                "[1,]",
                "nul",
                "{\"a\" 1}",
                "{\"a\": 1e400000}",
                "{\"a\": 1e99999999999}",
                "{\"a\": 1e-400000}",
                "{\"a\": 0e99999}",
                "\u0000",
                "{\"type\": \"x\"}\u0000",
                "\ufeff{}",
                "}",
                "]",
                "{1:2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "{\"type\": \"x\", \"type\": \"x\"}"
            })
    void malformed_text_is_refused_as_malformed(String json) {
        assertThat(fault(json)).isNotNull().matches(JsonFault::malformed);
    }

    @Test
    void depth_is_bounded_before_it_costs_anything() {
        assertThat(read("{\"type\": \"x\", \"params\": {\"a\": " + "[".repeat(30) + "]".repeat(30) + "}}")
                        .faults())
                .isEmpty();
        assertThat(fault("{\"params\": " + "[".repeat(32) + "]".repeat(32) + "}"))
                .matches(JsonFault::malformed);
        assertThat(fault("[".repeat(30_000))).matches(JsonFault::malformed);
        assertThat(fault("{\"a\":".repeat(10_000))).matches(JsonFault::malformed);
    }

    @Test
    void a_long_number_is_refused() {
        assertThat(fault("{\"priority\": " + "9".repeat(60_000) + "}")).matches(JsonFault::malformed);
    }

    @Test
    void bytes_that_are_not_utf_8_are_malformed() {
        var bytes = "{\"type\": \"x?\"}".getBytes(StandardCharsets.ISO_8859_1);
        for (int[] bad : new int[][] {{0xff}, {0xc0}, {0xed}, {0x80}}) {
            bytes[11] = (byte) bad[0];
            assertThat(catchThrowableOfType(JsonFault.class, () -> SubmitRequest.read(bytes)))
                    .matches(JsonFault::malformed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800"})
    void text_that_no_store_takes_is_invalid_where_it_stands(String text) {
        assertThat(fault("{\"params\": {\"a\": [\"" + text + "\"]}}")).satisfies(fault -> {
            assertThat(fault.malformed()).isFalse();
            assertThat(fault.pointer()).isEqualTo("/params/a/0");
        });
        assertThat(fault("{\"a" + text + "\": 1}").malformed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "\"x\"", "1", "true"})
    void what_is_not_an_object_is_invalid(String json) {
        assertThat(fault(json).malformed()).isFalse();
    }

    @Test
    void each_fault_is_named() {
        var request = read("""
                {"type": 1, "title": ["x"], "params": "p", "priority": 1.5, "notBefore": "tomorrow",
                 "owner": "eve", "a/b~": 1}""");

        assertThat(request.faults())
                .extracting(Fault::pointer)
                .containsExactly("/type", "/title", "/params", "/priority", "/notBefore", "/owner", "/a~1b~0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"title\": 5",
                "\"title\": {}",
                "\"params\": []",
                "\"params\": 1",
                "\"priority\": \"1\"",
                "\"priority\": 101",
                "\"priority\": -101",
                "\"priority\": 1e30",
                "\"priority\": true",
                "\"notBefore\": 12",
                "\"notBefore\": \"2026-11-22\"",
                "\"notBefore\": \"2026-11-22T15:42\"",
                "\"notBefore\": \"2026-02-30T00:00:00Z\"",
                "\"notBefore\": \"+99999-01-01T00:00:00Z\"",
                "\"notBefore\": \"9999-12-31T23:59:59Z\""
            })
    void a_field_of_a_wrong_kind_is_a_fault(String field) {
        assertThat(read("{\"type\": \"x\", " + field + "}").faults()).hasSize(1);
    }

    @Test
    void a_title_has_at_most_200_characters_however_wide() {
        assertThat(read("{\"type\": \"x\", \"title\": \"" + "🦁".repeat(200) + "\"}")
                        .faults())
                .isEmpty();
        assertThat(read("{\"type\": \"x\", \"title\": \"" + "a".repeat(201) + "\"}")
                        .faults())
                .extracting(Fault::pointer)
                .isEqualTo(List.of("/title"));
    }

    @Test
    void a_schema_names_each_fault_and_what_would_be_right() {
        var schema = new ParamsSchema("""
                {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                 "additionalProperties": false, "required": ["steps", "interval"],
                 "properties": {
                   "steps": {"type": "integer", "minimum": 1, "maximum": 10, "description": "How many."},
                   "interval": {"type": "string", "pattern": "^[0-9]+s$", "description": "Such as 5s."}}}""");

        assertThat(schema.faults(read("{\"type\": \"x\", \"params\": {\"steps\": 10, \"interval\": \"1s\"}}")
                        .params()))
                .isEmpty();
        var faults = schema.faults(read("{\"type\": \"x\", \"params\": {\"steps\": 11, \"interval\": \"1\", \"x\": 1}}")
                .params());
        assertThat(faults)
                .extracting(Fault::pointer)
                .containsExactlyInAnyOrder("/params/steps", "/params/interval", "/params/x");
        assertThat(faults).extracting(Fault::detail).anyMatch(detail -> detail.endsWith("Such as 5s."));
        assertThat(schema.faults(read("{\"type\": \"x\"}").params()).get(0).detail())
                .contains("steps", "interval");
    }

    /** With a pointer made for each value this needs gigabytes of text; the names of one path are kept once. */
    @Test
    void deep_names_cost_their_length_once() {
        var name = "n".repeat(30_000);
        var values = "1,".repeat(200_000) + "1";

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> read("{\"type\": \"x\", \"params\": {\"" + name + "\": [" + values + "]}}"));
    }

    @Test
    void a_fault_names_where_it_is_and_no_more_than_a_person_reads() {
        var name = "n".repeat(30_000);

        assertThat(fault("{\"a\": [{\"b/c\": 1, \"b/c\": 2}]}").pointer()).isEqualTo("/a/0/b~1c");
        assertThat(fault("{\"" + name + "\": 1e999}").pointer()).hasSizeLessThan(250);
    }
}
