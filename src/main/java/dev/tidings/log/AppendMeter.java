package dev.tidings.log;

import java.time.Duration;

/**
 * Hears how the log's writer fares.
 *
 * <p>Threads: called on store threads, for one group at a time; must not block.
 */
public interface AppendMeter {
    /** Hears nothing. */
    AppendMeter NONE = new AppendMeter() {
        @Override
        public void committed(int writes, int entries, Duration inStore, Duration lag) {}

        @Override
        public void busy(int writes) {}

        @Override
        public void failed(int writes) {}
    };

    /**
     * A group is committed.
     *
     * @param writes how many were in it
     * @param entries how many events they appended
     * @param inStore how long the store took
     * @param lag how long the oldest write has waited from its call to its commit
     */
    void committed(int writes, int entries, Duration inStore, Duration lag);

    /** Rows of so many writes of a group were held by others; they are tried again. */
    void busy(int writes);

    /** The store did not take a group of so many writes. */
    void failed(int writes);
}
