package dev.tidings.client;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One request and its answer through the path. Used by one thread. */
final class SimExchange implements HttpConnections.Exchange {
    private final SimTime time;
    private final SimPath path;
    private final boolean stream;
    private final Consumer<SimExchange> over;
    private final ArrayDeque<HttpConnections.Piece> pieces = new ArrayDeque<>();
    private final List<Runnable> closers = new ArrayList<>();
    /** What the gateway keeps back. */
    private final List<HttpConnections.Piece> held = new ArrayList<>();

    private int bytes;
    private boolean begun;
    private boolean closed;

    SimExchange(SimTime time, SimPath path, boolean stream, Consumer<SimExchange> over) {
        this.time = time;
        this.path = path;
        this.stream = stream;
        this.over = over;
        if (path.cutMs() > 0) {
            time.later(path.cutMs(), this::cut);
        }
    }

    boolean closed() {
        return closed;
    }

    void onClose(Runnable closer) {
        closers.add(closer);
    }

    void begin(int status, String type, String... more) {
        var headers = new HashMap<>(Map.of("Content-Type", List.of(type)));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], List.of(more[i + 1]));
        }
        begun = true;
        give(new HttpConnections.Head(status, HttpHeaders.of(headers, (name, value) -> true)), false);
    }

    void write(String text) {
        write(text, false);
    }

    private void write(String text, boolean whole) {
        if (closed) {
            return;
        }
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        boolean cut = path.cutBytes() > 0 && bytes + all.length > path.cutBytes();
        byte[] some = cut ? Arrays.copyOf(all, Math.max(0, path.cutBytes() - bytes)) : all;
        bytes += some.length;
        // Cut anywhere, also within a character.
        int half = some.length / 2;
        give(
                new HttpConnections.Bytes(List.of(
                        ByteBuffer.wrap(some, 0, half).slice(),
                        ByteBuffer.wrap(some, half, some.length - half).slice())),
                whole);
        if (cut) {
            cut();
        }
    }

    void answer(int status, String type, String text, String... headers) {
        begin(status, type, headers);
        write(text, true);
        end();
    }

    void end() {
        if (!closed) {
            pieces.addAll(held);
            pieces.add(new HttpConnections.End());
            gone();
        }
    }

    void fail() {
        if (!closed) {
            pieces.add(new HttpConnections.Failure(new IOException("reset")));
            gone();
        }
    }

    /** Nothing will come any more, and nobody says so. */
    void vanish() {
        if (!closed) {
            gone();
        }
    }

    private void cut() {
        if (!closed && path.cutsCleanly() && !stream && !begun) {
            pieces.add(new HttpConnections.Head(504, HttpHeaders.of(Map.of(), (name, value) -> true)));
            pieces.add(new HttpConnections.End());
            gone();
        } else if (!closed && path.cutsCleanly() && stream && begun) {
            // What the gateway held is lost with it.
            pieces.add(new HttpConnections.End());
            gone();
        } else {
            fail();
        }
    }

    private void give(HttpConnections.Piece piece, boolean whole) {
        if (stream && !whole && path.hold() == SimPath.Hold.ALL) {
            held.add(piece);
        } else if (stream && !whole && path.hold() == SimPath.Hold.LAST) {
            pieces.addAll(held);
            held.clear();
            held.add(piece);
        } else {
            pieces.add(piece);
        }
    }

    private void gone() {
        closed = true;
        over.accept(this);
        List.copyOf(closers).forEach(Runnable::run);
    }

    @Override
    public HttpConnections.Piece next(long waitMs) {
        long untilMs = time.nowMs() + Math.max(0, waitMs);
        while (pieces.isEmpty() && time.step(untilMs)) {
            // What is due happens.
        }
        return pieces.poll();
    }

    @Override
    public void close() {
        if (!closed) {
            gone();
        }
    }
}
