package dev.tidings.handlers.csv;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code csv-profile} job is asked for.
 *
 * @param delimiter one character, or {@code tab}; found out when missing
 * @param charset a name as Java knows it; found out when missing
 * @param header whether the first row names the columns; true when missing
 */
public record CsvProfileParams(
        @Nullable String delimiter,
        @Nullable String charset,
        @Nullable Boolean header) {

    /**
     * Checks what the schema cannot say.
     *
     * @throws dev.tidings.job.PermanentFailure when Java knows no charset of that name
     */
    public CsvProfileParams {
        if (charset != null) {
            TextSource.charset(charset);
        }
    }

    boolean headerOrDefault() {
        return !Boolean.FALSE.equals(header);
    }
}
