package dev.tidings.handlers.csv;

import dev.tidings.job.PermanentFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A file's bytes as characters, with what there is to tell of its charset. A byte order mark is never part of the text. */
final class TextSource {
    private static final int HEAD_BYTES = 16 * 1024;

    private final Encoding encoding;
    private final DecodingReader reader;

    private TextSource(Encoding encoding, InputStream in) {
        this.encoding = encoding;
        reader = new DecodingReader(in, encoding);
    }

    /**
     * Begins to read.
     *
     * @param asked the charset's name; null to find out
     * @throws PermanentFailure when Java knows no charset of that name, or the file is of another kind
     */
    static TextSource of(InputStream bytes, @Nullable String asked) throws IOException {
        byte[] head = bytes.readNBytes(HEAD_BYTES);
        FileKind.refuseKnown(head);
        Encoding encoding = Encoding.of(head, asked);
        int mark = encoding.markBytes();
        String text = new String(head, mark, head.length - mark, encoding.charset());
        FileKind.refuseMarkup(text);
        if (encoding.open()) {
            FileKind.refuseBinary(new String(head, StandardCharsets.ISO_8859_1));
        }
        InputStream behindMark = new ByteArrayInputStream(head, mark, head.length - mark);
        return new TextSource(encoding, new SequenceInputStream(behindMark, bytes));
    }

    Reader reader() {
        return reader;
    }

    /** Whether the file began with a byte order mark. */
    boolean marked() {
        return encoding.markBytes() > 0;
    }

    /** The charset's name; final when everything was read. */
    String charset() {
        return reader.charset().name();
    }

    /** Whether the charset is a guess; final when everything was read. */
    boolean guessed() {
        return encoding.guess() || reader.guessed();
    }

    /** How many bytes are no character of the charset; final when everything was read. */
    long undecodableBytes() {
        return reader.patchedBytes() + reader.replacedBytes();
    }

    /** What to tell of the charset, in sentences. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (encoding.note() != null) {
            notes.add(encoding.note());
        }
        if (reader.guessed()) {
            notes.add("The charset " + charset() + " is a guess: the file is not UTF-8 and does not name its charset."
                    + " Set charset if letters look wrong.");
        }
        if (reader.patchedBytes() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d bytes are not UTF-8 and were read as windows-1252, which is a guess.",
                    reader.patchedBytes()));
        }
        if (reader.replacedBytes() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d bytes are no characters in %s and were read as U+FFFD. Set charset if the file has another.",
                    reader.replacedBytes(),
                    charset()));
        }
        return notes;
    }
}
