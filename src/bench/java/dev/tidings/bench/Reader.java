package dev.tidings.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client's answer, taken apart byte by byte as it comes: the head, chunks or a counted body, and in it the events.
 *
 * <p>An event of the publisher is a JSON object with {@code "seq":} and a message that ends in {@code t=<micros>"}. Its
 * numbers must grow from event to event.
 *
 * <p>Threads: the readers' one.
 */
final class Reader {
    private static final byte[] SEQ = ascii("\"seq\":");
    private static final byte[] AT = ascii("\"at\":\"");
    private static final byte[] STAMP = ascii(" t=");
    private static final int STAMP_DIGITS = 16;

    private enum Part {
        HEAD,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        BODY,
        UNTIL_CLOSE
    }

    private final Tally tally;
    final int number;
    final int topic;
    final boolean stuck;
    private final boolean poll;

    private Part part = Part.HEAD;
    private long left;
    private byte[] carry = new byte[512];
    private int carried;
    private long last;
    private long received;

    /** Of a poll: the whole head and body, once they are there. */
    private String head = "";

    private boolean answered;
    private boolean opened;

    Reader(Tally tally, int number, int topic, boolean poll, boolean stuck) {
        this.tally = tally;
        this.number = number;
        this.topic = topic;
        this.poll = poll;
        this.stuck = stuck;
    }

    /** The number of the newest event. */
    long last() {
        return last;
    }

    long received() {
        return received;
    }

    /** A new run: what came so far does not count. */
    void restart() {
        received = 0;
    }

    /** The head of the answer to a poll that is complete. */
    String head() {
        return head;
    }

    /** Whether a poll's answer is complete; it then waits for the next one. */
    boolean takeAnswer() {
        boolean yes = answered;
        answered = false;
        return yes;
    }

    /** Takes bytes as they came. */
    void take(byte[] bytes, int length, long now) {
        int at = 0;
        while (at < length) {
            switch (part) {
                case HEAD -> at = head(bytes, at, length);
                case CHUNK_SIZE -> at = chunkSize(bytes, at, length);
                case CHUNK, BODY -> {
                    int end = (int) Math.min(length, at + left);
                    lines(bytes, at, end, now);
                    left -= end - at;
                    at = end;
                    if (left == 0) {
                        if (part == Part.CHUNK) {
                            part = Part.CHUNK_END;
                            left = 2;
                        } else {
                            complete(now);
                        }
                    }
                }
                case CHUNK_END -> {
                    int end = (int) Math.min(length, at + left);
                    left -= end - at;
                    at = end;
                    if (left == 0) {
                        part = Part.CHUNK_SIZE;
                    }
                }
                case UNTIL_CLOSE -> {
                    lines(bytes, at, length, now);
                    at = length;
                }
            }
        }
    }

    private int head(byte[] bytes, int from, int length) {
        int at = from;
        while (at < length) {
            keep(bytes, at, at + 1);
            at++;
            if (carried >= 4 && carry[carried - 1] == '\n' && carry[carried - 3] == '\n') {
                begun(new String(carry, 0, carried, StandardCharsets.ISO_8859_1));
                carried = 0;
                return at;
            }
        }
        return at;
    }

    private void begun(String text) {
        head = text;
        boolean well = text.startsWith("HTTP/1.1 200");
        if (!well) {
            tally.refused++;
        }
        if (!opened) {
            opened = true;
            tally.open++;
        }
        String counted = header(text, "Content-Length");
        if (counted != null) {
            part = Part.BODY;
            left = Long.parseLong(counted);
            if (left == 0) {
                complete(0);
            }
        } else if ("chunked".equalsIgnoreCase(header(text, "Transfer-Encoding"))) {
            part = Part.CHUNK_SIZE;
            left = 0;
        } else {
            part = Part.UNTIL_CLOSE;
        }
    }

    /** The value of the first header of that name; null when there is none. */
    static @Nullable String header(String head, String name) {
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return null;
    }

    private int chunkSize(byte[] bytes, int from, int length) {
        int at = from;
        while (at < length) {
            byte next = bytes[at++];
            if (next == '\n') {
                if (left == 0) {
                    left = 2; // the last chunk; what follows is another answer
                    part = Part.HEAD;
                    answered = poll;
                } else {
                    part = Part.CHUNK;
                }
                return at;
            }
            int digit = Character.digit(next, 16);
            if (digit >= 0) {
                left = left * 16 + digit;
            }
        }
        return at;
    }

    private void complete(long now) {
        if (carried > 0) {
            line(carry, 0, carried, now);
            carried = 0;
        }
        part = Part.HEAD;
        answered = true;
    }

    private void lines(byte[] bytes, int from, int to, long now) {
        int begin = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                if (carried > 0) {
                    keep(bytes, begin, i);
                    line(carry, 0, carried, now);
                    carried = 0;
                } else if (i > begin) {
                    line(bytes, begin, i, now);
                }
                begin = i + 1;
            }
        }
        keep(bytes, begin, to);
    }

    private void keep(byte[] bytes, int from, int to) {
        int more = to - from;
        if (carried + more > carry.length) {
            carry = Arrays.copyOf(carry, Math.max(carried + more, carry.length * 2));
        }
        System.arraycopy(bytes, from, carry, carried, more);
        carried += more;
    }

    /** A line of an event stream, or the whole body of a poll, which has no line breaks. */
    private void line(byte[] bytes, int from, int to, long now) {
        int at = from;
        while (true) {
            int seqAt = find(SEQ, bytes, at, to);
            if (seqAt < 0) {
                return;
            }
            int next = find(SEQ, bytes, seqAt + SEQ.length, poll ? to : seqAt);
            int end = next < 0 ? to : next;
            event(bytes, seqAt + SEQ.length, end, now);
            at = end;
            if (next < 0) {
                return;
            }
        }
    }

    private void event(byte[] bytes, int from, int to, long now) {
        long seq = 0;
        int i = from;
        for (; i < to && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            seq = seq * 10 + bytes[i] - '0';
        }
        int stamp = stamp(bytes, i, to);
        if (stamp < 0) {
            last = Math.max(last, seq); // one of the server's own: started, hello
            return;
        }
        if (seq <= last) {
            tally.disorder++;
        }
        last = seq;
        received++;
        if (stuck) {
            return;
        }
        tally.delivered++;
        long micros = 0;
        for (int k = stamp; k < stamp + STAMP_DIGITS; k++) {
            micros = micros * 10 + bytes[k] - '0';
        }
        tally.sent.add(now - micros);
        int at = find(AT, bytes, i, to);
        if (at >= 0) {
            tally.at.add(now - Micros.parse(bytes, at + AT.length));
        }
    }

    /** The message is the last of an event, so the stamp is looked for from the end. */
    private static int stamp(byte[] bytes, int from, int to) {
        for (int i = to - STAMP.length - STAMP_DIGITS; i >= from; i--) {
            if (bytes[i] == ' ' && bytes[i + 1] == 't' && bytes[i + 2] == '=') {
                return i + STAMP.length;
            }
        }
        return -1;
    }

    private static int find(byte[] wanted, byte[] bytes, int from, int to) {
        for (int i = from; i <= to - wanted.length; i++) {
            if (bytes[i] == wanted[0] && bytes[i + 1] == wanted[1] && matches(wanted, bytes, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] wanted, byte[] bytes, int at) {
        for (int k = 2; k < wanted.length; k++) {
            if (bytes[at + k] != wanted[k]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
