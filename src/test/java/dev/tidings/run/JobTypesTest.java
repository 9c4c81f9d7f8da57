package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import dev.tidings.json.ParamsSchema;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JobTypesTest {
    private static void any(String schema) {}

    /** As a customer writes them. */
    public record Steps(Integer steps) {
        public Steps {
            if (steps == null || steps < 1) {
                throw new IllegalArgumentException("steps must be 1 or more");
            }
        }
    }

    private final JsonBinding binding = new JsonBinding();

    @Test
    void external_work_is_always_known_and_has_no_handler() {
        var types = JobTypes.of(List.of(TestNode.handler("work", (params, context) -> null)), JobTypesTest::any);

        assertThat(types.all()).extracting(JobType::name).containsExactly("external", "work");
        assertThat(types.handled()).containsExactly("work");
        assertThat(types.handler("external")).isEmpty();
        assertThat(new ParamsSchema(JobTypes.EXTERNAL.schema()).faults(new Json("{\"worker\": \"cron\"}")))
                .isEmpty();
        assertThat(new ParamsSchema(JobTypes.EXTERNAL.schema()).faults(new Json("{\"worker\": 1}")))
                .isNotEmpty();
    }

    @Test
    void two_handlers_of_one_name_stop_the_start_in_words() {
        var twice = List.of(
                TestNode.handler("work", (params, context) -> null), TestNode.handler("work", (params, context) -> 1));

        assertThatThrownBy(() -> JobTypes.of(twice, JobTypesTest::any))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two handlers for the job type 'work'");
        assertThatThrownBy(() -> JobTypes.of(
                        List.of(TestNode.handler("external", (params, context) -> null)), JobTypesTest::any))
                .hasMessageContaining("the built-in one");
    }

    @Test
    void a_bad_schema_stops_the_start_in_words() {
        var handlers = List.of(TestNode.handler("work", (params, context) -> null));
        Consumer<String> none = schema -> {
            throw new IllegalArgumentException("'type' must be a string");
        };

        assertThatThrownBy(() -> JobTypes.of(handlers, none))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the schema of the job type 'work' is not a JSON Schema: 'type' must be a string");
    }

    @Test
    void handlers_that_come_along_are_found() {
        var types = JobTypes.load(JobTypes.class.getClassLoader(), List.of("*"), ParamsSchema::new);

        assertThat(types.all()).extracting(JobType::name).contains("external");
    }

    @Test
    void types_are_chosen_by_name_by_a_star_and_by_leaving_out() {
        assertThat(chosen("*")).containsExactly("a", "b", "external");
        assertThat(chosen("*", "-a")).containsExactly("b", "external");
        assertThat(chosen("*", "-a", "-nobody")).containsExactly("b", "external");
        assertThat(chosen("b")).containsExactly("b");
        assertThat(chosen("b", "external", "-b")).containsExactly("external");
        assertThatThrownBy(() -> chosen("b", "c"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tidings.types names 'c', but the job types here are a, b, external");
    }

    @Test
    void a_type_that_is_left_out_has_no_handler() {
        var types = JobTypes.of(List.of(TestNode.handler("a", (params, context) -> null)), schema -> {})
                .only(List.of("external"));

        assertThat(types.handler("a")).isEmpty();
        assertThat(types.handled()).isEmpty();
    }

    private static List<String> chosen(String... words) {
        var handlers = List.of(
                TestNode.handler("a", (params, context) -> null), TestNode.handler("b", (params, context) -> null));
        return JobTypes.of(handlers, schema -> {}).only(List.of(words)).all().stream()
                .map(JobType::name)
                .toList();
    }

    @Test
    void parameters_and_results_are_JSON_by_JSON_B() {
        assertThat(binding.read(new Json("{\"steps\": 3}"), Steps.class)).isEqualTo(new Steps(3));
        assertThatThrownBy(() -> binding.read(new Json("{}"), Steps.class)).hasMessage("steps must be 1 or more");
        assertThat(binding.write(null)).isEqualTo(new Json("null"));
        assertThat(binding.write(new Steps(3))).isEqualTo(new Json("{\"steps\":3}"));
        assertThat(binding.write(Map.of("a", List.of(1, 2)))).isEqualTo(new Json("{\"a\":[1,2]}"));
        assertThat(binding.write("text")).isEqualTo(new Json("\"text\""));
        assertThat(binding.write(new Json("{\n \"a\": 1\n}"))).isEqualTo(new Json("{\"a\":1}"));
        assertThatThrownBy(() -> binding.write(new Json("{\"a\": "))).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> binding.write(new Json("1} data: x"))).isInstanceOf(RuntimeException.class);
    }
}
