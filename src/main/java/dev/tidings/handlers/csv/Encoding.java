package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which charset a file is to be read in.
 *
 * @param markBytes the length of the byte order mark, 0 when there is none
 * @param open whether it is UTF-8 for want of a better idea, so that bytes which are not UTF-8 may change it
 * @param guess whether only the pattern of zero bytes says so
 * @param note what to tell of the choice
 */
record Encoding(
        Charset charset,
        int markBytes,
        boolean open,
        boolean guess,
        @Nullable String note) {
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

    /** Zero bytes say little about a few bytes. */
    private static final int ENOUGH_BYTES = 4;

    /**
     * The charset of a file. A byte order mark wins over the one asked for, which wins over the pattern of zero bytes.
     *
     * @param asked the charset's name; null to find out
     * @throws PermanentFailure when Java knows no charset of that name
     */
    static Encoding of(byte[] head, @Nullable String asked) {
        Charset wanted = asked == null ? null : named(asked);
        Encoding marked = byMark(head);
        if (marked != null) {
            return wanted == null || family(marked.charset).equals(family(wanted))
                    ? marked
                    : marked.telling("The charset asked for is " + wanted.name() + ", but the byte order mark says "
                            + marked.charset.name() + ", which was used.");
        }
        Charset seen = byZeros(head);
        if (wanted != null) {
            return wanted(wanted, seen, head);
        }
        if (seen != null) {
            return new Encoding(
                    seen,
                    0,
                    false,
                    true,
                    "The charset " + seen.name()
                            + " is a guess by the zero bytes of the file, which has no byte order mark. Set charset if it is wrong.");
        }
        return new Encoding(StandardCharsets.UTF_8, 0, true, false, null);
    }

    private static Encoding wanted(Charset wanted, @Nullable Charset seen, byte[] head) {
        boolean wide = family(wanted).startsWith("UTF-16") || family(wanted).startsWith("UTF-32");
        if (wide && seen != null && family(seen).equals(family(wanted))) {
            boolean opposite = wanted.name().endsWith("E") && !wanted.equals(seen);
            return new Encoding(
                    opposite ? wanted : seen, 0, false, false, opposite ? doubt(wanted, seen.name()) : null);
        }
        if (seen != null) {
            return new Encoding(wanted, 0, false, false, doubt(wanted, seen.name()));
        }
        if (wide && head.length > 0 && !hasZero(head)) {
            return new Encoding(wanted, 0, false, false, doubt(wanted, "text of one byte a character"));
        }
        boolean foreign = !wide && !wanted.equals(StandardCharsets.UTF_8) && isUtf8BeyondAscii(head);
        return new Encoding(wanted, 0, false, false, foreign ? doubt(wanted, "UTF-8") : null);
    }

    private static String doubt(Charset wanted, String looks) {
        return "The file was read as " + wanted.name() + ", as asked for, but its bytes look like " + looks + ".";
    }

    /**
     * The charset of that name.
     *
     * @throws PermanentFailure when Java knows none
     */
    static Charset named(String name) {
        try {
            return Charset.forName(name.trim());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new PermanentFailure(
                    "unknown charset '" + name + "'; write for instance UTF-8, windows-1252 or UTF-16LE", e);
        }
    }

    /** The name without the order of bytes. */
    private static String family(Charset charset) {
        String name = charset.name().toUpperCase(Locale.ROOT);
        return name.startsWith("UTF-16") || name.startsWith("UTF-32") ? name.substring(0, 6) : name;
    }

    private static @Nullable Encoding byMark(byte[] head) {
        if (startsWith(head, 0xFF, 0xFE, 0, 0)) {
            return new Encoding(UTF_32LE, 4, false, false, null);
        }
        if (startsWith(head, 0, 0, 0xFE, 0xFF)) {
            return new Encoding(UTF_32BE, 4, false, false, null);
        }
        if (startsWith(head, 0xFF, 0xFE)) {
            return new Encoding(StandardCharsets.UTF_16LE, 2, false, false, null);
        }
        if (startsWith(head, 0xFE, 0xFF)) {
            return new Encoding(StandardCharsets.UTF_16BE, 2, false, false, null);
        }
        return startsWith(head, 0xEF, 0xBB, 0xBF) ? new Encoding(StandardCharsets.UTF_8, 3, true, false, null) : null;
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

    /**
     * UTF-16 or UTF-32 without a mark: delimiters, digits and line breaks have zero bytes at the same places of each
     * character.
     */
    private static @Nullable Charset byZeros(byte[] head) {
        int[] zeros = new int[4];
        for (int i = 0; i < head.length; i++) {
            zeros[i % 4] += head[i] == 0 ? 1 : 0;
        }
        int characters = head.length / 4;
        if (head.length < ENOUGH_BYTES || zeros[0] + zeros[1] + zeros[2] + zeros[3] == 0) {
            return null;
        }
        if (zeros[2] >= characters && zeros[3] >= characters && zeros[0] == 0) {
            return decodes(head, UTF_32LE) ? UTF_32LE : null;
        }
        if (zeros[0] >= characters && zeros[1] >= characters && zeros[3] == 0) {
            return decodes(head, UTF_32BE) ? UTF_32BE : null;
        }
        int even = zeros[0] + zeros[2];
        int odd = zeros[1] + zeros[3];
        int few = head.length / 20;
        if (odd > few && even * 20 <= odd) {
            return decodes(head, StandardCharsets.UTF_16LE) ? StandardCharsets.UTF_16LE : null;
        }
        if (even > few && odd * 20 <= even) {
            return decodes(head, StandardCharsets.UTF_16BE) ? StandardCharsets.UTF_16BE : null;
        }
        return null;
    }

    /** Whether the bytes are text in that charset, apart from a cut character at their end. */
    private static boolean decodes(byte[] head, Charset charset) {
        try {
            int unit = charset.name().startsWith("UTF-32") ? 4 : 2;
            CharSequence text = charset.newDecoder().decode(ByteBuffer.wrap(head, 0, head.length / unit * unit));
            FileKind.refuseBinary(text);
            return true;
        } catch (CharacterCodingException | PermanentFailure e) {
            return false;
        }
    }

    private static boolean hasZero(byte[] head) {
        for (byte b : head) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether there are characters beyond ASCII, all in good UTF-8. */
    private static boolean isUtf8BeyondAscii(byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8);
        int bad = text.indexOf('\uFFFD');
        return text.length() < head.length && (bad < 0 || bad >= text.length() - 1);
    }

    private Encoding telling(String text) {
        return new Encoding(charset, markBytes, open, guess, text);
    }
}
