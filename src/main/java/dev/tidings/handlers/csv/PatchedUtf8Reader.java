package dev.tidings.handlers.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads UTF-8, and each byte that is none as windows-1252.
 *
 * <p>So one pass serves files in either encoding, and the mixtures of both that exports grow into: the bytes of
 * windows-1252 text hardly ever form UTF-8 sequences.
 */
final class PatchedUtf8Reader extends Reader {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int LONGEST_SEQUENCE = 4;
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER_BYTES).flip();
    private boolean end;
    private boolean multibyte;
    private long patchedBytes;

    PatchedUtf8Reader(InputStream in) {
        this.in = in;
    }

    /** How many bytes were not UTF-8 so far. */
    long patchedBytes() {
        return patchedBytes;
    }

    /** Whether there was a character beyond ASCII in good UTF-8 so far. */
    boolean multibyte() {
        return multibyte;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!chars.hasRemaining()) {
            if (end && !bytes.hasRemaining()) {
                return -1;
            }
            decodeMore();
        }
        int n = Math.min(length, chars.remaining());
        chars.get(target, offset, n);
        return n;
    }

    private void decodeMore() throws IOException {
        fill();
        chars.clear();
        boolean more = true;
        while (more) {
            int before = chars.position();
            CoderResult result = decoder.decode(bytes, chars, end);
            multibyte = multibyte || beyondAscii(before);
            more = result.isMalformed() && chars.remaining() >= LONGEST_SEQUENCE;
            if (more) {
                patch(result.length());
            }
        }
        chars.flip();
    }

    /** Puts the next bytes out as what windows-1252 takes them for. */
    private void patch(int count) {
        byte[] bad = new byte[count];
        bytes.get(bad);
        chars.put(new String(bad, WINDOWS));
        patchedBytes += count;
    }

    private void fill() throws IOException {
        if (end) {
            return;
        }
        bytes.compact();
        int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
        if (n < 0) {
            end = true;
        } else {
            bytes.position(bytes.position() + n);
        }
        bytes.flip();
    }

    private boolean beyondAscii(int from) {
        for (int i = from; i < chars.position(); i++) {
            if (chars.get(i) > 0x7F) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
