package dev.tidings.http.poll;

import dev.tidings.feed.Batch;
import dev.tidings.feed.CloseReason;
import dev.tidings.feed.Outlet;
import dev.tidings.http.Answer;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problems;
import dev.tidings.job.Job;
import dev.tidings.json.EntryJson;
import dev.tidings.json.JobJson;
import dev.tidings.log.LogEntry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Answers a long poll once: with what there is as soon as there is something, else empty when the time is over (contract
 * §5.2).
 *
 * <p>Threads: the pump's; {@link #storeFailed} any.
 */
final class PollOutlet implements Outlet {
    private final Exchange exchange;
    private final LongPoll.Terms terms;
    private final boolean atOnce;

    // Owned by the pump.
    private final ByteArrayOutputStream events = new ByteArrayOutputStream();
    private long cursor;
    private int count;
    private boolean finished;
    private int written;
    private boolean cut; // whether entries did not fit
    private boolean draining;

    /**
     * An outlet that nothing was written to.
     *
     * @param cursor the reader's; 0 without one
     * @param terms how many events the answer has at most, and which preference it follows
     * @param atOnce whether to answer although there is nothing
     * @param draining whether the next request had better come later, when there is nothing
     */
    PollOutlet(Exchange exchange, long cursor, LongPoll.Terms terms, boolean atOnce, boolean draining) {
        this.exchange = exchange;
        this.cursor = cursor;
        this.terms = terms;
        this.atOnce = atOnce;
        this.draining = draining;
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void entries(Batch batch) {
        for (LogEntry entry : batch.entries()) {
            if (count == terms.limit() || events.size() >= Batch.MAX_BYTES) {
                cut = true;
                return;
            }
            add(entry.seq(), EntryJson.withBase(entry, exchange.base()));
            finished = entry.kind() == LogEntry.Kind.TERMINAL;
        }
    }

    @Override
    public void snapshot(Job job, boolean reset) {
        add(job.seq(), JobJson.snapshot(job, exchange.timer().clock().instant(), reset, exchange.base()));
        finished = job.state().terminal();
    }

    private void add(long seq, byte[] json) {
        if (count > 0) {
            events.write(',');
        }
        events.writeBytes(json);
        cursor = seq;
        count++;
    }

    @Override
    public void deleted(String job) {}

    @Override
    public void heartbeat() {}

    @Override
    public boolean flush(boolean upToDate) {
        if (count == 0 && !(upToDate && atOnce)) {
            return true;
        }
        answer();
        return false;
    }

    @Override
    public void end(CloseReason reason) {
        switch (reason) {
            case FINISHED -> {
                finished = !cut;
                answer();
            }
            case DELETED -> exchange.answer(Problems.noSuchJob().answer());
            case UNAVAILABLE -> exchange.answer(Problems.unavailable().answer());
            case DRAIN -> {
                draining = true;
                answer();
            }
            case TIMEOUT, ROTATE, SUPERSEDED, SIGNED_OUT, LIMIT, STUCK, GONE -> answer();
        }
    }

    /** A poll's next request may find another node; it need not wait for this one's store. */
    @Override
    public void storeFailed() {
        exchange.answer(Problems.unavailable().answer());
    }

    @Override
    public int takeBytes() {
        int bytes = written;
        written = 0;
        return bytes;
    }

    @Override
    public void abort() {
        exchange.end();
    }

    private void answer() {
        var json = new ByteArrayOutputStream(events.size() + 64);
        json.writeBytes(ascii("{\"events\":["));
        json.writeBytes(events.toByteArray());
        json.writeBytes(ascii("],\"next\":\"" + cursor + "\",\"done\":" + finished + "}"));
        written = json.size();
        Answer answer = Answer.json(200, json.toByteArray())
                .with("Cache-Control", "no-store")
                .with("Vary", "Accept");
        if (terms.applied() != null) {
            answer = answer.with("Preference-Applied", terms.applied());
        }
        boolean later = draining && count == 0 && !finished;
        exchange.answer(later ? answer.retryAfter(ThreadLocalRandom.current().nextInt(1, 4)) : answer);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
