package dev.tidings.handlers.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * Makes characters of bytes, and counts the bytes that are none in the charset.
 *
 * <p>Where the charset is open, it is UTF-8 until the first byte that is not. Then the bytes around it decide: where they
 * look like another charset than windows-1252, the rest is read in that. Else each byte that is not UTF-8 is read as
 * windows-1252. So one pass serves files in UTF-8, in windows-1252, and the mixtures of both that exports grow into.
 *
 * <p>Threads: one.
 */
final class DecodingReader extends Reader {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int LONGEST_SEQUENCE = 4;
    private static final char REPLACEMENT = '\uFFFD';
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final InputStream in;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER_BYTES).flip();
    private final boolean marked;
    private CharsetDecoder decoder;
    private boolean open;
    private boolean end;
    private boolean beyondAscii;
    private boolean guessed;
    private long patchedBytes;
    private long replacedBytes;

    /**
     * Begins to read.
     *
     * @param in behind the byte order mark
     */
    DecodingReader(InputStream in, Encoding encoding) {
        this.in = in;
        marked = encoding.markBytes() > 0;
        open = encoding.open();
        decoder = strict(encoding.charset());
    }

    private static CharsetDecoder strict(Charset charset) {
        return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** The charset that the bytes so far were read in. */
    Charset charset() {
        return windows() ? WINDOWS : decoder.charset();
    }

    /** Whether the charset is a guess among those that have one or two bytes for each character. */
    boolean guessed() {
        return guessed || windows();
    }

    private boolean windows() {
        return patchedBytes > 0 && !beyondAscii && !marked;
    }

    /** How many bytes were read as windows-1252 in text that is UTF-8 otherwise. */
    long patchedBytes() {
        return windows() ? 0 : patchedBytes;
    }

    /** How many bytes are no character in the charset, and became U+FFFD. */
    long replacedBytes() {
        return replacedBytes;
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
            beyondAscii = beyondAscii || hasBeyondAscii(before);
            more = result.isError() && chars.remaining() >= LONGEST_SEQUENCE;
            if (more) {
                replace(result.length());
            }
        }
        chars.flip();
    }

    /** Does something about the next bytes, which are no character. */
    private void replace(int count) {
        if (open && !beyondAscii && !marked && patchedBytes == 0) {
            Charset better = guess(bytes.array(), bytes.limit());
            if (better != null) {
                guessed = true;
                open = false;
                decoder = strict(better);
                return;
            }
        }
        byte[] bad = new byte[count];
        bytes.get(bad);
        if (open) {
            String text = new String(bad, WINDOWS);
            chars.put(text);
            patchedBytes += count;
            replacedBytes += text.indexOf(REPLACEMENT) >= 0 ? 1 : 0;
        } else {
            chars.put(REPLACEMENT);
            replacedBytes += count;
        }
    }

    /** The charset that the bytes look like, where that is another than UTF-8 and windows-1252. */
    private static @Nullable Charset guess(byte[] text, int length) {
        if (isMostlyLatin(text, length)) {
            return null;
        }
        UniversalDetector detector = new UniversalDetector();
        detector.handleData(text, 0, length);
        detector.dataEnd();
        String name = detector.getDetectedCharset();
        if (name == null || !Charset.isSupported(name)) {
            return null;
        }
        Charset charset = Charset.forName(name);
        if (charset.equals(WINDOWS) || charset.equals(StandardCharsets.UTF_8)) {
            return null;
        }
        try {
            strict(charset).decode(ByteBuffer.wrap(text, 0, length));
            return charset;
        } catch (CharacterCodingException e) {
            return charset.newEncoder().maxBytesPerChar() > 1 && length == BUFFER_BYTES ? charset : null;
        }
    }

    /** Whether most letters are ASCII, as in all languages of windows-1252; detectors take their few others for anything. */
    private static boolean isMostlyLatin(byte[] text, int length) {
        int ascii = 0;
        int others = 0;
        for (int i = 0; i < length; i++) {
            others += text[i] < 0 ? 1 : 0;
            ascii += (text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= 'a' && text[i] <= 'z') ? 1 : 0;
        }
        return others * 2 < ascii;
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

    private boolean hasBeyondAscii(int from) {
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
