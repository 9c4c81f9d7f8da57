package dev.tidings.handlers.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.handlers.csv.NumberParser.Reading;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NumberParserTest {
    private final NumberParser parser = new NumberParser();

    @ParameterizedTest
    @CsvSource({
        "0, BOTH, 0",
        "-17, BOTH, -17",
        "+5, BOTH, 5",
        "1234567890123456, BOTH, 1234567890123456",
        "0.5, POINT_ONLY, 0.5",
        ".5, POINT_ONLY, .5",
        "-1.25e-3, POINT_ONLY, -0.00125",
        "1E5, BOTH, 100000",
        "0.1, POINT_ONLY, 0.1",
        "123456789.123456789, POINT_ONLY, 123456789.123456789",
        "0.123, POINT_ONLY, 0.123",
        "1234.567, POINT_ONLY, 1234.567",
        "1.234, POINT_OR_GROUP, 1.234",
        "12345678.9012345678, POINT_ONLY, 12345678.901234567"
    })
    void numbers_with_a_point(String field, Reading reading, double value) {
        assertThat(parser.read(field)).isEqualTo(ValueKind.NUMBER);
        assertThat(parser.reading()).isEqualTo(reading);
        assertThat(parser.value('.')).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,234|COMMA_OR_GROUP|1234|1.234",
                "1.234|POINT_OR_GROUP|1.234|1234",
                "1,234,567|POINT_ONLY|1234567|",
                "1.234.567|COMMA_ONLY||1234567",
                "1,234.5|POINT_ONLY|1234.5|",
                "1.234,5|COMMA_ONLY||1234.5",
                "-1,5|COMMA_ONLY||-1.5",
                "1'234.50|POINT_ONLY|1234.5|",
                "1’234|BOTH|1234|1234",
                "1 234|BOTH|1234|1234",
                "1 234,5|COMMA_ONLY||1234.5",
                "1 234 567|BOTH|1234567|1234567",
                "12,34,567.5|POINT_ONLY|1234567.5|",
                "12,34,567|POINT_ONLY|1234567|"
            })
    void groups_and_marks_are_read_both_ways(String field, Reading reading, Double byPoint, Double byComma) {
        assertThat(parser.read(field)).isEqualTo(ValueKind.NUMBER);
        assertThat(parser.reading()).isEqualTo(reading);
        if (byPoint != null) {
            assertThat(parser.value('.')).isEqualTo(byPoint);
        }
        if (byComma != null) {
            assertThat(parser.value(',')).isEqualTo(byComma);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$1,234.50|1234.5|$",
                "-$12.50|-12.5|$",
                "$-12.50|-12.5|$",
                "($12.50)|-12.5|$",
                "12.50 €|12.5|€",
                "CHF 1'234.50|1234.5|CHF",
                "12.50 EUR|12.5|EUR",
                "R$ 12.50|12.5|R$",
                "12.5 %|12.5|%",
                "12.5%|12.5|%",
                "(12.50)|-12.5|",
                "12.50-|-12.5|",
                "−12.5|-12.5|"
            })
    void signs_and_units_may_stand_around_the_digits(String field, double value, String unit) {
        assertThat(parser.read(field)).isEqualTo(ValueKind.NUMBER);
        assertThat(parser.value('.')).isEqualTo(value);
        assertThat(parser.unit()).isEqualTo(unit);
    }

    @Test
    void a_leading_zero_makes_an_identifier() {
        assertThat(parser.read("007")).isEqualTo(ValueKind.LEADING_ZERO);
        assertThat(parser.read("-007")).isEqualTo(ValueKind.LEADING_ZERO);
    }

    @Test
    void numbers_finer_than_a_double_keep_their_digits() {
        parser.read("9007199254740993");
        assertThat(parser.coarse('.')).isTrue();
        assertThat(parser.exact('.')).hasToString("9007199254740993");
        parser.read("-1.234.567.890.123.456.789,5");
        assertThat(parser.exact(',')).hasToString("-1234567890123456789.5");
        parser.read("4111111111111111");
        assertThat(parser.coarse('.')).isFalse();
        assertThat(parser.value('.')).isEqualTo(4111111111111111.0);
    }

    @Test
    void what_parts_groups_can_be_given() {
        parser.groupOnlyBy(' ');
        assertThat(parser.read("1 234")).isEqualTo(ValueKind.NUMBER);
        assertThat(parser.read("1,234,567")).isEqualTo(ValueKind.TEXT);
        parser.groupOnlyBy('\0');
        assertThat(parser.read("1.234")).isEqualTo(ValueKind.NUMBER);
        assertThat(parser.reading()).isEqualTo(Reading.POINT_ONLY);
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
                "12,34",
                "1,23,45",
                "1 2 3",
                "12 34",
                "10.0.0.1",
                "(12",
                "12)",
                "--5",
                "5 kg",
                "5 % off",
                "EUR",
                "$",
                "ABC 5",
                "5 CAT",
                "1'23",
                "1234,567,890",
                "1e5,000"
            })
    void texts(String field) {
        boolean number = parser.read(field) == ValueKind.NUMBER && parser.reading() != Reading.COMMA_ONLY;
        assertThat(number).isFalse();
    }
}
