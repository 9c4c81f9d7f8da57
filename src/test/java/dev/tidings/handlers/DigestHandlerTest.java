package dev.tidings.handlers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.job.PermanentFailure;
import dev.tidings.job.Progress;
import dev.tidings.testing.FakeJobContext;
import jakarta.json.Json;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DigestHandlerTest {
    private final DigestHandler handler = new DigestHandler();
    private final FakeJobContext context = new FakeJobContext();

    @TempDir
    Path folder;

    @Test
    void sha256_is_computed_when_nothing_is_asked_for() throws Exception {
        context.withInput("abc.txt", "abc");

        var result = handler.run(new DigestParams(null), context);

        assertThat(result)
                .isEqualTo(Map.of(
                        "abc.txt",
                        Map.of("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
        assertThat(context.artifactText("SHA256SUMS"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc.txt\n");
        assertThat(context.mediaType("SHA256SUMS")).isEqualTo("text/plain;charset=utf-8");
    }

    /** The sums of "abc" from the standards: RFC 1321, FIPS 180-4 and FIPS 202 (and their published examples). */
    @ParameterizedTest
    @CsvSource({
        "MD5, MD5SUMS, 900150983cd24fb0d6963f7d28e17f72",
        "SHA-1, SHA1SUMS, a9993e364706816aba3e25717850c26c9cd0d89d",
        "SHA-224, SHA224SUMS, 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        "SHA-256, SHA256SUMS, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA-384, SHA384SUMS, cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "SHA-512, SHA512SUMS, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "SHA-512/256, SHA512-256SUMS, 53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
        "SHA3-256, SHA3-256SUMS, 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
    })
    void each_algorithm_has_its_list(String algorithm, String file, String sum) throws Exception {
        context.withInput("abc.txt", "abc");

        handler.run(new DigestParams(List.of(algorithm)), context);

        assertThat(context.artifactText(file)).isEqualTo(sum + "  abc.txt\n");
        assertThat(handler.type().schema()).contains('"' + algorithm + '"');
    }

    @Test
    void all_algorithms_come_from_one_reading_of_each_file() throws Exception {
        int[] opened = {0};
        context.withInput("a", 3, () -> {
            opened[0]++;
            return new java.io.ByteArrayInputStream("abc".getBytes(UTF_8));
        });

        var result = handler.run(new DigestParams(List.of("SHA-512", "MD5", "SHA-512")), context);

        assertThat(opened[0]).isEqualTo(1);
        assertThat(result)
                .extractingByKey("a")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("SHA-512", "MD5");
        assertThat(context.artifacts()).containsExactly("SHA512SUMS", "MD5SUMS");
    }

    @Test
    void progress_counts_the_bytes_of_all_files_and_names_the_present_one() throws Exception {
        context.withInput("a.bin", new byte[100_000]).withInput("b.bin", new byte[100]);

        handler.run(new DigestParams(null), context);

        assertThat(context.progress())
                .containsSubsequence(
                        Progress.of(65_536, 100_100, "bytes", "hashing", "a.bin", null),
                        Progress.of(100_000, 100_100, "bytes", "hashing", "a.bin", null),
                        Progress.of(100_100, 100_100, "bytes", "hashing", "b.bin", null));
    }

    @Test
    void an_unknown_algorithm_fails_for_good_and_names_the_known_ones() {
        context.withInput("a", "abc");

        assertThatThrownBy(() -> handler.run(new DigestParams(List.of("SHA-256", "CRC-7")), context))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("CRC-7")
                .hasMessageContaining("SHA3-256");
        assertThat(context.artifacts()).isEmpty();
    }

    @Test
    void a_cancelled_job_ends_within_a_block_and_leaves_no_artifact() {
        context.withInput("a", new byte[1_000_000]).cancelledWhenDone(done -> done > 100_000);

        assertThatThrownBy(() -> handler.run(new DigestParams(null), context)).isInstanceOf(InterruptedException.class);
        assertThat(context.progress()).hasSize(2);
        assertThat(context.artifacts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"plain name.txt, s  plain name.txt", "back\\slash, \\s  back\\\\slash"})
    void a_line_is_the_sum_two_spaces_and_the_name(String name, String line) {
        assertThat(SumsFile.line("s", name)).isEqualTo(line + "\n");
    }

    @Test
    void a_file_named_as_standard_input_is_listed_with_its_folder() {
        assertThat(SumsFile.line("s", "-")).isEqualTo("s  ./-\n");
    }

    @Test
    void more_sums_than_a_result_holds_are_an_artifact_that_the_result_names() throws Exception {
        List<String> all = Arrays.stream(HashAlgorithm.values())
                .map(HashAlgorithm::javaName)
                .toList();
        for (int i = 0; i < 300; i++) {
            context.withInput("file " + i, "content " + i);
        }

        var result = handler.run(new DigestParams(all), context);

        assertThat(result).isEqualTo(Map.of("artifact", "result.json", "files", 300, "algorithms", all));
        assertThat(context.mediaType("result.json")).isEqualTo("application/json");
        try (var reader = Json.createReader(new StringReader(context.artifactText("result.json")))) {
            var sums = reader.readObject();
            assertThat(sums).hasSize(300);
            assertThat(sums.getJsonObject("file 7")).hasSize(all.size());
        }
        assertThat(context.artifacts()).hasSize(all.size() + 1).contains("SHA256SUMS", "MD5SUMS");
    }

    @Test
    void line_breaks_in_names_are_escaped() {
        assertThat(SumsFile.line("s", "a\nb\rc")).isEqualTo("\\s  a\\nb\\rc\n");
    }

    @ParameterizedTest
    @CsvSource({
        "MD5, md5sum",
        "SHA-1, sha1sum",
        "SHA-224, sha224sum",
        "SHA-256, sha256sum",
        "SHA-384, sha384sum",
        "SHA-512, sha512sum"
    })
    void coreutils_write_the_same_list_and_agree_with_ours(String algorithm, String tool) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/" + tool)), tool + " is not on this machine");
        List<String> names = List.of("back\\slash", "empty", "new\nline", "plain name", "umlaut ä");
        for (String name : names) {
            String content = name.equals("empty") ? "" : "content of " + name;
            context.withInput(name, content);
            Files.writeString(folder.resolve(name), content);
        }

        handler.run(new DigestParams(List.of(algorithm)), context);

        String list = context.artifacts().get(0);
        Path file = Files.write(folder.resolve(list), context.artifact(list));
        assertThat(call(tool, "-c", "--strict", list)).isEqualTo(0);
        String[] write = {tool, "back\\slash", "empty", "new\nline", "plain name", "umlaut ä"};
        assertThat(call(write)).isEqualTo(0);
        assertThat(folder.resolve("stdout")).hasSameTextualContentAs(file);
    }

    private int call(String... command) throws Exception {
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("stdout").toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start().waitFor();
    }
}
