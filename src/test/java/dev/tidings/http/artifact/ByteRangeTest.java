package dev.tidings.http.artifact;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0,1",
        "Bytes = 2 - 4,2,5",
        "bytes=-3,7,10",
        "bytes=-99,0,10",
        "bytes=9-,9,10",
        "bytes=0007-8,7,9"
    })
    void a_single_range_is_read(String line, long from, long to) {
        assertThat(ByteRange.of(List.of(line), 10)).isEqualTo(new ByteRange(from, to));
    }

    @Test
    void the_last_bytes_of_an_empty_file_are_the_whole_file() {
        assertThat(ByteRange.of(List.of("bytes=-5"), 0)).isNull();
        assertThat(ByteRange.of(List.of("bytes=0-"), 0)).matches(range -> !range.satisfiable());
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "0", "=", "-", "1-", ",", "bytes="})
    void a_long_header_is_read_in_one_pass(String piece) {
        String many = piece.repeat((1 << 18) / piece.length());
        for (String line : List.of(many, "bytes=" + many + "x", "bytes" + many + "=" + many + "-" + many + "x")) {
            assertTimeoutPreemptively(ofSeconds(20), () -> ByteRange.of(List.of(line), 10));
        }
    }
}
