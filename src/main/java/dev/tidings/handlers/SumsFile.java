package dev.tidings.handlers;

import static java.util.Objects.requireNonNull;

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
 * them written as {@code \\}, {@code \n}, {@code \r}, and a backslash before the whole line says so. Source: the GNU
 * coreutils manual, "md5sum invocation"; CR since coreutils 9.0.
 */
final class SumsFile {
    private SumsFile() {}

    /** Writes the sums of one algorithm, in the order of the files. */
    static void write(Map<String, Map<String, String>> sums, String algorithm, OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        for (Map.Entry<String, Map<String, String>> file : sums.entrySet()) {
            writer.write(line(requireNonNull(file.getValue().get(algorithm)), file.getKey()));
        }
        writer.flush();
    }

    static String line(String hex, String name) {
        String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        String mark = escaped.equals(name) ? "" : "\\";
        return mark + hex + "  " + escaped + "\n";
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
