package dev.tidings.client;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The network; tests bring one that misbehaves. */
interface HttpConnections {

    /** Sends a request and returns at once. */
    Exchange open(HttpRequest request);

    /**
     * One request and what comes of it: a {@link Head}, then {@link Bytes}, then the {@link End}; or at any moment a {@link Failure}.
     *
     * <p>Threads: one reads; any may close.
     */
    interface Exchange extends AutoCloseable {

        /** The next piece; null when none came within {@code waitMs}, or the exchange was closed. */
        @Nullable
        Piece next(long waitMs) throws InterruptedException;

        /** Ends it. Idempotent. */
        @Override
        void close();
    }

    /** What can come. */
    sealed interface Piece {}

    record Head(int status, HttpHeaders headers) implements Piece {

        /** The media type, in lower case and without parameters; empty when there is none. */
        String type() {
            return header("Content-Type").split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
        }

        /** A header's first value; empty when there is none. */
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record End() implements Piece {}

    record Failure(IOException cause) implements Piece {}
}
