package dev.tidings.feed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.log.JobQuery;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the states of many jobs (contract §6): a snapshot of each, then its events as they come.
 *
 * <p>It holds a cursor for each job, and the ids of jobs that have something new. Those get their turns in order. A turn
 * delivers what follows the cursor in the job's feed. The job's state takes the place of entries that are many or not in
 * memory, but the terminal event is always delivered.
 *
 * <pre>
 *   unchecked ──read from the store──► state to deliver ──turn──► finished: no feed
 *       ▲                                                  └────► unfinished: joined to its feed
 *       └──── entries many or not in memory ◄──turn── the feed has grown ◄──┘
 * </pre>
 *
 * <p>A job without a feed is checked in the store whenever it may have changed: a new job, a finished one. At the start, and
 * when hints were lost, all jobs are checked. States are read in pages, the next one when the last is delivered. So a slow
 * reader holds a page of states, and a reader that has left costs no more reads.
 *
 * <p>Threads: the pump owns the plain fields. Replies of the store are handed over in {@code answer}. The lock guards the two
 * sets of ids, for memory work only.
 */
final class MultiJobSource implements Source, LogLoader.StatesReply {
    /** The most bytes of entries that are delivered in place of states, for all jobs that wait for their turn. */
    static final int MAX_BACKLOG_BYTES = 256 * 1024;

    /** A job's entries up to this size are delivered however many jobs wait: about the size of its state. */
    private static final int MIN_BACKLOG_BYTES = 4 * 1024;

    /** A log that was renumbered does not have the terminal event where it was. */
    private static final int MAX_END_READS = 2;

    // Fixed at construction.
    private final FeedMap feeds;
    private final LogLoader loader;
    private final MultiJobReaders readers;
    private final JobSelection selection;
    private final int pageSize;

    // Shared. Positions are added and removed by the pump.
    private final Map<String, Position> positions = new ConcurrentHashMap<>();
    private volatile @Nullable Subscriber subscriber;
    private volatile @Nullable List<Job> answer;
    private volatile boolean missed = true;
    private volatile boolean closed;

    /** Jobs that have something to deliver, in the order of their turns. */
    @GuardedBy("turns")
    private final LinkedHashSet<String> turns = new LinkedHashSet<>();

    /** Jobs whose state must be read from the store. */
    @GuardedBy("turns")
    private final LinkedHashSet<String> unchecked = new LinkedHashSet<>();

    // Owned by the pump.
    private @Nullable JobListing listing;
    private final LinkedHashSet<String> unlisted = new LinkedHashSet<>(); // known before, and not in the listing so far
    private Set<String> asked = Set.of();
    private boolean loading;
    private int statesHeld;

    /**
     * A reader of many jobs.
     *
     * @param pageSize how many states are read at once
     */
    MultiJobSource(FeedMap feeds, LogLoader loader, MultiJobReaders readers, JobSelection selection, int pageSize) {
        this.feeds = feeds;
        this.loader = loader;
        this.readers = readers;
        this.selection = selection;
        this.pageSize = pageSize;
    }

    Set<String> owners() {
        return selection.owners();
    }

    @Override
    public void opened(Subscriber subscriber) {
        this.subscriber = subscriber;
        readers.join(this);
    }

    @Override
    public void closed() {
        closed = true;
        readers.leave(this);
        positions.values().forEach(this::leave);
    }

    /** A job may be new, have grown or be gone. */
    void changed(String job) {
        Position position = positions.get(job);
        if (position == null ? selection.mayInclude(job) : position.feed == null) {
            synchronized (turns) {
                unchecked.add(job);
            }
            wake();
        }
    }

    /** Any job may be new, have grown or be gone. */
    void missed() {
        missed = true;
        wake();
    }

    private void wake() {
        Subscriber reader = subscriber;
        if (reader != null) {
            reader.wake();
        }
    }

    @Override
    public Delivery next() {
        takeAnswer();
        askForStates();
        for (Position next = nextTurn(); next != null; next = nextTurn()) {
            Delivery delivery = next.turn();
            if (delivery != null) {
                return delivery;
            }
        }
        askForStates();
        return loading ? Delivery.Pause.LOADING : Delivery.Pause.UP_TO_DATE;
    }

    private @Nullable Position nextTurn() {
        synchronized (turns) {
            String job = poll(turns);
            while (job != null && !positions.containsKey(job)) {
                job = poll(turns);
            }
            return job == null ? null : positions.get(job);
        }
    }

    private static @Nullable String poll(Set<String> ids) {
        Iterator<String> first = ids.iterator();
        if (!first.hasNext()) {
            return null;
        }
        String id = first.next();
        first.remove();
        return id;
    }

    /** Reads the next page of states, unless one is under way or not delivered. */
    private void askForStates() {
        if (missed && !loading) {
            missed = false;
            listing = selection.ids() == null ? new JobListing(selection.owners(), pageSize) : null;
            unlisted.addAll(selection.ids() == null ? positions.keySet() : selection.ids());
        }
        if (loading || statesHeld > 0) {
            return;
        }
        JobQuery page = listing == null ? null : listing.next();
        if (page != null) {
            loading = true;
            loader.page(page, this);
            return;
        }
        asked = new LinkedHashSet<>();
        synchronized (turns) {
            unchecked.addAll(unlisted);
            unlisted.clear();
            while (asked.size() < pageSize && !unchecked.isEmpty()) {
                asked.add(String.valueOf(poll(unchecked)));
            }
        }
        if (!asked.isEmpty()) {
            loading = true;
            loader.states(asked, this);
        }
    }

