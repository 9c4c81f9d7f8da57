package dev.tidings.http.artifact;

import dev.tidings.http.Exchange;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.StoreException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of a blob as fast as the client takes it, one chunk in memory at a time.
 *
 * <p>A store that fails in between is asked again for a while, since the status has been sent. The last byte waits until
 * all others have left, for the reason that {@code AnswerWriter} gives.
 *
 * <p>Threads: the container says that there is room, a store thread that a chunk has come; either makes a pump run on
 * {@code writers}, at most one at a time. {@code wakeUps} hands the pump's fields from one to the next.
 */
final class Download implements WriteListener {
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

    // Shared. Above 0 while a pump is queued or running.
    private final AtomicInteger wakeUps = new AtomicInteger();

    // Written by the loader before it wakes the pump, while the pump leaves it alone.
    private byte @Nullable [] loaded;
    private int failures;

    // Owned by the pump.
    private byte @Nullable [] chunk;
    private boolean loading;
    private boolean flushed;
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

    private void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            try {
                writers.execute(this::pump);
            } catch (RejectedExecutionException stopping) {
                exchange.end();
            }
        }
    }

    private void pump() {
        int seen;
        do {
            seen = wakeUps.get();
            try {
                boolean more = !exchange.ended();
                while (more) {
                    more = step();
                }
            } catch (RuntimeException left) {
                exchange.end();
            }
        } while (wakeUps.addAndGet(-seen) > 0);
    }

    /** Writes a piece; false when something has to come first, or all is done. */
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
        var step = new boolean[1];
        return exchange.whileOpen(() -> step[0] = write(bytes)) && step[0];
    }

    private boolean write(byte[] bytes) throws IOException {
        if (!out.isReady()) {
            return false;
        }
        int offset = (int) (position % ArtifactStore.CHUNK_BYTES);
        long held = flushed ? 0 : 1;
        int length = (int) Math.min(Math.min(PIECE_BYTES, bytes.length - offset), to - held - position);
        if (length <= 0 && position == to - 1) {
            flushed = true;
            out.flush();
            return true;
        }
        if (length <= 0) {
            exchange.end(); // the blob is shorter than it should be
            return false;
        }
        out.write(bytes, offset, length);
        position += length;
        if (position == to) {
            exchange.end();
            return false;
        }
        if (offset + length == bytes.length) {
            chunk = null;
        }
        return true;
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
