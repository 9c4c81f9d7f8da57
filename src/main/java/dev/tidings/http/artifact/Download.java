package dev.tidings.http.artifact;

import dev.tidings.feed.Pump;
import dev.tidings.http.Exchange;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.StoreException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of a blob as fast as the client takes it, one chunk in memory at a time.
 *
 * <p>The status has been sent, so a failing store is asked again for up to a minute. The last byte waits until
 * all others have left, for the reason that {@code AnswerWriter} gives.
 *
 * <p>Threads: the container says that there is room, a store thread that a chunk has been read. Each wakes the pump,
 * which writes on {@code writers}.
 */
final class Download extends Pump implements WriteListener {
    private static final int PIECE_BYTES = 32 * 1024;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_FAILURES = 60;

    // Fixed at construction.
    private final Exchange exchange;
    private final ServletOutputStream out;
    private final ArtifactStore artifacts;
    private final Executor storeThreads;
    private final Executor writers;
    private final String blob;
    private final long to;

    // Written by the loader before it wakes the pump, while the pump leaves it alone.
    private byte @Nullable [] loaded;
    private int failures;

    // Owned by the pump.
    private byte @Nullable [] chunk;
    private boolean loading;
    private boolean flushed;
    private boolean wrote;
    private long position;

    Download(
            Exchange exchange,
            ServletOutputStream out,
            ArtifactStore artifacts,
            Executor storeThreads,
            Executor writers,
            String blob,
            long from,
            long to) {
        this.exchange = exchange;
        this.out = out;
        this.artifacts = artifacts;
        this.storeThreads = storeThreads;
        this.writers = writers;
        this.blob = blob;
        this.position = from;
        this.to = to;
    }

    @Override
    public void onWritePossible() {
        wake();
    }

    @Override
    public void onError(Throwable thrown) {
        exchange.end();
    }

    @Override
    protected Executor executor() {
        return writers;
    }

    @Override
    protected void rejected() {
        exchange.end();
    }

    @Override
    protected Next turn() {
        try {
            boolean more = !exchange.ended();
            while (more) {
                more = step();
            }
        } catch (RuntimeException left) {
            exchange.end();
        }
        return exchange.ended() ? Next.STOP : Next.WAIT;
    }

    /** Writes a piece. False when there is no room or no chunk yet, and at the end. */
    private boolean step() {
        if (loading && loaded != null) {
            chunk = loaded;
            loaded = null;
            loading = false;
        }
        byte[] bytes = chunk;
        if (bytes == null) {
            if (!loading) {
                loading = true;
                load();
            }
            return false;
        }
        wrote = false;
        exchange.whileOpen(() -> write(bytes));
        return wrote;
    }

    private void write(byte[] bytes) throws IOException {
        if (!out.isReady()) {
            return;
        }
        int offset = (int) (position % ArtifactStore.CHUNK_BYTES);
        long held = flushed ? 0 : 1;
        int length = (int) Math.min(Math.min(PIECE_BYTES, bytes.length - offset), to - held - position);
        if (length <= 0 && position == to - 1) {
            flushed = true;
            out.flush();
            wrote = true;
            return;
        }
        if (length <= 0) {
            exchange.end(); // the blob is shorter than it should be
            return;
        }
        out.write(bytes, offset, length);
        position += length;
        if (position == to) {
            exchange.end();
            return;
        }
        if (offset + length == bytes.length) {
            chunk = null;
        }
        wrote = true;
    }

    private void load() {
        int index = (int) (position / ArtifactStore.CHUNK_BYTES);
        try {
            storeThreads.execute(() -> load(index));
        } catch (RejectedExecutionException busy) {
            later(index);
        }
    }

    private void load(int index) {
        if (exchange.ended()) {
            return;
        }
        try {
            var bytes = artifacts.chunk(blob, index);
            if (bytes.isEmpty()) {
                exchange.end(); // deleted meanwhile; the client sees that bytes are missing
                return;
            }
            loaded = bytes.get();
            wake();
        } catch (StoreException failing) {
            later(index);
        }
    }

    private void later(int index) {
        failures++;
        if (failures > MAX_FAILURES) {
            exchange.end();
            return;
        }
        var alarm = exchange.timer().after(PAUSE, () -> {
            try {
                storeThreads.execute(() -> load(index));
            } catch (RejectedExecutionException busy) {
                later(index);
            }
        });
        exchange.onEnd(alarm::cancel);
    }
}