    /** Store thread. */
    @Override
    public void found(List<Job> jobs) {
        answer = jobs;
        wake();
    }

    @Override
    public boolean wanted() {
        return !closed;
    }

    private void takeAnswer() {
        List<Job> found = answer;
        if (found == null) {
            return;
        }
        answer = null;
        loading = false;
        if (listing != null && asked.isEmpty()) {
            listing.read(found);
        }
        var missing = new LinkedHashSet<>(asked);
        for (Job state : found) {
            missing.remove(state.id());
            unlisted.remove(state.id());
            if (selection.includes(state)) {
                positions.computeIfAbsent(state.id(), Position::new).found(state);
            }
        }
        for (String job : missing) {
            Position position = positions.get(job);
            if (position != null) {
                position.missing = true;
                position.takeTurn();
            }
        }
        asked = Set.of();
    }

    private void leave(Position position) {
        Feed joined = position.feed;
        if (joined != null) {
            position.feed = null;
            feeds.leave(joined, position);
            if (joined.unsettled()) {
                position.check(); // what the feed was told and has not passed on
            }
        }
    }

    @Override
    public String toString() {
        return "the reader of many jobs of " + selection.owners();
    }

    /** Where the reader is in one job. */
    private final class Position implements Subscriber {
        private final String job;

        // Written by the pump. Null while the job is checked in the store.
        private volatile @Nullable Feed feed;

        // Owned by the pump.
        private long cursor; // 0: nothing delivered
        private boolean ended; // the terminal event was delivered, or was older than all that was
        private boolean endOwed; // the terminal state was delivered, its event not yet
        private int endReads; // reads that were made for it
        private @Nullable Job state;
        private boolean missing;

        Position(String job) {
            this.job = job;
        }

        void found(Job state) {
            if (this.state == null) {
                statesHeld++;
            }
            this.state = state;
            takeTurn();
        }

        void takeTurn() {
            synchronized (turns) {
                turns.add(job);
            }
        }

        private void check() {
            synchronized (turns) {
                unchecked.add(job);
            }
        }

        @Nullable
        Delivery turn() {
            Job found = state;
            if (found != null) {
                state = null;
                statesHeld--;
                return show(found);
            }
            if (missing) {
                return remove();
            }
            Feed joined = feed;
            return joined == null ? null : read(joined);
        }

        private @Nullable Delivery show(Job state) {
            boolean terminal = state.state().terminal();
            boolean news = state.seq() > cursor;
            if (news) {
                ended = terminal && (ended || cursor == 0);
                endOwed = terminal && !ended;
                cursor = state.seq();
                endReads = 0;
            }
            if (state.seq() == cursor) {
                follow(state, terminal);
            }
            return news ? new Delivery.Snapshot(state, false) : null;
        }

        /** Joins the feed while something is to come. */
        private void follow(Job state, boolean terminal) {
            if (terminal && !endOwed) {
                leave(this);
                return;
            }
            Feed joined = feed;
            if (joined == null) {
                joined = feeds.join(job, this, false);
                feed = joined;
            }
            joined.begin(state);
            takeTurn();
        }

        private @Nullable Delivery read(Feed joined) {
            Delivery next = endOwed ? joined.after(cursor - 1) : joined.after(cursor, maxBytes());
            if (next == null) {
                return catchUp(joined);
            }
            if (next.end() == CloseReason.DELETED) {
                return remove();
            }
            if (!next.writes() || next.end() != null) {
                return null;
            }
            cursor = next.cursorAfter(cursor);
            endOwed = false;
            if (next.terminal()) {
                ended = true;
                leave(this);
            } else if (joined.hasMore(cursor)) {
                takeTurn();
            }
            return next;
        }

        /** Each waiting job has an equal share of the backlog. */
        private long maxBytes() {
            synchronized (turns) {
                return Math.max(MIN_BACKLOG_BYTES, MAX_BACKLOG_BYTES / (turns.size() + 1));
            }
        }

        /** Entries are many, or not in memory: delivers the state. The terminal event is loaded. */
        private @Nullable Delivery catchUp(Feed joined) {
            if (endOwed) {
                endReads += joined.load(cursor - 1) ? 1 : 0;
                if (endReads > MAX_END_READS) {
                    endOwed = false; // renumbered after a restore: the next state brings the end along
                    leave(this);
                }
                return null;
            }
            Job current = joined.current();
            if (current != null && current.seq() > cursor) {
                return show(current);
            }
            check();
            return null;
        }

        private @Nullable Delivery remove() {
            positions.remove(job);
            leave(this);
            return cursor == 0 ? null : new Delivery.Deleted(job);
        }

        @Override
        public void wake() {
            takeTurn();
            MultiJobSource.this.wake();
        }

        @Override
        public void wakeHere() {
            takeTurn();
            Subscriber reader = subscriber;
            if (reader != null) {
                reader.wakeHere();
            }
        }

        @Override
        public void storeFailed() {}

        /** Spreads well, and is the same whenever a simulated history is repeated. */
        @Override
        public int hashCode() {
            return 31 * job.hashCode() + (subscriber == null ? 0 : subscriber.hashCode());
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }
}
