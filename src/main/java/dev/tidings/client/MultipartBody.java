package dev.tidings.client;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/** A job and its input files as {@code multipart/form-data} (RFC 7578); the same bytes each time, but for files that changed. */
final class MultipartBody {
    private final String boundary;
    private final Submission submission;

    MultipartBody(Submission submission) {
        this.submission = submission;
        boundary = "tidings-"
                + submission
                        .idempotencyKey()
                        .replaceAll("[^A-Za-z0-9]", "")
                        .transform(key -> key.substring(0, Math.min(key.length(), 50)))
                + "-"
                + Integer.toHexString(submission.job().toString().hashCode());
    }

    String mediaType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    /** The body. @throws FileNotFoundException naming the file that is not there */
    BodyPublisher body() throws FileNotFoundException {
        List<BodyPublisher> parts = new ArrayList<>();
        parts.add(BodyPublishers.ofString(head("name=\"job\"", "application/json") + submission.job() + "\r\n"));
        for (Submission.Input input : submission.inputs()) {
            String disposition = "name=\"file\"; filename=\"" + escaped(input.name()) + "\"";
            parts.add(BodyPublishers.ofString(head(disposition, input.mediaType())));
            parts.add(input.content().body());
            parts.add(BodyPublishers.ofString("\r\n"));
        }
        parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
        return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
    }

    private String head(String disposition, String mediaType) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: " + mediaType
                + "\r\n\r\n";
    }

    /** As browsers do it (WHATWG HTML, "multipart form data"). */
    private static String escaped(String name) {
        return name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
    }
}
