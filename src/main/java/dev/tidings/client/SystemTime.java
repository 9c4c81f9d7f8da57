package dev.tidings.client;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The machine's clock. */
final class SystemTime implements Time {
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public Instant calendar() {
        return Instant.now();
    }

    @Override
    public boolean pause(long ms) throws InterruptedException {
        return ended.await(ms, TimeUnit.MILLISECONDS);
    }

    @Override
    public void end() {
        ended.countDown();
    }
}
