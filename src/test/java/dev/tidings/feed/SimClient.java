package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import dev.tidings.log.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client that reads one job's log: comes, leaves, comes back with its cursor, and checks what it is told. */
final class SimClient {
    final String job;
    private final SimWorld world;
    private final int number;
    private final boolean polls;
    private final boolean streams;
    private final List<Long> seen = new ArrayList<>();

    /** Null: none yet. */
    private Long cursor;

    private long latestAtConnect;
    SimConnection connection;
    boolean done;
    int connections;

    SimClient(SimWorld world, int number, String job, Long cursor) {
        this.world = world;
        this.number = number;
        this.job = job;
        this.cursor = cursor;
        int habit = world.random.nextInt(3);
        polls = habit != 0;
        streams = habit != 1;
    }

    /** Asks as a request does: looks at the job, then subscribes. */
    void connect() {
        if (done || connection != null) {
            return;
        }
        Optional<Job> found;
        try {
            found = world.feeds.current(job);
            if (found.isEmpty()) {
                found = world.store.find(job);
            }
        } catch (StoreException away) {
            return;
        }
        if (found.isEmpty()) {
            world.check(world.truth.deletedNow(job), this, "404 for a job that is there");
            done = true;
            return;
        }
        Job state = found.get();
        world.check(world.truth.whyNotState(state) == null, this, "shown at " + state.seq() + " " + state.state());
        boolean poll = polls && (!streams || world.random.nextBoolean());
        if (!poll && cursor != null && state.state().terminal() && cursor == state.seq()) {
            done = true; // 204
            return;
        }
        latestAtConnect = world.truth.latest(job);
        connections++;
        seen.clear();
        connection = new SimConnection(world, this, poll);
        world.note(
                () -> this + (poll ? " polls" : " streams") + " from " + cursor + ", the log is at " + latestAtConnect);
        connection.open(world.feeds.subscribe(
                job,
                cursor == null ? 0 : cursor,
                cursor == null ? state : null,
                connection,
                connection.pace(),
                connection::closed));
    }

    void entry(LogEntry entry) {
        world.note(() -> this + " gets " + entry);
        world.check(cursor != null, this, "events without a snapshot");
        String wrong = world.truth.whyNotNext(job, cursor, entry);
        world.check(wrong == null, this, "at " + cursor + " gets " + entry + ": " + wrong);
        moveTo(entry.seq());
    }

    void snapshot(Job state, boolean reset) {
        world.note(() -> this + " gets " + (reset ? "reset to " : "snapshot ") + state.seq());
        String wrong = world.truth.whyNotState(state);
        world.check(wrong == null, this, "gets a snapshot: " + wrong);
        if (reset) {
            world.check(cursor != null, this, "is reset although it had no cursor");
            boolean future = seen.isEmpty() && cursor > latestAtConnect;
            boolean past = cursor != 0 && cursor < world.truth.oldest(job);
            world.check(future || past, this, "is reset although its cursor " + cursor + " is good");
            world.check(state.seq() >= latestAtConnect, this, "is reset to an old state");
        } else {
            world.check(cursor == null && seen.isEmpty(), this, "gets a snapshot without need");
        }
        moveTo(state.seq());
    }

    private void moveTo(long seq) {
        cursor = seq;
        seen.add(seq);
    }

    /** The connection is over, without or with a word. */
    void disconnected(CloseReason reason, boolean poll) {
        connection = null;
        if (reason == CloseReason.DELETED) {
            world.check(world.truth.deletedNow(job), this, "is told that a job was deleted which was not");
            done = true;
        } else if (reason == CloseReason.FINISHED) {
            world.check(poll || atTheEnd(), this, "is told the end too early");
            done = atTheEnd();
        }
    }

    /** What was on its way when the connection was cut has not arrived. */
    void losesWhatWasOnItsWay() {
        int lost = world.random.nextInt(4);
        if (lost > 0 && seen.size() > lost) {
            cursor = seen.get(seen.size() - 1 - lost);
            world.note(() -> this + " has only got as far as " + cursor);
        }
    }

    boolean atTheEnd() {
        return cursor != null && world.truth.endedAt(job, cursor);
    }

    /** After the quiet. */
    void checkCaughtUp() {
        if (done) {
            return; // it was right when it was told
        }
        world.check(!world.truth.deletedNow(job), this, "still reads a deleted job");
        world.check(!world.truth.ended(job), this, "at " + cursor + " was not told the end");
        long latest = world.truth.latest(job);
        world.check(cursor != null && cursor == latest, this, "is at " + cursor + " although the log is at " + latest);
    }

    Duration shortly() {
        return Duration.ofMillis(200 + world.random.nextInt(5000));
    }

    @Override
    public String toString() {
        return "client " + number + " of " + job;
    }
}
