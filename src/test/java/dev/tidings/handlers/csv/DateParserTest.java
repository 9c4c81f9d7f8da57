package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DateParserTest {
    private final ValueParser parser = new ValueParser();

    @ParameterizedTest
    @CsvSource({
        "2026-11-24, DATE, 2026-11-24T00:00:00Z",
        "2026/11/24, DATE, 2026-11-24T00:00:00Z",
        "2026.11.24, DATE, 2026-11-24T00:00:00Z",
        "2026-1-1, DATE, 2026-01-01T00:00:00Z",
        "2024-02-29, DATE, 2024-02-29T00:00:00Z",
        "1899-12-31, DATE, 1899-12-31T00:00:00Z",
        "24-Nov-2026, DATE, 2026-11-24T00:00:00Z",
        "24-NOV-26, DATE, 2026-11-24T00:00:00Z",
        "1 März 2026, DATE, 2026-03-01T00:00:00Z",
        "1. März 2026, DATE, 2026-03-01T00:00:00Z",
        "'Mar 28, 2026', DATE, 2026-03-28T00:00:00Z",
        "2026-11-24 10:15, DATETIME, 2026-11-24T10:15:00Z",
        "2026-11-24T10:15:30.5Z, DATETIME, 2026-11-24T10:15:30.500Z",
        "2026-11-24T10:15:30+01:30, DATETIME, 2026-11-24T08:45:30Z",
        "2026-11-24T10:15:30-0200, DATETIME, 2026-11-24T12:15:30Z",
        "2026-11-24 10:15:30 UTC, DATETIME, 2026-11-24T10:15:30Z"
    })
    void dates_that_begin_with_a_year_or_name_the_month_are_certain(String field, ValueKind kind, Instant instant) {
        assertThat(parser.read(field)).isEqualTo(kind);
        assertThat(parser.dates().orders()).isZero();
        assertThat(parser.dates().seconds()).isEqualTo(instant.toEpochMilli() / 1000.0);
    }

    @ParameterizedTest
    @CsvSource({
        "24.11.2026, DMY, 2026-11-24T00:00:00Z",
        "24. 11. 2026, DMY, 2026-11-24T00:00:00Z",
        "1.1.2026, DMY, 2026-01-01T00:00:00Z",
        "28.03.26, DMY, 2026-03-28T00:00:00Z",
        "03/28/2026, MDY, 2026-03-28T00:00:00Z",
        "3/28/2026 1:05 PM, MDY, 2026-03-28T13:05:00Z",
        "28/03/2026 12:30 a.m., DMY, 2026-03-28T00:30:00Z",
        "31-12-69, DMY, 1969-12-31T00:00:00Z",
        "26-03-28, YMD, 2026-03-28T00:00:00Z",
        "'24.11.2026, 10:15:30', DMY, 2026-11-24T10:15:30Z"
    })
    void others_are_read_in_each_order_that_fits(String field, DateOrder order, Instant instant) {
        parser.read(field);

        assertThat(parser.dates().orders() & order.bit()).isNotZero();
        assertThat(parser.dates().seconds(order)).isEqualTo((double) instant.getEpochSecond());
    }

    @ParameterizedTest
    @CsvSource({"10:15, 36900", "9:05, 32700", "23:59:59, 86399", "10:15:30.5, 36930.5", "1:05 PM, 47100"})
    void times_of_day(String field, double seconds) {
        assertThat(parser.read(field)).isEqualTo(ValueKind.TIME);
        assertThat(parser.dates().seconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-30",
                "2026-13-01",
                "24.13.2026",
                "2026-11-24T25:00",
                "2026-11-24T10:00:60",
                "2026-11-24T10:00+99:00",
                "2026-11-24 10:00 o'clock",
                "2026-11-24T",
                "24:00",
                "10:60",
                "1:2",
                "13:00 PM",
                "10:15Z",
                "2026-11/24",
                "24.11-2026",
                "123.11.2026",
                "24.11.202",
                "May be 5",
                "Mar 2026",
                "32 Mar 2026",
                "10.11.12.13"
            })
    void texts(String field) {
        assertThat(parser.read(field)).isEqualTo(ValueKind.TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "FALSE",
                "Yes",
                "no",
                "ja",
                "Nein",
                "WAHR",
                "FALSCH",
                "oui",
                "non",
                "VRAI",
                "FAUX",
                "Y",
                "N",
                "t",
                "verdadero",
                "sí"
            })
    void booleans(String field) {
        assertThat(parser.read(field)).isEqualTo(ValueKind.BOOLEAN);
    }
}
