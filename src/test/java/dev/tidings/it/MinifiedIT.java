package dev.tidings.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The minified module comes as small as it lies there. */
class MinifiedIT extends InServer {
    private static final String MODULE = "tidings.min.js";
    private static final Path WEBAPP = Path.of("webapp");

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, deflate, br, zstd", "BR;q=0.5", "gzip;q=1.0, br ; q=1"})
    void who_reads_brotli_gets_brotli(String accepted) throws Exception {
        var answer = Calls.get(MODULE, "Accept-Encoding", accepted).is(200);

        assertThat(answer.header("content-encoding")).isEqualTo("br");
        assertThat(answer.header("content-type")).startsWith("text/javascript");
        assertThat(answer.header("vary")).containsIgnoringCase("accept-encoding");
        assertThat(answer.bytes()).isEqualTo(Files.readAllBytes(WEBAPP.resolve(MODULE + ".br")));
        // WildFly gives files no ETag.
        Calls.get(MODULE, "Accept-Encoding", accepted, "If-Modified-Since", answer.header("last-modified"))
                .is(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "br;q=0, identity", "br;q=0.00", "brotli"})
    void who_does_not_gets_the_text(String accepted) throws Exception {
        var answer = Calls.get(MODULE, "Accept-Encoding", accepted).is(200);

        // WildFly names it.
        assertThat(answer.header("content-encoding")).isIn("", "identity");
        assertThat(answer.header("vary")).containsIgnoringCase("accept-encoding");
        assertThat(answer.bytes()).isEqualTo(Files.readAllBytes(WEBAPP.resolve(MODULE)));
    }

    @Test
    void what_is_not_there_in_brotli_is_not_promised_in_it() {
        Calls.get("nothing.min.js", "Accept-Encoding", "br").isProblem(404);
    }
}
