package dev.tidings.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A strict parser of {@code text/event-stream} for tests: interprets bytes as WHATWG HTML §9.2.6 says, and throws where a
 * stream of Tidings must not make use of the standard's leniency (comments but for the empty one between two blocks that
 * follows a heartbeat, unknown fields, CR line ends, bytes that are no UTF-8, an id with NUL).
 */
public final class SseParser {
    /**
     * One dispatched block.
     *
     * @param event the type; {@code message} without an {@code event} field
     * @param id the {@code id} of this very block; null without one
     * @param retryMs of this very block; -1 without one
     * @param lines how many lines the block had, without the blank one
     */
    public record Block(String event, String data, String id, long retryMs, List<String> lines) {}

    private static final String ECHO = ":";

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> lines = new ArrayList<>();
    private String lastEventId = "";

    /** Takes bytes as they come and answers the blocks that they complete. */
    public List<Block> feed(byte[] bytes, int offset, int length) {
        var blocks = new ArrayList<Block>();
        for (int i = offset; i < offset + length; i++) {
            byte next = bytes[i];
            if (next == '\r') {
                throw new IllegalStateException("a CR in the stream");
            }
            if (next != '\n') {
                line.write(next);
                continue;
            }
            String text = decoded(line.toByteArray());
            line.reset();
            if (text.equals(ECHO) && lines.isEmpty()) {
                continue;
            }
            if (!text.isEmpty()) {
                lines.add(text);
            } else if (!lines.isEmpty()) {
                blocks.add(block());
                lines.clear();
            }
        }
        return blocks;
    }

    /** The cursor that an {@code EventSource} would send now. */
    public String lastEventId() {
        return lastEventId;
    }

    /** Whether the stream stands between two blocks. */
    public boolean betweenBlocks() {
        return line.size() == 0 && lines.isEmpty();
    }

    private Block block() {
        String event = "message";
        String id = null;
        long retryMs = -1;
        var data = new ArrayList<String>();
        for (String text : lines) {
            int colon = text.indexOf(':');
            if (colon <= 0) {
                throw new IllegalStateException("a comment or a field without a value: " + text);
            }
            String field = text.substring(0, colon);
            String value = text.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "event" -> event = value;
                case "data" -> data.add(value);
                case "id" -> id = value;
                case "retry" -> retryMs = Long.parseLong(value);
                default -> throw new IllegalStateException("an unknown field: " + text);
            }
        }
        if (id != null) {
            if (id.indexOf('\0') >= 0) {
                throw new IllegalStateException("an id with NUL");
            }
            lastEventId = id;
        }
        if (data.size() != 1) {
            throw new IllegalStateException("a block with " + data.size() + " data lines: " + lines);
        }
        return new Block(event, data.get(0), id, retryMs, List.copyOf(lines));
    }

    private static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("bytes that are not UTF-8", e);
        }
    }
}
