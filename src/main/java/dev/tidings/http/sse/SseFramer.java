package dev.tidings.http.sse;

import dev.tidings.feed.Framer;
import dev.tidings.json.EntryJson;
import dev.tidings.log.LogEntry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Encodes entries as {@code text/event-stream} frames.
 *
 * <p>Shape: one {@code data} line of JSON, an {@code id} line, and a blank line; lines end in LF. The id comes after the
 * data, so that a cut between the two does not lose the event. A stream of many jobs has no {@code id} lines. Source:
 * WHATWG HTML, 9.2.6 "Interpreting an event stream"; contract §5.1, §6.
 */
public final class SseFramer implements Framer {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "\nid: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final String base;
    private final boolean ids;

    /**
     * Frames for one kind of stream.
     *
     * @param base the context path that links begin with
     * @param ids whether each event carries its number as the stream's cursor
     */
    public SseFramer(String base, boolean ids) {
        this.base = base;
        this.ids = ids;
    }

    @Override
    public byte[] frame(List<LogEntry> entries) {
        int size = 0;
        for (LogEntry entry : entries) {
            size += entry.json().length + 40;
        }
        var frames = new ByteArrayOutputStream(size);
        for (LogEntry entry : entries) {
            frames.writeBytes(frame(entry.seq(), EntryJson.withBase(entry, base)));
        }
        return frames.toByteArray();
    }

    /** One event of the log, or a snapshot. */
    byte[] frame(long seq, byte[] json) {
        var frame = new ByteArrayOutputStream(json.length + 40);
        frame.writeBytes(DATA);
        frame.writeBytes(json);
        if (ids) {
            frame.writeBytes(ID);
            frame.writeBytes(Long.toString(seq).getBytes(StandardCharsets.US_ASCII));
        }
        frame.writeBytes(END);
        return frame.toByteArray();
    }

    String base() {
        return base;
    }
}
