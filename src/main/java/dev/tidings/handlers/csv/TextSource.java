package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;

/**
 * A file's bytes as characters. The charset is the one asked for, else what the byte order mark says, else UTF-8 with
 * windows-1252 for whatever is none. A byte order mark is never part of the text.
 */
final class TextSource {
    private static final int BOM_BYTES = 3;
    private static final char BOM = '\uFEFF';

    private final BufferedReader reader;
    private final String charset;
    private final boolean bom;
    private final @Nullable PatchedUtf8Reader patched;

    private TextSource(Reader reader, String charset, boolean bom, @Nullable PatchedUtf8Reader patched)
            throws IOException {
        this.reader = new BufferedReader(reader, 32 * 1024);
        this.charset = charset;
        this.bom = skipBom() || bom;
        this.patched = patched;
    }

    /**
     * Begins to read.
     *
     * @param asked the charset's name; null to find out
     * @throws PermanentFailure when Java knows no charset of that name
     */
    static TextSource of(InputStream bytes, @Nullable String asked) throws IOException {
        PushbackInputStream in = new PushbackInputStream(bytes, BOM_BYTES);
        byte[] head = in.readNBytes(BOM_BYTES);
        in.unread(head);
        if (asked != null) {
            Charset charset = charset(asked);
            return new TextSource(new InputStreamReader(in, charset), charset.name(), false, null);
        }
        if (startsWith(head, 0xFF, 0xFE)) {
            return new TextSource(new InputStreamReader(in, StandardCharsets.UTF_16LE), "UTF-16LE", true, null);
        }
        if (startsWith(head, 0xFE, 0xFF)) {
            return new TextSource(new InputStreamReader(in, StandardCharsets.UTF_16BE), "UTF-16BE", true, null);
        }
        boolean utf8 = startsWith(head, 0xEF, 0xBB, 0xBF);
        PatchedUtf8Reader patched = new PatchedUtf8Reader(in);
        return new TextSource(patched, "UTF-8", utf8, patched);
    }

    /**
     * The charset of that name.
     *
     * @throws PermanentFailure when Java knows none
     */
    static Charset charset(String name) {
        try {
            return Charset.forName(name.trim());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new PermanentFailure(
                    "unknown charset '" + name + "'; write for instance UTF-8, windows-1252 or UTF-16LE", e);
        }
    }

    private static boolean startsWith(byte[] head, int... mark) {
        if (head.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((head[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean skipBom() throws IOException {
        reader.mark(1);
        if (reader.read() == BOM) {
            return true;
        }
        reader.reset();
        return false;
    }

    BufferedReader reader() {
        return reader;
    }

    /** Whether the file began with a byte order mark. */
    boolean bom() {
        return bom;
    }

    /** The charset's name; final when everything was read. */
    String charset() {
        boolean windows = patchedBytes() > 0 && patched != null && !patched.multibyte() && !bom;
        return windows ? "windows-1252" : charset;
    }

    /** How many bytes in a UTF-8 file were not UTF-8, and were read as windows-1252; final when everything was read. */
    long patchedBytes() {
        return patched == null ? 0 : patched.patchedBytes();
    }
}
