package dev.tidings.feed;

import dev.tidings.job.Job;
import java.io.IOException;
import java.util.function.Consumer;

/** Passes everything on, and shows the batches to the test. */
record ForwardingOutlet(Outlet to, Consumer<Batch> seen) implements Outlet {
    @Override
    public boolean ready() throws IOException {
        return to.ready();
    }

    @Override
    public void entries(Batch batch) throws IOException {
        seen.accept(batch);
        to.entries(batch);
    }

    @Override
    public void snapshot(Job job, boolean reset) throws IOException {
        to.snapshot(job, reset);
    }

    @Override
    public void deleted(String job) throws IOException {
        to.deleted(job);
    }

    @Override
    public void echo() throws IOException {
        to.echo();
    }

    @Override
    public void heartbeat() throws IOException {
        to.heartbeat();
    }

    @Override
    public boolean flush(boolean upToDate) throws IOException {
        return to.flush(upToDate);
    }

    @Override
    public void end(CloseReason reason) throws IOException {
        to.end(reason);
    }

    @Override
    public void abort() {
        to.abort();
    }
}
