package dev.tidings.handlers;

import static java.util.Objects.requireNonNull;

import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * A list of checksums as GNU coreutils write and check it.
 *
 * <p>Shape: a line per file, {@code hex}, two spaces, the name, LF; UTF-8. A name that contains a backslash, LF or CR has
 * them written as {@code \\}, {@code \n}, {@code \r}, and a backslash before the whole line says so. The name {@code -},
 * which would mean standard input, is written {@code ./-}. Source: the GNU coreutils manual, "md5sum invocation"; CR since
 * coreutils 9.0.
 */
final class SumsFile {
    static final String MEDIA_TYPE = "text/plain;charset=utf-8";

    private SumsFile() {}

    /** Writes the sums of one algorithm, in the order of the files. */
    static void write(Map<String, Map<String, String>> sums, String algorithm, OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        for (Map.Entry<String, Map<String, String>> file : sums.entrySet()) {
            writer.write(line(requireNonNull(file.getValue().get(algorithm)), file.getKey()));
        }
        writer.flush();
    }

    /** All sums as JSON: file, algorithm, hex. */
    static byte[] json(Map<String, Map<String, String>> sums) {
        JsonProvider provider = JsonProvider.provider();
        JsonObjectBuilder files = provider.createObjectBuilder();
        sums.forEach((file, ofFile) -> {
            JsonObjectBuilder byAlgorithm = provider.createObjectBuilder();
            ofFile.forEach(byAlgorithm::add);
            files.add(file, byAlgorithm);
        });
        return files.build().toString().getBytes(StandardCharsets.UTF_8);
    }

    static String line(String hex, String name) {
        if (name.equals("-")) {
            return hex + "  ./-\n";
        }
        String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        String mark = escaped.equals(name) ? "" : "\\";
        return mark + hex + "  " + escaped + "\n";
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
