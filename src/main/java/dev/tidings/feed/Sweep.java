package dev.tidings.feed;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes all readers of a feed, in small blocks that the pump threads take in turn.
 *
 * <p>What grows during a pass is gathered: the next pass begins when the last block of this one has been taken. So under
 * load each reader gets all that came meanwhile in one write, and a thread that blocks in a write holds up only the
 * rest of its block.
 *
 * <p>Threads: any.
 */
final class Sweep {
    private static final int BLOCK = 16;

    private final Set<Subscription> readers;
    private final Pumps pumps;

    /** 0: no pass; 1: a pass is under way; more: another must follow. */
    private final AtomicInteger asked = new AtomicInteger();

    Sweep(Set<Subscription> readers, Pumps pumps) {
        this.readers = readers;
        this.pumps = pumps;
    }

    void wakeAll() {
        if (asked.getAndIncrement() == 0) {
            pass();
        }
    }

    private void pass() {
        asked.set(1);
        Subscription[] all = readers.toArray(new Subscription[0]);
        if (all.length <= BLOCK) {
            for (Subscription reader : all) {
                reader.wake();
            }
            passed();
            return;
        }
        var next = new AtomicInteger();
        var lastTaken = new AtomicBoolean();
        int tasks = Math.min(pumps.parallel(), (all.length + BLOCK - 1) / BLOCK);
        for (int i = 0; i < tasks; i++) {
            pumps.quick().execute(() -> takeBlocks(all, next, lastTaken));
        }
    }

    private void takeBlocks(Subscription[] all, AtomicInteger next, AtomicBoolean lastTaken) {
        for (int begin = next.getAndAdd(BLOCK); begin < all.length; begin = next.getAndAdd(BLOCK)) {
            int end = Math.min(all.length, begin + BLOCK);
            if (end == all.length && lastTaken.compareAndSet(false, true)) {
                passed();
            }
            for (int i = begin; i < end; i++) {
                all[i].wakeHere();
            }
        }
    }

    private void passed() {
        if (!asked.compareAndSet(1, 0)) {
            pass();
        }
    }
}
