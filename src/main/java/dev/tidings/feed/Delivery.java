package dev.tidings.feed;

import dev.tidings.job.Job;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a source has for its subscription next. */
sealed interface Delivery {
    void writeTo(Outlet outlet) throws IOException;

    void countBy(SubscriptionMeter meter);

    /** Whether there is something to write. */
    default boolean writes() {
        return true;
    }

    /** Why the subscription ends now; null when it goes on. */
    default @Nullable CloseReason end() {
        return null;
    }

    /** Whether this ends the log. */
    default boolean terminal() {
        return false;
    }

    /** The reader's cursor after this. */
    default long cursorAfter(long cursor) {
        return cursor;
    }

    record Entries(Batch batch) implements Delivery {
        @Override
        public void writeTo(Outlet outlet) throws IOException {
            outlet.entries(batch);
        }

        @Override
        public void countBy(SubscriptionMeter meter) {
            meter.wrote(batch);
        }

        @Override
        public boolean terminal() {
            return batch.terminal();
        }

        @Override
        public long cursorAfter(long cursor) {
            return batch.upTo();
        }
    }

    /**
     * A job's state in place of the entries up to its number.
     *
     * @param reset whether the reader's cursor could not be honoured
     */
    record Snapshot(Job job, boolean reset) implements Delivery {
        @Override
        public void writeTo(Outlet outlet) throws IOException {
            outlet.snapshot(job, reset);
        }

        @Override
        public void countBy(SubscriptionMeter meter) {
            meter.snapshot(reset);
        }

        @Override
        public long cursorAfter(long cursor) {
            return job.seq();
        }
    }

    /** For a reader of many jobs. */
    record Deleted(String job) implements Delivery {
        @Override
        public void writeTo(Outlet outlet) throws IOException {
            outlet.deleted(job);
        }

        @Override
        public void countBy(SubscriptionMeter meter) {}
    }

    /** The subscription ends. */
    record End(CloseReason end) implements Delivery {
        static final End FINISHED = new End(CloseReason.FINISHED);
        static final End DELETED = new End(CloseReason.DELETED);

        @Override
        public void writeTo(Outlet outlet) throws IOException {
            outlet.end(end);
        }

        @Override
        public void countBy(SubscriptionMeter meter) {}
    }

    /** Nothing to write. */
    enum Pause implements Delivery {
        /** There is nothing more in the store either. */
        UP_TO_DATE,
        /** Not known yet. A read is under way and will wake the subscription. */
        LOADING;

        @Override
        public void writeTo(Outlet outlet) {}

        @Override
        public void countBy(SubscriptionMeter meter) {}

        @Override
        public boolean writes() {
            return false;
        }
    }
}
