package dev.tidings.feed;

import dev.tidings.job.Job;
import java.io.IOException;

/**
 * Where a subscription writes: an event stream, a held poll.
 *
 * <p>Threads: the pump calls, one thread at a time; only after {@link #ready} has said yes. An {@link IOException} means
 * that the client has left; {@link #abort} follows.
 */
public interface Outlet {
    /**
     * Whether something may be written now without waiting. After a no, the outlet wakes its subscription as soon as
     * it may.
     */
    boolean ready() throws IOException;

    /** Writes entries, which follow those before without a hole. */
    void entries(Batch batch) throws IOException;

    /**
     * Writes a job's state in place of the entries up to its number.
     *
     * @param reset whether the reader's cursor could not be honoured
     */
    void snapshot(Job job, boolean reset) throws IOException;

    /** Tells a reader of many jobs that one is gone. */
    void deleted(String job) throws IOException;

    /** Shows that the connection is alive; called when nothing was written for a while. */
    void heartbeat() throws IOException;

    /** Follows a heartbeat after a while, as a write that says nothing: the one before may have been the first to nobody. */
    default void echo() throws IOException {}

    /**
     * Lets out what was written since the last call.
     *
     * @param upToDate whether the reader has all there is
     * @return false when the outlet has said all it wanted; it has completed then
     */
    boolean flush(boolean upToDate) throws IOException;

    /** Says goodbye as far as the reason asks for it, and completes. The last call. */
    void end(CloseReason reason) throws IOException;

    /** The store cannot be read at the moment; the subscription goes on trying. Any thread. */
    default void storeFailed() {}

    /** How many bytes were written since the last call, for the meters. The pump's thread. */
    default int takeBytes() {
        return 0;
    }

    /** Completes without a word. The last call. */
    void abort();
}
