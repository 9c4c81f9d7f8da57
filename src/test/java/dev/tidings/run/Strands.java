package dev.tidings.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Job threads that the test moves one step at a time, so that handlers interleave with the rest as it wants. A handler
 * runs on a thread of its own, but only while the test waits for it; it gives way by {@link #pause}.
 */
final class Strands implements Executor {
    private static final ThreadLocal<@Nullable Strand> CURRENT = new ThreadLocal<>();

    private final List<Strand> strands = new ArrayList<>();
    boolean full;

    @Override
    public void execute(Runnable task) {
        if (full) {
            throw new RejectedExecutionException("full");
        }
        strands.add(new Strand(task));
    }

    /** Whether the caller is a handler's thread. */
    static boolean onStrand() {
        return CURRENT.get() != null;
    }

    /** Called by a handler: gives way until the next step, as a blocking call would. */
    static void pause() throws InterruptedException {
        var strand = CURRENT.get();
        strand.giveWay();
        if (strand.abandoned) {
            throw new Abandoned();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("The job was interrupted.");
        }
    }

    /** Ends all handlers, as the end of their process would. */
    void abandon() {
        strands.forEach(strand -> strand.abandoned = true);
        stepAll();
    }

    private static final class Abandoned extends Error {
        private static final long serialVersionUID = 1;
    }

    /** How many handlers have not ended. */
    int unfinished() {
        strands.removeIf(strand -> strand.ended);
        return strands.size();
    }

    /** Lets one handler go on until it gives way or ends. */
    void step(int number) {
        unfinished();
        strands.get(number).step();
        unfinished();
    }

    /** Lets all handlers go on until none is left that will end. */
    void stepAll() {
        for (int round = 0; round < 1_000 && unfinished() > 0; round++) {
            List.copyOf(strands).forEach(Strand::step);
        }
    }

    private static final class Strand {
        private final Semaphore turn = new Semaphore(0);
        private final Semaphore back = new Semaphore(0);
        private final Thread thread;
        private volatile boolean ended;
        private volatile boolean abandoned;
        private boolean begun;

        Strand(Runnable task) {
            thread = new Thread(() -> {
                CURRENT.set(this);
                turn.acquireUninterruptibly();
                try {
                    task.run();
                } finally {
                    ended = true;
                    back.release();
                }
            });
            thread.setDaemon(true);
        }

        void step() {
            if (ended) {
                return;
            }
            if (!begun) {
                begun = true;
                thread.start();
            }
            turn.release();
            try {
                if (!back.tryAcquire(20, TimeUnit.SECONDS)) {
                    var stuck = new AssertionError("a handler waits for something that the test does not do");
                    stuck.setStackTrace(thread.getStackTrace());
                    throw stuck;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void giveWay() {
            back.release();
            turn.acquireUninterruptibly();
        }
    }
}
