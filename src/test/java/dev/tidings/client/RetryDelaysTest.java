package dev.tidings.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDelaysTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT|30000",
                "Sunday, 06-Nov-94 08:49:37 GMT|30000",
                "Sun Nov  6 08:49:37 1994|30000",
                "Sunday, 06-Nov-44 08:49:37 GMT|600000",
                "Sunday, 06-Nov-45 08:49:37 GMT|0",
                "Sun Nov 16 08:49:37 1994|600000",
                "7|7000",
                "soon|0"
            })
    void retry_after_is_read_in_all_forms(String header, long ms) {
        assertThat(RetryDelays.retryAfterMs(header, Instant.parse("1994-11-06T08:49:07Z")))
                .isEqualTo(ms);
    }
}
