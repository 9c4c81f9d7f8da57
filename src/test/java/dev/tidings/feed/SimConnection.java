package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One request of a {@link SimClient}: an event stream with little room, or a poll that answers once. */
final class SimConnection implements Outlet {
    private final SimWorld world;
    private final SimClient client;
    private final boolean poll;
    private final boolean atOnce;
    private final int limit;
    private final SubscriptionTimeouts pace;
    private final List<LogEntry> answer = new ArrayList<>();
    private Subscription subscription;
    private Job snapshot;
    private boolean reset;
    private int room;
    private boolean wantsRoom;
    private boolean sawReady;
    private boolean inCall;
    private boolean left;
    private boolean refused;
    private boolean completed;
    private boolean closed;

    SimConnection(SimWorld world, SimClient client, boolean poll) {
        this.world = world;
        this.client = client;
        this.poll = poll;
        limit = 1 + world.random.nextInt(world.random.nextBoolean() ? 5 : 1000);
        atOnce = world.random.nextInt(4) == 0;
        room = world.random.nextInt(world.random.nextInt(4) == 0 ? 1000 : 4);
        pace = poll
                ? SubscriptionTimeouts.poll(atOnce ? Duration.ZERO : client.shortly())
                : SubscriptionTimeouts.stream(
                        client.shortly(),
                        client.shortly().multipliedBy(4),
                        client.shortly().multipliedBy(2));
    }

    SubscriptionTimeouts pace() {
        return pace;
    }

    void open(Subscription reader) {
        subscription = reader;
        if (world.random.nextInt(20) == 0) {
            leave(); // before it begins
            world.interleave();
        }
        reader.start();
    }

    void leave() {
        left = true;
        client.losesWhatWasOnItsWay();
        if (poll || world.random.nextBoolean()) {
            subscription.end(CloseReason.GONE);
        }
    }

    void spuriousWake() {
        subscription.wake();
    }

    void makeRoom(int writes) {
        room += writes;
        if (wantsRoom) {
            wantsRoom = false;
            subscription.wake();
        }
    }

    /** Called when the subscription says that it is over. */
    void closed(CloseReason reason) {
        world.note(() -> client + " closed: " + reason);
        world.check(!closed, client, "was closed twice");
        closed = true;
        world.check(completed || left, client, "was closed without completing its outlet");
        if (reason == CloseReason.GONE) {
            world.check(left || refused, client, "was cut");
        }
        client.disconnected(reason, poll);
    }

    private interface Call {
        void run() throws IOException;
    }

    private void call(Call call) throws IOException {
        world.check(!inCall, client, "is pumped twice at a time");
        world.check(!closed, client, "is written to after its end");
        inCall = true;
        try {
            world.interleave();
            if (left && !poll) {
                throw new IOException("the client has left");
            }
            call.run();
        } finally {
            inCall = false;
        }
    }

    private void write(Call call) throws IOException {
        call(() -> {
            world.check(sawReady, client, "is written to without room");
            room--;
            sawReady = false;
            call.run();
        });
    }

    @Override
    public boolean ready() throws IOException {
        call(() -> {
            sawReady = poll || room > 0;
            wantsRoom = !sawReady;
        });
        return sawReady;
    }

    @Override
    public void entries(Batch batch) throws IOException {
        write(() -> {
            for (LogEntry entry : batch.entries()) {
                if (!poll) {
                    client.entry(entry);
                } else if (answer.size() + (snapshot == null ? 0 : 1) < limit) {
                    answer.add(entry);
                }
            }
            if (world.planted(SimBug.TWICE) && world.random.nextInt(50) == 0) {
                batch.entries().forEach(client::entry);
            }
        });
    }

    @Override
    public void snapshot(Job job, boolean reset) throws IOException {
        write(() -> {
            if (poll) {
                snapshot = job;
                this.reset = reset;
            } else {
                client.snapshot(job, reset);
            }
        });
    }

    @Override
    public void deleted(String job) {
        world.check(false, client, "is told of another job's end");
    }

    @Override
    public void heartbeat() throws IOException {
        write(() -> world.check(!poll, client, "gets a heartbeat in a poll"));
    }

    @Override
    public void echo() throws IOException {
        write(() -> world.check(!poll, client, "gets an echo in a poll"));
    }

    @Override
    public boolean flush(boolean upToDate) throws IOException {
        call(() -> {});
        if (!poll || (answer.isEmpty() && snapshot == null && !(upToDate && atOnce))) {
            return true;
        }
        answerPoll();
        return false;
    }

    @Override
    public void end(CloseReason reason) throws IOException {
        call(() -> {
            world.check(!completed || refused, client, "is ended twice");
            completed = true;
            if (poll && reason != CloseReason.DELETED) {
                answerPoll();
            }
        });
    }

    @Override
    public void storeFailed() {
        if (poll && !completed && !left) {
            refused = true;
            completed = true;
            subscription.end(CloseReason.GONE);
        }
    }

    @Override
    public void abort() {
        world.check(!closed, client, "is aborted after its end");
        completed = true;
    }

    private void answerPoll() {
        completed = true;
        if (left || refused) {
            return;
        }
        if (snapshot != null) {
            client.snapshot(snapshot, reset);
        }
        answer.forEach(client::entry);
    }
}
