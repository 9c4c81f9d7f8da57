package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.JobStore;
import dev.tidings.log.Replay;
import dev.tidings.log.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one job's log from a cursor: from the feed's tail where that reaches back far enough, else from the store.
 *
 * <p>Threads: the pump owns the plain fields; a load's answer comes on a store thread and is handed over in
 * {@code answer}, which the pump takes.
 */
final class JobSource implements Source, Loads.Reply {
    // Fixed at construction.
    private final Feeds feeds;
    private final JobStore store;
    private final String job;

    // Shared.
    private volatile @Nullable Answer answer;
    private volatile boolean loading;
    private volatile @Nullable Subscription subscription;
    private volatile @Nullable Feed feed;

    // Owned by the pump.
    private long cursor;
    private @Nullable Job snapshot;
    private boolean reset;
    private @Nullable Tail stretch;
    private boolean missing;
    private boolean ended;

    /**
     * A reader.
     *
     * @param snapshot where to begin when the reader has no cursor; null when it has one
     */
    JobSource(Feeds feeds, JobStore store, String job, long cursor, @Nullable Job snapshot) {
        this.feeds = feeds;
        this.store = store;
        this.job = job;
        this.cursor = cursor;
        this.snapshot = snapshot;
    }

    @Override
    public void opened(Subscription subscription) {
        this.subscription = subscription;
        feed = feeds.join(job, subscription);
    }

    @Override
    public void closed() {
        Feed joined = feed;
        Subscription reader = subscription;
        if (joined != null && reader != null) {
            feeds.leave(joined, reader);
        }
    }

    @Override
    public Step next() {
        if (loading) {
            return Step.LOADING;
        }
        takeAnswer();
        Job state = snapshot;
        if (state != null) {
            snapshot = null;
            cursor = state.seq();
            ended = state.state().terminal();
            return new Step.Snapshot(state, reset);
        }
        Step step = fromMemory();
        if (step instanceof Step.Entries more) {
            cursor = more.batch().upTo();
        }
        return step;
    }

    private Step fromMemory() {
        Step own = fromStretch();
        if (own != null) {
            return own;
        }
        Feed joined = feed;
        if (missing) {
            return new Step.Finished(CloseReason.DELETED);
        }
        if (joined == null) {
            return Step.LOADING; // growth came while this was joining; the start wakes the pump again
        }
        if (ended) {
            return new Step.Finished(CloseReason.FINISHED);
        }
        Step step = joined.after(cursor);
        if (step == null) {
            loading = true;
            feeds.load(job, cursor, this);
            return Step.LOADING;
        }
        return step;
    }

    /** What was loaded, which is let go with its last batch: the client may never take that. */
    private @Nullable Step fromStretch() {
        Tail loaded = stretch;
        if (loaded == null) {
            return null;
        }
        if (!loaded.covers(cursor) || cursor == loaded.upTo()) {
            letGo(loaded, cursor);
            return null;
        }
        Batch batch = loaded.after(cursor);
        if (batch.upTo() == loaded.upTo()) {
            letGo(loaded, batch.upTo());
        }
        return new Step.Entries(batch);
    }

    private void letGo(Tail loaded, long reached) {
        stretch = null;
        ended |= loaded.ended() && reached == loaded.upTo();
    }

    private void takeAnswer() {
        Answer come = answer;
        answer = null;
        if (come == null) {
            return;
        }
        stretch = come.stretch;
        missing = come.missing;
        if (come.state != null) {
            snapshot = come.state;
            reset = true;
        }
    }

    /** Store thread. */
    @Override
    public void loaded(Replay replay, @Nullable Tail loaded) {
        try {
            answer = toAnswer(replay, loaded);
        } catch (StoreException failure) {
            feeds.load(job, cursor, this);
            return;
        }
        loading = false;
        wake();
    }

    private Answer toAnswer(Replay replay, @Nullable Tail loaded) {
        if (replay instanceof Replay.Missing) {
            return new Answer(null, null, true);
        }
        if (replay instanceof Replay.Continuous more && loaded != null) {
            Feed joined = feed;
            if (!more.more() && joined != null) {
                joined.loaded(loaded);
            }
            if (cursor <= loaded.upTo()) {
                return new Answer(loaded, null, false);
            }
        }
        Optional<Job> state = store.find(job);
        return new Answer(null, state.orElse(null), state.isEmpty());
    }

    @Override
    public void failing() {
        Subscription reader = subscription;
        if (reader != null) {
            reader.storeFailed();
        }
    }

    @Override
    public boolean wanted() {
        Subscription reader = subscription;
        return reader == null || !reader.ended();
    }

    @Override
    public String toString() {
        return "the reader of job " + job;
    }

    private void wake() {
        Subscription reader = subscription;
        if (reader != null) {
            reader.wake();
        }
    }

    private record Answer(@Nullable Tail stretch, @Nullable Job state, boolean missing) {}
}
