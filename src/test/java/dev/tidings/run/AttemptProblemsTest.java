package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Json;
import dev.tidings.job.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptProblemsTest {
    private static final String FIXED = "The job failed with an unexpected error. The server's log has the details.";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Row 17 has no date.",
                "cannot read data/in/Report.csv",
                "https://bank.example.com/Api answers 503",
                "www.example.com is not reachable",
                "For input string: \"abc\""
            })
    void the_message_of_an_exception_reaches_the_user(String message) {
        assertThat(detail(new IOException(message))).isEqualTo(message);
        assertThat(detail(new IndexOutOfBoundsException(message))).isEqualTo(message);
        assertThat(detail(new NullPointerException(message))).isEqualTo(message);
    }

    @Test
    void what_the_handler_or_the_jdk_says_of_an_index_or_a_missing_value_is_shown() {
        assertThat(detail(thrown(() -> List.of(1, 2, 3).get(5)))).isEqualTo("Index 5 out of bounds for length 3");
        assertThat(detail(thrown(() -> Objects.requireNonNull(null, "The bank is missing."))))
                .isEqualTo("The bank is missing.");
        assertThat(detail(thrown(() -> 1 / Integer.parseInt("0")))).isEqualTo("/ by zero");
    }

    @Test
    void what_the_jvm_says_of_the_handlers_code_is_not_shown() {
        String nothing = Map.of("a", "b").get("c");
        Object text = "text";

        assertThat(detail(thrown(() -> nothing.length()))).isEqualTo(FIXED);
        assertThat(detail(thrown(() -> (Integer) text))).isEqualTo(FIXED);
        assertThat(detail(new NoClassDefFoundError("com/acme/Bank"))).isEqualTo(FIXED);
        assertThat(detail(new StackOverflowError())).isEqualTo(FIXED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.acme.BankException: closed",
                "\n\tat com.acme.Bank.open(Bank.java:17)",
                "no bean of type 'org.acme.bank.Bank'",
                " "
            })
    void a_message_that_names_a_class_is_not_shown(String message) {
        assertThat(detail(new IllegalStateException(message))).isEqualTo(FIXED);
    }

    @Test
    void the_message_of_a_cause_is_shown_where_it_was_wrapped_without_a_word() {
        assertThat(detail(new IllegalStateException(new IOException("The bank is closed."))))
                .isEqualTo("The bank is closed.");
    }

    @Test
    void a_workers_error_has_no_more_than_8_KiB() {
        var more = new Json("{\"row\":17}");
        var large = new Json("{\"rows\":\"" + "7".repeat(9_000) + "\"}");

        assertThat(AttemptProblems.fit(new Problem("x", "X", "short", more), 16_384))
                .isEqualTo(new Problem("x", "X", "short", more));
        assertThat(bytes(AttemptProblems.fit(new Problem("x", "X", "é".repeat(9_000), more), 16_384)))
                .isBetween(7_000, AttemptProblems.ERROR_BYTES);
        assertThat(AttemptProblems.fit(new Problem("x", "X", "short", large), 16_384)
                        .more())
                .isEqualTo(new Json("{\"truncated\":true}"));
    }

    private static int bytes(Problem error) {
        String all =
                error.type() + error.title() + error.detail() + error.more().text();
        return all.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String detail(Throwable thrown) {
        return AttemptProblems.handlerFailed(thrown).detail();
    }

    private static Throwable thrown(Callable<?> code) {
        try {
            return new AssertionError("nothing was thrown but this was answered: " + code.call());
        } catch (Exception failure) {
            return failure;
        }
    }
}
