package dev.tidings.feed;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes all readers of a feed; the pump threads take them in turn, one by one.
 *
 * <p>What grows during a pass is gathered: the next pass begins when the last reader of this one has been taken. So under
 * load each reader gets all that came meanwhile in one write, and a thread that blocks in a write holds up nobody
 * but its own reader.
 *
 * <p>Threads: any.
 */
final class Sweep {
    /** So few are handed to the pump threads one by one. */
    private static final int FEW = 16;

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
        if (all.length <= FEW) {
            for (Subscription reader : all) {
                reader.wake();
            }
            passed();
            return;
        }
        var next = new AtomicInteger();
        for (int i = 0; i < pumps.parallel(); i++) {
            pumps.quick().execute(() -> take(all, next));
        }
    }

    private void take(Subscription[] all, AtomicInteger next) {
        for (int i = next.getAndIncrement(); i < all.length; i = next.getAndIncrement()) {
            if (i == all.length - 1) {
                passed();
            }
            all[i].wakeHere();
        }
    }

    private void passed() {
        if (!asked.compareAndSet(1, 0)) {
            pass();
        }
    }
}
