package dev.tidings.feed;

import dev.tidings.job.Job;
import java.util.function.Predicate;

/**
 * An outlet without a client: runs something once, when a batch comes that it waits for, or when the waiting ends.
 *
 * <p>Threads: the pump's.
 */
final class AwaitOutlet implements Outlet {
    private final Predicate<Batch> awaited;
    private final Runnable then;
    private boolean come;
    private boolean ran;

    AwaitOutlet(Predicate<Batch> awaited, Runnable then) {
        this.awaited = awaited;
        this.then = then;
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void entries(Batch batch) {
        come |= awaited.test(batch);
    }

    @Override
    public void snapshot(Job job, boolean reset) {
        come = true; // the cursor was no good: whoever waits must look again
    }

    @Override
    public void deleted(String job) {
        come = true;
    }

    @Override
    public void heartbeat() {}

    @Override
    public boolean flush(boolean upToDate) {
        if (come) {
            run();
        }
        return !come;
    }

    @Override
    public void end(CloseReason reason) {
        run();
    }

    @Override
    public void abort() {
        run();
    }

    private void run() {
        if (!ran) {
            ran = true;
            then.run();
        }
    }
}
