package dev.tidings.feed;

import dev.tidings.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who reads at this node: counts readers against the limits, lets a page's newer stream end its older one, ends those of
 * a session, and drains.
 *
 * <p>Threads: any.
 */
public final class SubscriberLimiter {
    private static final AtomicIntegerFieldUpdater<Permit> LEFT =
            AtomicIntegerFieldUpdater.newUpdater(Permit.class, "left");

    private final int limit;
    private final int limitPerOwner;
    private final Timer timer;
    private final RandomGenerator random;

    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, AtomicInteger> perOwner = new ConcurrentHashMap<>();
    private final Set<Permit> permits = ConcurrentHashMap.newKeySet();
    private final Map<String, Permit> pages = new ConcurrentHashMap<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();

    /**
     * An empty node.
     *
     * @param limit most readers at once
     * @param limitPerOwner most readers of one user at once
     */
    public SubscriberLimiter(int limit, int limitPerOwner, Timer timer, RandomGenerator random) {
        this.limit = limit;
        this.limitPerOwner = limitPerOwner;
        this.timer = timer;
        this.random = random;
    }

    /**
     * Takes a permit for a reader.
     *
     * @return empty when a limit is reached; the permit must be given back by {@code leave}
     */
    public Optional<Permit> tryAcquire(String owner) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return Optional.empty();
        }
        var taken = new AtomicBoolean();
        perOwner.compute(owner, (name, present) -> {
            AtomicInteger number = present == null ? new AtomicInteger() : present;
            if (number.get() < limitPerOwner) {
                number.incrementAndGet();
                taken.set(true);
            }
            return number;
        });
        if (!taken.get()) {
            count.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Permit(owner));
    }

    /** How many readers there are. */
    public int count() {
        return count.get();
    }

    public boolean draining() {
        return draining.get();
    }

    /** Ends the streams and polls that were opened in an HTTP session. */
    public void signedOut(String session) {
        for (Permit permit : permits) {
            if (session.equals(permit.session)) {
                permit.end(CloseReason.SIGNED_OUT);
            }
        }
    }

    /**
     * Takes no more readers and ends the present ones: polls at once, streams spread at random over {@code spread}.
     *
     * @return completes when the last one has left
     */
    public CompletableFuture<Void> drain(Duration spread) {
        draining.set(true);
        for (Permit permit : permits) {
            drain(permit, spread);
        }
        if (count.get() == 0) {
            empty.complete(null);
        }
        return empty;
    }

    private void drain(Permit permit, Duration spread) {
        Duration delay = permit.poll || spread.isZero()
                ? Duration.ZERO
                : Duration.ofNanos(random.nextLong(Math.max(1, spread.toNanos())));
        timer.after(delay, () -> permit.end(CloseReason.DRAIN));
    }

    /** One reader's place; it is free when it hears how the reader ended. */
    public final class Permit implements Consumer<CloseReason> {
        private final String owner;
        private volatile int left; // 1 when it is
        private volatile @Nullable Subscription subscription;
        private volatile @Nullable String page;
        private volatile @Nullable String session;
        private volatile boolean poll;

        private Permit(String owner) {
            this.owner = owner;
        }

        /**
         * Names the reader that has this place, before it starts.
         *
         * @param poll whether it is a poll
         * @param page owner, resource and client token of the page that reads; null when it gave no token. An older
         *     stream of the same page ends now
         * @param session the HTTP session's id; null without one
         */
        public void take(Subscription reader, boolean poll, @Nullable String page, @Nullable String session) {
            this.subscription = reader;
            this.poll = poll;
            this.page = page;
            this.session = session;
            permits.add(this);
            if (page != null) {
                Permit older = pages.put(page, this);
                if (older != null) {
                    older.end(CloseReason.SUPERSEDED);
                }
            }
            if (draining.get()) {
                end(CloseReason.DRAIN);
            }
        }

        private void end(CloseReason reason) {
            Subscription reader = subscription;
            if (reader != null) {
                reader.end(reason);
            }
        }

        @Override
        public void accept(CloseReason reason) {
            leave();
        }

        /** Frees the place; idempotent. */
        public void leave() {
            if (left != 0 || !LEFT.compareAndSet(this, 0, 1)) {
                return;
            }
            permits.remove(this);
            String mine = page;
            if (mine != null) {
                pages.remove(mine, this);
            }
            perOwner.computeIfPresent(owner, (name, number) -> number.decrementAndGet() == 0 ? null : number);
            if (count.decrementAndGet() == 0 && draining.get()) {
                empty.complete(null);
            }
        }
    }
}
