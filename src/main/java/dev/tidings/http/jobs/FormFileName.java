package dev.tidings.http.jobs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file name that a client means by a part's {@code Content-Disposition}.
 *
 * <p>Browsers and curl send UTF-8 in {@code filename}, with quotes as {@code %22} (WHATWG HTML, 4.10.21.8). .NET and Java
 * libraries send {@code filename*} (RFC 8187), or encoded words (RFC 2047) in {@code filename}. {@code filename*} wins. What
 * cannot be decoded is taken as it came. A {@code %0A} is as good as always typed by a person, and stays.
 */
final class FormFileName {
    private static final int MAX_WORDS = 100;

    private FormFileName() {}

    /**
     * The name; null when the part is no file.
     *
     * @param parameters of the header, each character a byte
     * @throws CharacterCodingException when the name is not UTF-8
     */
    static @Nullable String of(Map<String, String> parameters) throws CharacterCodingException {
        String extended = parameters.get("filename*");
        String meant = extended == null ? null : extended(extended);
        String plain = parameters.get("filename");
        if (meant != null || plain == null) {
            return meant;
        }
        String text = utf8(plain).replace("%22", "\"");
        String words = encodedWords(text);
        return words == null ? text : words;
    }

    /** Text of a header whose characters are bytes. */
    static String utf8(String latin1) throws CharacterCodingException {
        return decoded(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** {@code charset'language'percent-encoded}; null when it is not that. */
    private static @Nullable String extended(String value) {
        int first = value.indexOf('\'');
        int second = value.indexOf('\'', first + 1);
        Charset charset = first < 0 || second < 0 ? null : charset(value.substring(0, first));
        byte[] bytes = charset == null ? null : escaped(value.substring(second + 1), '%', false);
        return charset == null || bytes == null ? null : decodedOrNull(bytes, charset);
    }

    /** Encoded words with white space between them; null when any of it is none. */
    private static @Nullable String encodedWords(String text) {
        if (!text.startsWith("=?")) {
            return null;
        }
        var name = new StringBuilder();
        String[] words = text.strip().split("[ \t]{1,80}", MAX_WORDS);
        for (String word : words) {
            String[] parts = word.split("\\?", -1);
            boolean encoded = parts.length == 5 && parts[0].equals("=") && parts[4].equals("=");
            Charset charset = encoded ? charset(parts[1]) : null;
            byte[] bytes = charset == null ? null : bytes(parts[2].toLowerCase(Locale.ROOT), parts[3]);
            String piece = charset == null || bytes == null ? null : decodedOrNull(bytes, charset);
            if (piece == null) {
                return null;
            }
            name.append(piece);
        }
        return name.toString();
    }

    private static byte @Nullable [] bytes(String encoding, String text) {
        if (encoding.equals("q")) {
            return escaped(text, '=', true);
        }
        try {
            return encoding.equals("b") ? Base64.getDecoder().decode(text) : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static byte @Nullable [] escaped(String text, char escape, boolean underscoreIsBlank) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7e) {
                return null;
            }
            if (c == escape) {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    return null;
                }
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.write(c == '_' && underscoreIsBlank ? ' ' : c);
            }
        }
        return bytes.toByteArray();
    }

    private static @Nullable Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    private static @Nullable String decodedOrNull(byte[] bytes, Charset charset) {
        try {
            return decoded(bytes, charset);
        } catch (CharacterCodingException other) {
            return null;
        }
    }

    private static String decoded(byte[] bytes, Charset charset) throws CharacterCodingException {
        return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
}
