package dev.tidings.feed;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The readers of a feed, and how all of them are woken: the pump threads take them in turn, one by one.
 *
 * <p>What grows during a pass is gathered: the next pass begins when the last reader of this one has been taken. So under
 * load each reader gets all that came meanwhile in one write, and a thread that blocks in a write holds up nobody
 * but its own reader.
 *
 * <p>Threads: any.
 */
final class SubscriberSet {
    /** So few are handed to the pump threads one by one. */
    private static final int FEW = 16;

    private final Set<Subscriber> readers = ConcurrentHashMap.newKeySet();
    private final PumpExecutors pumps;

    /** Counts those who came and left, after the fact. */
    private final AtomicInteger changes = new AtomicInteger();

    /** All readers, as of so many changes: to walk the set for each event costs a cold line of memory for each reader. */
    private volatile @Nullable Listed listed;

    /** 0: no pass; 1: a pass is under way; more: another must follow. */
    private final AtomicInteger asked = new AtomicInteger();

    SubscriberSet(PumpExecutors pumps) {
        this.pumps = pumps;
    }

    void add(Subscriber reader) {
        readers.add(reader);
        changed();
    }

    void remove(Subscriber reader) {
        readers.remove(reader);
        changed();
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    void forEach(Consumer<Subscriber> action) {
        readers.forEach(action);
    }

    private void changed() {
        changes.incrementAndGet();
        listed = null;
    }

    private Subscriber[] list() {
        int asOf = changes.get();
        Listed known = listed;
        if (known != null && known.changes == asOf) {
            return known.readers;
        }
        var fresh = new Listed(asOf, readers.toArray(new Subscriber[0]));
        listed = fresh;
        if (changes.get() != asOf) {
            listed = null; // who has left meanwhile is kept by nothing
        }
        return fresh.readers;
    }

    void wakeAll() {
        if (asked.getAndIncrement() == 0) {
            pass();
        }
    }

    private void pass() {
        asked.set(1);
        Subscriber[] all = list();
        if (all.length <= FEW) {
            for (Subscriber reader : all) {
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

    private void take(Subscriber[] all, AtomicInteger next) {
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

    @SuppressWarnings("ArrayRecordComponent") // a private pair, never compared
    private record Listed(int changes, Subscriber[] readers) {}
}
