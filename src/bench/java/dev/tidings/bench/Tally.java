package dev.tidings.bench;

/**
 * What the readers of one run have got.
 *
 * <p>Threads: written by the readers' one thread; {@link #delivered} and {@link #open} may be read by any.
 */
final class Tally {
    /** From the publisher's stamp in the message to the arrival. */
    Latency sent = new Latency();

    /** From the event's own {@code at} to the arrival. */
    Latency at = new Latency();

    long bytes;
    long reads;
    long disorder;
    long refused;
    long closed;

    /** Events of the publisher, to readers that read. */
    volatile long delivered;

    /** Readers whose answer has begun. */
    volatile int open;

    /** Forgets what was counted, but for who is open. */
    void restart() {
        sent = new Latency();
        at = new Latency();
        bytes = 0;
        reads = 0;
        disorder = 0;
        refused = 0;
        closed = 0;
        delivered = 0;
    }
}
