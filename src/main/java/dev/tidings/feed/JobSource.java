package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.Replay;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one job's log from a cursor: from the feed's segment where that reaches back far enough, else from the store.
 *
 * <p>Threads: the pump owns the plain fields. A load's reply comes on a store thread and is handed over in
 * {@code answer}, which the pump takes.
 */
final class JobSource implements Source, LogLoader.LogReply, LogLoader.StatesReply {
    // Fixed at construction.
    private final FeedMap feeds;
    private final LogLoader loader;
    private final String job;

    // Shared.
    private volatile @Nullable Answer answer;
    private volatile boolean loading;
    private volatile boolean closed;
    private volatile @Nullable Subscriber subscriber;
    private volatile @Nullable Feed feed;

    // Owned by the pump.
    private long cursor;
    private @Nullable Job snapshot;
    private boolean reset;
    private @Nullable LogSegment own;
    private boolean missing;
    private boolean ended;

    /**
     * A reader of one job.
     *
     * @param snapshot where to begin when the reader has no cursor; null when it has one
     */
    JobSource(FeedMap feeds, LogLoader loader, String job, long cursor, @Nullable Job snapshot) {
        this.feeds = feeds;
        this.loader = loader;
        this.job = job;
        this.cursor = cursor;
        this.snapshot = snapshot;
    }

    @Override
    public void opened(Subscriber subscriber) {
        this.subscriber = subscriber;
        feed = feeds.join(job, subscriber, true);
    }

    @Override
    public void closed() {
        closed = true;
        Feed joined = feed;
        Subscriber reader = subscriber;
        if (joined != null && reader != null) {
            feeds.leave(joined, reader);
        }
    }

    @Override
    public Delivery next() {
        if (loading) {
            return Delivery.Pause.LOADING;
        }
        takeAnswer();
        Job state = snapshot;
        Delivery next = state == null ? afterCursor() : new Delivery.Snapshot(state, reset);
        if (state != null) {
            snapshot = null;
            ended = state.state().terminal();
        }
        cursor = next.cursorAfter(cursor);
        return next;
    }

    private Delivery afterCursor() {
        Delivery loaded = fromOwn();
        if (loaded != null) {
            return loaded;
        }
        Feed joined = feed;
        if (missing) {
            return Delivery.End.DELETED;
        }
        if (joined == null) {
            return Delivery.Pause.LOADING; // woken while this joins; the start wakes the pump again
        }
        if (ended) {
            return Delivery.End.FINISHED;
        }
        Delivery next = joined.after(cursor);
        if (next == null) {
            loading = true;
            loader.log(job, cursor, this);
            return Delivery.Pause.LOADING;
        }
        return next;
    }

    /** What was loaded. It is released with its last batch, since the client may never take that. */
    private @Nullable Delivery fromOwn() {
        LogSegment loaded = own;
        if (loaded == null) {
            return null;
        }
        if (!loaded.covers(cursor) || cursor == loaded.upTo()) {
            release(loaded, cursor);
            return null;
        }
        Batch batch = loaded.after(cursor);
        if (batch.upTo() == loaded.upTo()) {
            release(loaded, batch.upTo());
        }
        return new Delivery.Entries(batch);
    }

    private void release(LogSegment loaded, long reached) {
        own = null;
        ended |= loaded.ended() && reached == loaded.upTo();
    }

    private void takeAnswer() {
        Answer come = answer;
        answer = null;
        if (come == null) {
            return;
        }
        own = come.segment;
        missing = come.missing;
        if (come.state != null) {
            snapshot = come.state;
            reset = true;
        }
    }

    /** Store thread. */
    @Override
    public void loaded(Replay replay, @Nullable LogSegment loaded) {
        Feed joined = feed;
        if (loaded != null && replay instanceof Replay.Continuous more && !more.more() && joined != null) {
            joined.loaded(loaded);
        }
        if (replay instanceof Replay.Missing) {
            answer(new Answer(null, null, true));
        } else if (loaded != null && cursor <= loaded.upTo()) {
            answer(new Answer(loaded, null, false));
        } else {
            loader.states(Set.of(job), this);
        }
    }

    /** Store thread. */
    @Override
    public void found(List<Job> states) {
        answer(new Answer(null, states.isEmpty() ? null : states.get(0), states.isEmpty()));
    }

    private void answer(Answer come) {
        answer = come;
        loading = false;
        Subscriber reader = subscriber;
        if (reader != null) {
            reader.wake();
        }
    }

    @Override
    public void failing() {
        Subscriber reader = subscriber;
        if (reader != null) {
            reader.storeFailed();
        }
    }

    @Override
    public boolean wanted() {
        return !closed;
    }

    @Override
    public String toString() {
        return "the reader of job " + job;
    }

    private record Answer(
            @Nullable LogSegment segment, @Nullable Job state, boolean missing) {}
}
