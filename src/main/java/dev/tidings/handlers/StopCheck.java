package dev.tidings.handlers;

import dev.tidings.job.JobContext;

/** The question each handler asks between two pieces of work. */
public final class StopCheck {
    private StopCheck() {}

    /**
     * Ends the attempt when it is to stop; costs next to nothing otherwise.
     *
     * @throws InterruptedException when the job was cancelled or the thread interrupted
     */
    public static void check(JobContext context) throws InterruptedException {
        if (Thread.interrupted() || context.cancelled()) {
            throw new InterruptedException("the job was asked to stop");
        }
    }
}
