package dev.tidings.http.sse;

import dev.tidings.feed.Batch;
import dev.tidings.feed.CloseReason;
import dev.tidings.feed.Outlet;
import dev.tidings.feed.Subscription;
import dev.tidings.http.AsyncResponse;
import dev.tidings.http.push.Pushes;
import dev.tidings.job.Job;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a subscription to an event stream.
 *
 * <p>Threads: the pump writes; the container calls {@link #onWritePossible} and {@link #onError}, which only wake the
 * pump. Each touch of the response is made {@link AsyncResponse#whileOpen}, so that the container cannot recycle it meanwhile;
 * the writes are non-blocking.
 */
final class SseOutlet implements Outlet, WriteListener {
    private final AsyncResponse response;
    private final SseBlocks blocks;
    private final SseFramer framer;
    private final @Nullable Pushes pushes;

    // Shared. Set once, before the container may call.
    private volatile @Nullable ServletOutputStream out;
    private volatile @Nullable Subscription subscription;
    private volatile boolean writable;

    // Owned by the pump.
    private byte @Nullable [] first;
    /** The container has said so, and nothing was written since. Asking it again costs as much as a small write. */
    private boolean ready;

    private boolean unflushed;
    private int written;

    /**
     * Makes an outlet that begins with {@code hello}.
     *
     * @param pushes null where nothing is pushed
     * @param first the stream's first block
     */
    SseOutlet(AsyncResponse response, SseBlocks blocks, SseFramer framer, @Nullable Pushes pushes, byte[] first) {
        this.response = response;
        this.blocks = blocks;
        this.framer = framer;
        this.pushes = pushes;
        this.first = first;
    }

    /** Sends the headers and starts the subscription; the caller has claimed the response. */
    void open(Subscription reader) {
        subscription = reader;
        response.onEnd(() -> reader.end(CloseReason.GONE));
        response.whileOpen(() -> {
            SseHeaders.apply(response.response());
            out = response.response().getOutputStream();
        });
        response.listen(() -> response.response().getOutputStream().setWriteListener(this));
        reader.start();
    }

    @Override
    public void onWritePossible() {
        writable = true;
        wake();
    }

    @Override
    public void onError(Throwable thrown) {
        response.end();
    }

    private void wake() {
        Subscription reader = subscription;
        if (reader != null) {
            reader.wake();
        }
    }

    @Override
    public boolean ready() throws IOException {
        if (!writable || !askReady()) {
            return false;
        }
        byte[] hello = first;
        if (hello != null) {
            first = null;
            write(hello);
            return flushIfReady();
        }
        return true;
    }

    private boolean askReady() throws IOException {
        ServletOutputStream stream = open();
        ready = ready || stream.isReady();
        return ready;
    }

    /** Flushing needs readiness like writing does; what can't be flushed now is flushed when there is room. */
    private boolean flushIfReady() throws IOException {
        if (askReady() && unflushed) {
            unflushed = false;
            ready = false;
            touch(ServletOutputStream::flush);
            return askReady();
        }
        return ready;
    }

    @Override
    public void entries(Batch batch) throws IOException {
        if (pushes != null) {
            pushes.before(batch.entries());
        }
        write(batch.framed(framer));
    }

    @Override
    public void snapshot(Job job, boolean reset) throws IOException {
        write(framer.frame(job.seq(), blocks.snapshot(job, reset, framer.base())));
    }

    @Override
    public void deleted(String job) throws IOException {
        write(blocks.deleted(job));
    }

    @Override
    public void heartbeat() throws IOException {
        write(blocks.heartbeat());
    }

    @Override
    public void echo() throws IOException {
        write(blocks.echo());
    }

    @Override
    public boolean flush(boolean upToDate) throws IOException {
        if (unflushed) {
            flushIfReady();
        }
        return true;
    }

    @Override
    public void end(CloseReason reason) throws IOException {
        byte[] bye = blocks.bye(reason);
        if (bye.length > 0) {
            write(bye);
        }
        flushIfReady();
        response.end();
    }

    @Override
    public int takeBytes() {
        int bytes = written;
        written = 0;
        return bytes;
    }

    @Override
    public void abort() {
        response.end();
    }

    private void write(byte[] bytes) throws IOException {
        ready = false;
        unflushed = true;
        touch(stream -> stream.write(bytes));
        written += bytes.length;
    }

    private interface Use {
        void on(ServletOutputStream stream) throws IOException;
    }

    private void touch(Use use) throws IOException {
        var stream = open();
        if (!response.whileOpen(() -> use.on(stream))) {
            throw new IOException("the client has left");
        }
    }

    private ServletOutputStream open() throws IOException {
        ServletOutputStream stream = out;
        if (stream == null || response.ended()) {
            throw new IOException("the client has left");
        }
        return stream;
    }
}
