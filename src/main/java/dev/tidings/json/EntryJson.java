package dev.tidings.json;

import dev.tidings.log.LogEntry;
import java.nio.charset.StandardCharsets;

/** Puts the reader's context path into the links of stored entries. */
public final class EntryJson {
    /** Cannot occur inside a JSON string, where its quotes would be escaped. */
    private static final byte[] PLACE = ("\"href\":\"" + LogEntry.BASE + "/").getBytes(StandardCharsets.UTF_8);

    private static final int PLACE_PREFIX = "\"href\":\"".length();

    private EntryJson() {}

    /**
     * The entry's JSON for a reader.
     *
     * @param base the context path as the reader's request has it: empty, or beginning with a slash
     */
    public static byte[] withBase(LogEntry entry, String base) {
        byte[] json = entry.json();
        if (entry.kind() != LogEntry.Kind.ARTIFACT) {
            return json;
        }
        int at = indexOf(json, PLACE);
        if (at < 0) {
            return json;
        }
        int from = at + PLACE_PREFIX;
        int to = from + LogEntry.BASE.length();
        byte[] path = base.getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[json.length - (to - from) + path.length];
        System.arraycopy(json, 0, whole, 0, from);
        System.arraycopy(path, 0, whole, from, path.length);
        System.arraycopy(json, to, whole, from + path.length, json.length - to);
        return whole;
    }

    private static int indexOf(byte[] text, byte[] part) {
        for (int i = 0; i <= text.length - part.length; i++) {
            int matched = 0;
            while (matched < part.length && text[i + matched] == part[matched]) {
                matched++;
            }
            if (matched == part.length) {
                return i;
            }
        }
        return -1;
    }
}
