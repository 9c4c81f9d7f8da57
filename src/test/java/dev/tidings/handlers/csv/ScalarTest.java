package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.handlers.csv.Scalar.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTest {
    private final Scalar scalar = new Scalar(true);

    @ParameterizedTest
    @CsvSource({
        "0, INTEGER, 0", "-17, INTEGER, -17", "+5, INTEGER, 5", "1234567890123456, INTEGER, 1234567890123456",
        "0.5, DECIMAL, 0.5", ".5, DECIMAL, .5", "-1.25e-3, DECIMAL, -0.00125", "1E5, DECIMAL, 100000",
        "0.1, DECIMAL, 0.1", "123456789.123456789, DECIMAL, 123456789.123456789"
    })
    void numbers(String field, Kind kind, double value) {
        assertThat(scalar.read(field)).isEqualTo(kind);
        assertThat(scalar.value()).isEqualTo(value);
    }

    @Test
    void a_decimal_comma_counts_only_where_it_is_allowed() {
        assertThat(scalar.read("-1,5")).isEqualTo(Kind.DECIMAL);
        assertThat(scalar.value()).isEqualTo(-1.5);
        assertThat(new Scalar(false).read("-1,5")).isEqualTo(Kind.TEXT);
    }

    @Test
    void a_leading_zero_makes_an_identifier() {
        assertThat(scalar.read("007")).isEqualTo(Kind.TEXT);
        assertThat(scalar.leadingZero()).isTrue();
        assertThat(scalar.read("x")).isEqualTo(Kind.TEXT);
        assertThat(scalar.leadingZero()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-",
                "+",
                ".",
                "1.",
                "1.2.3",
                "1e",
                "1e9999",
                "1e999",
                "NaN",
                "Infinity",
                "0x10",
                "1 000",
                "12%",
                "١٢",
                "2026-02-30",
                "2026-13-01",
                "2026-1-1",
                "24.13.2026",
                "2026-11-24T25:00",
                "2026-11-24T10:00:60",
                "2026-11-24T10:00+99:00",
                "2026-11-24 10:00 o'clock",
                "2026-11-24T",
                "12345678901234567890123456789012345678901"
            })
    void texts(String field) {
        assertThat(scalar.read(field)).isEqualTo(Kind.TEXT);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-24, DATE, 2026-11-24T00:00:00Z",
        "2026/11/24, DATE, 2026-11-24T00:00:00Z",
        "24.11.2026, DATE, 2026-11-24T00:00:00Z",
        "2024-02-29, DATE, 2024-02-29T00:00:00Z",
        "1899-12-31, DATE, 1899-12-31T00:00:00Z",
        "2026-11-24 10:15, DATETIME, 2026-11-24T10:15:00Z",
        "2026-11-24T10:15:30.5Z, DATETIME, 2026-11-24T10:15:30.500Z",
        "2026-11-24T10:15:30+01:30, DATETIME, 2026-11-24T08:45:30Z",
        "2026-11-24T10:15:30-0200, DATETIME, 2026-11-24T12:15:30Z",
        "24.11.2026 10:15:30, DATETIME, 2026-11-24T10:15:30Z"
    })
    void dates_and_times(String field, Kind kind, Instant instant) {
        assertThat(scalar.read(field)).isEqualTo(kind);
        assertThat(scalar.value()).isEqualTo(instant.toEpochMilli() / 1000.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "FALSE", "Yes", "no"})
    void booleans(String field) {
        assertThat(scalar.read(field)).isEqualTo(Kind.BOOLEAN);
    }
}
