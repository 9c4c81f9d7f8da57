package dev.tidings.http.check;

import dev.tidings.feed.Pump;
import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.json.JsonLine;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Writes the ten events of a path check, each when it is due and there is room.
 *
 * <p>Threads: the timer makes events due, the container says that there is room. The pump runs on the thread that wakes
 * it, because no write blocks.
 */
final class CheckStream extends Pump implements WriteListener {
    static final int EVENTS = 10;
    private static final Duration GAP = Duration.ofMillis(200);

    private final Exchange exchange;
    private final ServletOutputStream out;
    private final byte[] hello;

    // Shared. Written by the timer, by one task at a time.
    private volatile int due;

    // Owned by the pump.
    private int written = -1; // hello is before the first
    private boolean flushed = true;
    private boolean more;

    private CheckStream(Exchange exchange, ServletOutputStream out, long retryMs) {
        this.exchange = exchange;
        this.out = out;
        hello = block("retry: " + retryMs + "\nevent: hello\ndata: {\"at\":\"" + now() + "\"}\n\n");
    }

    /** Answers over the limit of readers: an {@code EventSource} would give up for ever on any status but 200. */
    static void refuse(Exchange exchange, long retryMs) {
        var at = JsonLine.text(exchange.timer().clock().instant());
        byte[] blocks = block("retry: " + retryMs + "\nevent: hello\ndata: {\"at\":\"" + at + "\"}\n\n"
                + "event: bye\ndata: {\"reason\":\"limit\"}\n\n");
        exchange.answer(Answer.of(200, "text/event-stream", blocks)
                .with("Cache-Control", "no-store, no-transform")
                .with("Vary", "Accept")
                .with("X-Accel-Buffering", "no")
                .asStream());
    }

    static void open(Exchange exchange, long retryMs) {
        if (!exchange.claim()) {
            return;
        }
        boolean head = exchange.method().equals("HEAD");
        exchange.whileOpen(() -> {
            var response = exchange.response();
            response.setStatus(200);
            response.setHeader("Content-Type", "text/event-stream");
            response.setHeader("Cache-Control", "no-store, no-transform");
            response.addHeader("Vary", "Accept");
            response.setHeader("X-Accel-Buffering", "no");
            if (head) {
                response.flushBuffer(); // now, so that no length is told
            }
        });
        if (head) {
            exchange.end();
            return;
        }
        exchange.listen(() -> {
            var out = exchange.response().getOutputStream();
            var stream = new CheckStream(exchange, out, retryMs);
            out.setWriteListener(stream);
            stream.later();
        });
    }

    private void later() {
        var alarm = exchange.after(GAP, this::next);
        exchange.onEnd(alarm::cancel);
    }

    private void next() {
        int now = due + 1;
        due = now;
        if (now < EVENTS) {
            later();
        }
        wakeHere();
    }

    @Override
    public void onWritePossible() {
        wakeHere();
    }

    @Override
    public void onError(Throwable thrown) {
        exchange.end();
    }

    @Override
    protected Executor executor() {
        return Runnable::run;
    }

    @Override
    protected void rejected() {
        exchange.end();
    }

    @Override
    protected Next turn() {
        try {
            do {
                more = false;
                exchange.whileOpen(this::step);
            } while (more);
        } catch (RuntimeException left) {
            exchange.end();
        }
        return exchange.ended() ? Next.STOP : Next.WAIT;
    }

    private void step() throws IOException {
        if (!out.isReady()) {
            return;
        }
        if (written < due) {
            written++;
            out.write(written == 0 ? hello : event(written));
            flushed = false;
            more = true;
        } else if (!flushed) {
            flushed = true;
            out.flush();
            more = true;
        } else if (written == EVENTS) {
            exchange.end();
        }
    }

    private byte[] event(int number) {
        return block("data: {\"n\":" + number + ",\"at\":\"" + now() + "\"}\nid: " + number + "\n\n");
    }

    private String now() {
        return JsonLine.text(exchange.timer().clock().instant());
    }

    private static byte[] block(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
