package dev.tidings.client;

import java.time.Instant;

/** The clock of one watch or request; tests turn it by hand. */
interface Time {

    /** Milliseconds since some moment; never goes back. */
    long nowMs();

    /** The calendar's time, for headers that carry a date. */
    Instant calendar();

    /**
     * Waits so long, or less when {@link #end} is called meanwhile. Called by the thread that reads.
     *
     * @return whether it was ended
     */
    boolean pause(long ms) throws InterruptedException;

    /** Ends the present pause and all that follow. Called by any thread. */
    void end();
}
