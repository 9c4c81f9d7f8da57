package dev.tidings.testing;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A submission with a file, as browsers send it; of any size, since it is written piece by piece. */
public final class Form {

    /** The value of {@code Content-Type} that goes with it. */
    public static final String TYPE = "multipart/form-data; boundary=zzz";

    private Form() {}

    /**
     * The job and one file.
     *
     * @param job the JSON of the submission
     * @param file the bytes of the file, in pieces; the same array may come many times
     */
    public static BodyPublisher of(String job, String fileName, List<byte[]> file) {
        String head = "--zzz\r\nContent-Disposition: form-data; name=\"job\"\r\nContent-Type: application/json\r\n\r\n"
                + job + "\r\n--zzz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + fileName
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        return BodyPublishers.ofInputStream(() -> {
            var parts = new ArrayList<InputStream>();
            parts.add(text(head));
            file.forEach(piece -> parts.add(new ByteArrayInputStream(piece)));
            parts.add(text("\r\n--zzz--\r\n"));
            return new SequenceInputStream(Collections.enumeration(parts));
        });
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
