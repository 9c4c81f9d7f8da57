package dev.tidings.job;

import java.io.IOException;
import java.io.InputStream;

/** A file that came with the submission. */
public interface JobInput {
    /** The file's name, without a path. */
    String name();

    /** As the submitter gave it; {@code application/octet-stream} when it did not. */
    String mediaType();

    /** In bytes. */
    long size();

    /**
     * The bytes from the beginning; may be opened again and again. Held in memory one chunk at a time.
     *
     * @throws IOException when the store cannot be read; the attempt may be tried again
     */
    InputStream open() throws IOException;
}
