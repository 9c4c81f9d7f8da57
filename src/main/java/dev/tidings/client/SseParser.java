package dev.tidings.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the bytes of an event stream into blocks. Source: WHATWG HTML, 9.2.6 "Interpreting an event stream". A block that the end of the stream
 * leaves incomplete is never given out. Ids are not needed: every event of a log carries its own number.
 *
 * <p>Threads: one.
 */
final class SseParser {
    /** The longest block that is kept while it is incomplete, in bytes: a gateway's endless line is cut. */
    static final int MAX_BLOCK = 16 * 1024 * 1024;

    /** @param event {@code message} where the stream names none */
    record Block(String event, String data) {}

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private String event = "";
    private boolean skipLf;
    private boolean first = true;
    private long retryMs;

    /** The last {@code retry:} that was a number, in milliseconds; 0 before any. */
    long retryMs() {
        return retryMs;
    }

    /**
     * Takes the next piece, cut anywhere.
     *
     * @return the blocks that it completes
     * @throws IllegalArgumentException when a block is too long
     */
    List<Block> push(ByteBuffer piece) {
        var blocks = new ArrayList<Block>();
        while (piece.hasRemaining()) {
            byte next = piece.get();
            boolean secondHalf = skipLf && next == '\n';
            skipLf = next == '\r';
            if (secondHalf) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                end(line.toString(StandardCharsets.UTF_8), blocks);
                line.reset();
            } else {
                line.write(next);
            }
        }
        if (line.size() + data.length() > MAX_BLOCK) {
            throw new IllegalArgumentException("a block of the event stream is longer than " + MAX_BLOCK);
        }
        return blocks;
    }

    private void end(String whole, List<Block> blocks) {
        String text = first && whole.startsWith("\uFEFF") ? whole.substring(1) : whole;
        first = false;
        if (text.isEmpty()) {
            if (hasData) {
                blocks.add(new Block(event.isEmpty() ? "message" : event, data.toString()));
            }
            data.setLength(0);
            hasData = false;
            event = "";
            return;
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        switch (name) {
            case "data" -> {
                data.append(hasData ? "\n" : "").append(value);
                hasData = true;
            }
            case "event" -> event = value;
            case "retry" -> retryMs = value.matches("\\d{1,9}") ? Long.parseLong(value) : retryMs;
            default -> {
                // Comments, ids, and what is not known.
            }
        }
    }
}
