package dev.tidings.http;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The threads that wait for clients' bytes, shared among the owners of what is uploaded, so that slow uploads of one user
 * leave threads to the others.
 *
 * <p>Threads: any.
 */
public final class Uploads {
    private final Executor threads;
    private final int share;
    private final ConcurrentMap<String, Integer> busy = new ConcurrentHashMap<>();

    /**
     * Nobody uploads yet.
     *
     * @param threads has a thread for each upload at once, and refuses more
     * @param share the most uploads of one owner at once
     */
    public Uploads(Executor threads, int share) {
        this.threads = threads;
        this.share = share;
    }

    /** What one owner gets of so many threads: half of them, and all where nobody can be told apart. */
    public static int share(int threads, boolean ownersKnown) {
        return ownersKnown ? (threads + 1) / 2 : threads;
    }

    /**
     * Runs {@code work} on a thread of its own.
     *
     * @throws HttpProblem 503 when the owner, or the node, has as many uploads under way as it may have
     */
    void execute(String owner, Runnable work) {
        if (busy.merge(owner, 1, Integer::sum) > share) {
            leave(owner);
            throw Problems.busy("At most " + share + " uploads of one user are taken at once.");
        }
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    leave(owner);
                }
            });
        } catch (RejectedExecutionException full) {
            leave(owner);
            throw Problems.busy("This node is receiving as many uploads as it accepts at once.");
        }
    }

    private void leave(String owner) {
        busy.computeIfPresent(owner, (name, count) -> count == 1 ? null : count - 1);
    }
}
