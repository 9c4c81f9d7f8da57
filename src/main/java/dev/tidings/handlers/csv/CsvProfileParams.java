package dev.tidings.handlers.csv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code csv-profile} job is asked for; whatever is missing is found out.
 *
 * @param delimiter one character, or {@code tab}
 * @param charset a name as Java knows it
 * @param header whether the first row names the columns; true when missing
 * @param decimal the decimal mark: a point or a comma
 * @param thousands what parts groups of digits: a comma, a point, an apostrophe, a space, or {@code none}
 * @param dateOrder the order of day, month and year: {@code dmy}, {@code mdy} or {@code ymd}
 * @param nulls the words that mean "no value", beside an empty field
 * @param skipLines how many lines stand above the header
 * @param escape a backslash, or {@code none}
 */
public record CsvProfileParams(
        @Nullable String delimiter,
        @Nullable String charset,
        @Nullable Boolean header,
        @Nullable String decimal,
        @Nullable String thousands,
        @Nullable String dateOrder,
        @Nullable List<String> nulls,
        @Nullable Integer skipLines,
        @Nullable String escape) {

    /**
     * Checks what the schema cannot say.
     *
     * @throws dev.tidings.job.PermanentFailure when Java knows no charset of that name
     */
    public CsvProfileParams {
        if (charset != null) {
            Encoding.named(charset);
        }
    }

    boolean headerOrDefault() {
        return !Boolean.FALSE.equals(header);
    }

    /** A parser of values that obeys what was asked for. */
    ValueParser parser() {
        ValueParser parser = new ValueParser(nulls);
        if (thousands != null) {
            parser.numbers().groupOnlyBy(thousands.equals("none") ? '\0' : thousands.charAt(0));
        }
        return parser;
    }

    /** The decimal mark asked for, also by the other mark's parting thousands; NUL when none was. */
    char decimalMark() {
        if (decimal != null) {
            return decimal.charAt(0);
        }
        if (",".equals(thousands)) {
            return '.';
        }
        return ".".equals(thousands) ? ',' : FileHints.UNKNOWN;
    }
}
