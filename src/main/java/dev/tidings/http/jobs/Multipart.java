package dev.tidings.http.jobs;

import dev.tidings.http.HeaderParameters;
import dev.tidings.http.HttpProblem;
import dev.tidings.http.MediaType;
import dev.tidings.http.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code multipart/form-data} (RFC 7578) part by part as it arrives.
 *
 * <p>Threads: one; its methods block.
 */
final class Multipart {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_BOUNDARY = 200;

    private final MultipartInput input;
    private boolean begun;

    private Multipart(MultipartInput input) {
        this.input = input;
    }

    /**
     * One part.
     *
     * @param name of the field
     * @param file the file's name as it came; null when the part is no file
     * @param mediaType as it came; null when it did not
     * @param body to be read before the next part
     */
    record Part(
            String name, @Nullable String file, @Nullable String mediaType, InputStream body) {}

    static Multipart open(MediaType type, InputStream body) throws IOException {
        String boundary = type.parameters().get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            throw broken("Content-Type has no boundary");
        }
        var input = MultipartInput.builder()
                .setInputStream(body)
                .setBoundary(boundary.getBytes(StandardCharsets.ISO_8859_1))
                .setBufferSize(BUFFER_BYTES)
                .setPartHeaderSizeMax(MAX_HEADER_BYTES)
                .get();
        input.setHeaderCharset(StandardCharsets.ISO_8859_1);
        return new Multipart(input);
    }

    /**
     * The next part; null after the last.
     *
     * @throws HttpProblem 400 when the body is not multipart
     * @throws IOException when it cannot be read
     */
    @Nullable
    Part next() throws IOException {
        try {
            boolean more = begun ? more() : input.skipPreamble();
            if (!begun && !more) {
                throw broken("the first boundary is missing");
            }
            begun = true;
            return more ? part(input.readHeaders()) : null;
        } catch (FileUploadSizeException e) {
            throw broken("a part's headers are longer than " + MAX_HEADER_BYTES + " bytes");
        } catch (FileUploadException e) {
            throw broken("a boundary or the end is missing");
        }
    }

    private boolean more() throws IOException {
        input.discardBodyData();
        return input.readBoundary();
    }

    private Part part(String headers) {
        String disposition = null;
        String mediaType = null;
        for (String line : List.of(headers.split("\r\n(?![ \t])", -1))) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            if (name.equals("content-disposition") && disposition == null) {
                disposition = line.substring(colon + 1).strip();
            } else if (name.equals("content-type") && mediaType == null) {
                mediaType = line.substring(colon + 1).strip();
            } else if (name.equals("content-transfer-encoding")
                    && !line.substring(colon + 1)
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .matches("binary|8bit|7bit")) {
                throw broken("a part has a Content-Transfer-Encoding");
            }
        }
        if (disposition == null) {
            throw broken("a part has no Content-Disposition");
        }
        var parsed = HeaderParameters.parse(disposition);
        String field = parsed.parameters().get("name");
        if (!parsed.first().equalsIgnoreCase("form-data") || field == null) {
            throw broken("a part's Content-Disposition is not form-data with a name");
        }
        try {
            field = FormFileName.utf8(field).replace("%22", "\"");
            if (parsed.broken()) {
                throw Problems.invalid(field, "A file's name must not contain line breaks.");
            }
            String file = FormFileName.of(parsed.parameters());
            return new Part(field, file, mediaType, new Body(input.newInputStream()));
        } catch (CharacterCodingException e) {
            throw Problems.invalid(field, "Names in a multipart body must be UTF-8.");
        }
    }

    private static HttpProblem broken(String why) {
        return Problems.badRequest("The body is not multipart/form-data: " + why + ".");
    }

    /** Tells a broken body from one that cannot be read. */
    private static final class Body extends InputStream {
        private final InputStream part;

        Body(InputStream part) {
            this.part = part;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return part.read(bytes, offset, length);
            } catch (FileUploadException e) {
                throw broken("it ends before its last boundary");
            }
        }
    }
}
