package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The attempts at this node, and the slots that they take.
 *
 * <p>An attempt takes a slot until its thread is free. An attempt that ignores its interruption may be <em>abandoned</em>:
 * it stays here, but its slot is free. At most {@code mostAbandoned} are abandoned at once, since each keeps a thread.
 *
 * <p>It also counts the rounds of claims. {@link Leases} needs them to tell a claim that is about to begin from one that
 * nobody runs.
 *
 * <p>Threads: any.
 */
final class Attempts {
    private final int mostAbandoned;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<Attempt> all = new ArrayList<>();

    @GuardedBy("lock")
    private final Set<Attempt> abandoned = new HashSet<>();

    @GuardedBy("lock")
    private long roundsBegun;

    @GuardedBy("lock")
    private long roundsEnded;

    Attempts(int mostAbandoned) {
        this.mostAbandoned = mostAbandoned;
    }

    void add(Attempt attempt) {
        synchronized (lock) {
            all.add(attempt);
        }
    }

    /** Removes an attempt that is over. Answers whether it was here. */
    boolean remove(Attempt attempt) {
        synchronized (lock) {
            abandoned.remove(attempt);
            return all.remove(attempt);
        }
    }

    /** Frees the slot of an attempt whose thread is busy. Answers false when too many are abandoned, or it is over. */
    boolean abandon(Attempt attempt) {
        synchronized (lock) {
            return abandoned.size() < mostAbandoned && all.contains(attempt) && abandoned.add(attempt);
        }
    }

    List<Attempt> all() {
        synchronized (lock) {
            return List.copyOf(all);
        }
    }

    /** Attempts that own their job, as far as this node knows. */
    List<Attempt> live() {
        return all().stream().filter(attempt -> !attempt.settled()).toList();
    }

    int slotsTaken() {
        synchronized (lock) {
            return all.size() - abandoned.size();
        }
    }

    int abandoned() {
        synchronized (lock) {
            return abandoned.size();
        }
    }

    /** Stops the attempt at this job, if one runs here. */
    void cancel(String job) {
        for (Attempt attempt : live()) {
            if (attempt.jobId().equals(job)) {
                attempt.cancel();
            }
        }
    }

    void roundBegins() {
        synchronized (lock) {
            roundsBegun++;
        }
    }

    void roundEnded() {
        synchronized (lock) {
            roundsEnded++;
        }
    }

    /** How many rounds of claims have begun. What was claimed before this call was claimed in one of them. */
    long roundsBegun() {
        synchronized (lock) {
            return roundsBegun;
        }
    }

    /** How many rounds have ended. What they claimed is here, or was, unless a claim's commit ended without an answer. */
    long roundsEnded() {
        synchronized (lock) {
            return roundsEnded;
        }
    }
}
