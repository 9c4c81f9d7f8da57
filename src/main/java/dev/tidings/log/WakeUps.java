package dev.tidings.log;

import java.util.Set;

/**
 * Hints between nodes that a log may have grown. A hint carries no event: who gets it reads on from its cursor. Hints
 * are sent by the store inside the write that they tell of.
 */
public interface WakeUps extends AutoCloseable {
    /** A store that only one node uses has nobody to wake. */
    WakeUps NONE = new WakeUps() {
        @Override
        public void listen(Listener listener) {}

        @Override
        public void close() {}
    };

    /** Begins to hear; called once. */
    void listen(Listener listener);

    @Override
    void close();

    /** Hears hints. Threads: one at a time; must not block. */
    interface Listener {
        /** These jobs have grown, were submitted or deleted, perhaps. */
        void grown(Set<Hint> hints);

        /** Hints may have been lost: anything may have grown. Called after each reconnection, and now and then while
         * there is no connection. */
        void missed();
    }

    /**
     * Names a job.
     *
     * @param owner for those who read all jobs of an owner
     */
    record Hint(String job, String owner) {}
}
