package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvisoriesTest {
    private static final Advisories SOME = Advisories.parse("""
            # A comment.

            CVE-1 | org.example:parser | [0,1.0.5) [1.1.0,1.1.8) | stops
            CVE-2 | org.example:upload | [2.0.0-M1,2.0.0-M4) | fills the memory
            CVE-3 | org.example:server | [11.0.22,11.0.26] | mixes answers up
            """);

    @ParameterizedTest
    @CsvSource({
        "org.example:parser,1.0.4,CVE-1",
        "org.example:parser,1.1.7,CVE-1",
        "*:parser,1.1.7,CVE-1",
        "org.example:upload,2.0.0-M3,CVE-2",
        "org.example:server,11.0.26,CVE-3"
    })
    void an_affected_version_is_found(String library, String version, String advisory) {
        assertThat(SOME.of(library, version)).singleElement().asString().contains(library, version, advisory);
    }

    @ParameterizedTest
    @CsvSource({
        "org.example:parser,1.0.5",
        "org.example:parser,1.1.8",
        "org.example:parser,1.1.10",
        "org.other:parser,1.1.7",
        "org.example:upload,2.0.0-M4",
        "org.example:upload,2.0.0",
        "org.example:server,11.0.27"
    })
    void a_mended_version_is_not(String library, String version) {
        assertThat(SOME.of(library, version)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "org.eclipse.parsson:parsson,1.1.7,CVE-2026-9563",
        "com.fasterxml.jackson.core:jackson-databind,2.21.0,CVE-2026-54512",
        "io.micrometer:micrometer-core,1.15.7,CVE-2026-40984",
        "org.postgresql:postgresql,42.7.10,CVE-2026-42198"
    })
    void versions_that_the_war_once_carried_or_might_are_in_the_list(String library, String version, String advisory)
            throws Exception {
        assertThat(Advisories.read().of(library, version)).anyMatch(line -> line.contains(advisory));
    }

    @Test
    void a_line_that_cannot_be_read_is_named() {
        assertThatThrownBy(() -> Advisories.parse("CVE-1 | parser | [0,1) | stops"))
                .hasMessageContaining("CVE-1 | parser");
        assertThatThrownBy(() -> Advisories.parse("CVE-1 | a:b | <1.0 | stops"))
                .hasMessageContaining("not a range such as [1.0,1.2): <1.0");
    }
}
