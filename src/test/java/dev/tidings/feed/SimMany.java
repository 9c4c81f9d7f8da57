package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that reads the states of many jobs, and checks what it is told. */
final class SimMany implements Outlet {
    private static final Pattern JOB = Pattern.compile("\"job\":\"([^\"]*)\"");

    private final SimWorld world;
    private final int number;
    private final String owner;
    private final Set<String> only;
    private final Map<String, View> views = new HashMap<>();
    private Subscription subscription;
    private int room;
    private boolean wantsRoom;
    private boolean sawReady;
    private boolean left;

    /** What the client knows of a job since it connected. */
    private static final class View {
        long seq;
        boolean bySnapshot;
        boolean terminalAtFirst;
        int terminals;
        boolean deleted;
    }

    SimMany(SimWorld world, int number, String owner, Set<String> only) {
        this.world = world;
        this.number = number;
        this.owner = owner;
        this.only = only;
    }

    boolean connected() {
        return subscription != null;
    }

    void connect() {
        if (subscription != null) {
            return;
        }
        world.note(() -> this + " connects");
        views.clear();
        left = false;
        room = world.random.nextInt(6);
        Duration heartbeat = Duration.ofSeconds(1 + world.random.nextInt(4));
        subscription = world.feeds.subscribe(
                new JobSelection(Set.of(owner), only),
                this,
                SubscriptionTimeouts.stream(
                        heartbeat, Duration.ofSeconds(5 + world.random.nextInt(60)), Duration.ofSeconds(8)),
                reason -> closed(reason));
        subscription.start();
    }

    private void closed(CloseReason reason) {
        world.note(() -> this + " closed: " + reason);
        world.check(subscription != null, this, "was closed twice");
        world.check(reason != CloseReason.GONE || left, this, "was cut");
        world.check(reason != CloseReason.FINISHED && reason != CloseReason.DELETED, this, "was ended: " + reason);
        subscription = null;
    }

    void leave() {
        if (subscription != null) {
            left = true;
            if (world.random.nextBoolean()) {
                subscription.end(CloseReason.GONE);
            }
        }
    }

    void makeRoom(int writes) {
        room += writes;
        if (subscription != null && wantsRoom) {
            wantsRoom = false;
            subscription.wake();
        }
    }

    @Override
    public boolean ready() throws IOException {
        world.interleave();
        if (left) {
            throw new IOException("the client has left");
        }
        sawReady = room > 0;
        wantsRoom = !sawReady;
        return sawReady;
    }

    private void write() throws IOException {
        world.interleave();
        world.check(sawReady, this, "is written to without room");
        world.check(subscription != null, this, "is written to after its end");
        sawReady = false;
        room--;
        if (left) {
            throw new IOException("the client has left");
        }
    }

    @Override
    public void entries(Batch batch) throws IOException {
        write();
        batch.entries().forEach(this::entry);
    }

    private void entry(LogEntry entry) {
        Matcher line = JOB.matcher(new String(entry.json(), StandardCharsets.UTF_8));
        world.check(line.find(), this, "gets an event of no job");
        String job = line.group(1);
        world.note(() -> this + " gets " + entry + " of " + job);
        wanted(job);
        View view = views.get(job);
        world.check(view != null && !view.deleted, this, "gets " + entry + " of " + job + " before its state");
        boolean terminal = entry.kind() == LogEntry.Kind.TERMINAL;
        if (!(terminal && view.bySnapshot && entry.seq() == view.seq)) {
            String wrong = world.truth.whyNotNext(job, view.seq, entry);
            world.check(wrong == null, this, "of " + job + " at " + view.seq + " gets " + entry + ": " + wrong);
        }
        view.seq = entry.seq();
        view.bySnapshot = false;
        if (terminal) {
            view.terminals++;
            world.check(view.terminals == 1, this, "gets the end of " + job + " twice");
        }
    }

    @Override
    public void snapshot(Job job, boolean reset) throws IOException {
        write();
        world.note(() -> this + " gets the state of " + job.id() + " at " + job.seq());
        wanted(job.id());
        world.check(!reset, this, "is reset");
        String wrong = world.truth.whyNotState(job);
        world.check(wrong == null, this, "gets a state of " + job.id() + ": " + wrong);
        View view = views.get(job.id());
        if (view == null) {
            view = new View();
            view.terminalAtFirst = job.state().terminal();
            views.put(job.id(), view);
        }
        world.check(!view.deleted && job.seq() > view.seq, this, "gets an old state of " + job.id());
        view.seq = job.seq();
        view.bySnapshot = true;
    }

    private void wanted(String job) {
        boolean mine = world.truth.owner(job).equals(owner) && (only == null || only.contains(job));
        world.check(mine, this, "hears of " + job + ", which it did not ask for");
    }

    @Override
    public void deleted(String job) throws IOException {
        write();
        world.note(() -> this + " hears that " + job + " was deleted");
        world.check(world.truth.deletedNow(job), this, "is told that " + job + " was deleted, which was not");
        View view = views.get(job);
        world.check(view != null && !view.deleted, this, "is told of the end of " + job + " without need");
        view.deleted = true;
    }

    @Override
    public void heartbeat() throws IOException {
        write();
    }

    @Override
    public void echo() throws IOException {
        write();
    }

    @Override
    public boolean flush(boolean upToDate) {
        return true;
    }

    @Override
    public void end(CloseReason reason) {}

    @Override
    public void abort() {}

    /** After the quiet. */
    void checkCaughtUp() {
        world.check(subscription != null, this, "could not connect");
        for (String job : world.truth.jobs()) {
            if (!world.truth.owner(job).equals(owner) || (only != null && !only.contains(job))) {
                continue;
            }
            View view = views.get(job);
            if (world.truth.deletedNow(job)) {
                world.check(view == null || view.deleted, this, "still shows " + job + ", which was deleted");
                continue;
            }
            world.check(view != null, this, "knows nothing of " + job);
            long latest = world.truth.latest(job);
            world.check(view.seq == latest, this, "has " + job + " at " + view.seq + " although it is at " + latest);
            if (world.truth.ended(job) && !view.terminalAtFirst) {
                world.check(view.terminals == 1, this, "has " + view.terminals + " terminal events of " + job);
            }
        }
    }

    @Override
    public String toString() {
        return "many " + number + " of " + owner + (only == null ? "" : " " + only);
    }
}
