package dev.tidings.feed;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.Appender;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogEntry;
import dev.tidings.log.LogListener;
import dev.tidings.log.Replay;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One random history of a node, in virtual time and on one thread: jobs that are written here and at another node, a
 * store that fails, and clients of every kind. The same seed gives the same history.
 *
 * <p>Shipped classes run in it as they are: {@link Feeds} with all that is behind it, and {@link Appender}. Whatever
 * threads could do between two steps happens at random in {@link #interleave}, which the store and the outlets call.
 */
final class SimWorld {
    private static final int NOTES = 300;

    final Random random;
    final VirtualTime time = new VirtualTime();
    final SimTruth truth = new SimTruth();
    final JobStore store;
    final Feeds feeds;
    long reads;

    private final SimBug bug;
    private final InMemoryStore real = new InMemoryStore(time.clock());
    private final SimStore faulty = new SimStore(real, this);
    private final ManualExecutor storeThreads = new ManualExecutor();
    private final ManualExecutor quick = new ManualExecutor();
    private final ManualExecutor slow = new ManualExecutor();
    private final Appender appender;
    private final List<Runnable> rumours = new ArrayList<>();
    private final List<String> jobs = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final List<SimMany> many = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Pattern tell =
            System.getProperty("tell") == null ? null : Pattern.compile(System.getProperty("tell"));
    private final int outages;
    private final boolean bursts;
    private final boolean longLines;
    private int depth;
    private boolean quiet;
    private int away;
    private long ordinal;
    private AssertionError wrong;

    SimWorld(long seed, SimBug bug) {
        random = new Random(seed);
        this.bug = bug;
        store = faulty.asStore();
        feeds = new Feeds(
                store,
                storeThreads,
                time,
                new PumpExecutors(quick, slow, 1 + random.nextInt(3)),
                random,
                FeedMeter.NONE,
                1 + random.nextInt(4));
        appender = new Appender(store, storeThreads, time, random, new Rumours(), AppendMeter.NONE, nanos -> {});
        outages = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(200);
        bursts = random.nextInt(8) == 0;
        longLines = random.nextInt(8) == 0;
    }

    /** Lives through it; an {@link AssertionError} tells what was wrong. */
    void run() {
        try {
            live();
        } catch (AssertionError failure) {
            wrong = wrong == null ? failure : wrong;
        }
        if (wrong != null) {
            var story = new StringBuilder(wrong.getMessage()).append("\nThe last that happened:\n");
            notes.forEach(note -> story.append("  ").append(note).append('\n'));
            throw new AssertionError(story.toString(), wrong);
        }
    }

    private void live() {
        int number = 1 + random.nextInt(5);
        for (int i = 0; i < number; i++) {
            submit();
        }
        int readers = 3 + random.nextInt(12);
        int steps = 150 + random.nextInt(600);
        for (int step = 0; step < steps; step++) {
            if (clients.size() < readers && random.nextInt(8) == 0) {
                clients.add(client(anyJob()));
            }
            act();
            if (wrong != null) {
                throw wrong;
            }
        }
        calmDown();
        leave();
    }

    private void act() {
        int dice = random.nextInt(100);
        if (dice < 40) {
            runSome();
        } else if (dice < 52) {
            write(anyJob());
        } else if (dice < 62) {
            rumour();
        } else if (dice < 74) {
            pass();
        } else if (dice < 92) {
            clientActs();
        } else if (dice < 95 && many.size() < 3) {
            String owner = random.nextBoolean() ? "alice" : "bob";
            many.add(new SimMany(this, many.size(), owner, random.nextBoolean() ? null : someJobsOf(owner)));
        } else if (dice < 97 && jobs.size() < 7) {
            submit();
        } else if (dice < 98 && random.nextInt(3) == 0) {
            delete(anyJob());
        } else if (dice < 99) {
            away = random.nextInt(300) < outages ? 1 + random.nextInt(30) : 0;
        } else if (random.nextInt(12) == 0) {
            restore();
        }
    }

    private Set<String> someJobsOf(String owner) {
        return new TreeSet<>(jobs.stream()
                .filter(job -> truth.owner(job).equals(owner) && !truth.deletedNow(job) && random.nextBoolean())
                .toList());
    }

    private SimClient client(String job) {
        long latest = truth.latest(job);
        Long cursor = switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> 0L;
            case 2 -> latest;
            case 3 -> latest + 1 + random.nextInt(random.nextBoolean() ? 3 : 100_000);
            default -> 1 + (long) (random.nextDouble() * latest);
        };
        return new SimClient(this, clients.size(), job, cursor);
    }

    private void clientActs() {
        if (!many.isEmpty() && random.nextInt(4) == 0) {
            SimMany one = many.get(random.nextInt(many.size()));
            if (!one.connected()) {
                one.connect();
            } else if (random.nextInt(12) == 0) {
                one.leave();
            } else {
                one.makeRoom(random.nextInt(20));
            }
        } else if (!clients.isEmpty()) {
            SimClient one = clients.get(random.nextInt(clients.size()));
            SimConnection connection = one.connection;
            if (connection == null) {
                one.connect();
            } else if (random.nextInt(12) == 0) {
                connection.leave();
            } else if (random.nextInt(12) == 0) {
                connection.spuriousWake();
            } else {
                connection.makeRoom(random.nextInt(random.nextInt(3) == 0 ? 100 : 4));
            }
        }
    }

    /** Nothing more is written; all that is under way arrives; then every reader must have everything soon. */
    private void calmDown() {
        for (String job : jobs) {
            if (!truth.deletedNow(job) && random.nextInt(4) != 0) {
                writeHere(job, List.of(progress(), ending()));
            }
        }
        for (String job : jobs) {
            clients.add(new SimClient(this, clients.size(), job, 0L));
        }
        quiet = true;
        away = 0;
        faulty.locked.clear();
        int rounds = longLines ? 500 : 100; // a poll gets a few of these at a time
        for (int i = 0; i < rounds; i++) {
            settle();
            time.advance(Duration.ofMillis(100));
            settle();
            for (SimClient client : clients) {
                client.connect();
                if (client.connection != null) {
                    client.connection.makeRoom(100);
                }
            }
            many.forEach(each -> {
                each.connect();
                each.makeRoom(100);
            });
            settle();
        }
        clients.forEach(SimClient::checkCaughtUp);
        many.forEach(SimMany::checkCaughtUp);
    }

    /** Everybody leaves, and nothing remains. */
    private void leave() {
        long before = reads;
        for (SimClient client : clients) {
            if (client.connection != null) {
                client.connection.leave();
            }
        }
        many.forEach(SimMany::leave);
        for (int i = 0; i < 30; i++) {
            settle();
            time.advance(Duration.ofSeconds(1));
        }
        for (SimClient client : clients) {
            check(client.connection == null, client, "still has its place");
        }
        many.forEach(each -> check(!each.connected(), each, "still has its place"));
        time.advance(Duration.ofSeconds(60));
        settle();
        check(feeds.idle(), "the node", "still holds something for readers that have left: " + feeds);
        check(time.waiting() == 0, "the node", "has " + time.waiting() + " alarms left");
        check(reads - before < 200, "the node", "read " + (reads - before) + " times for nobody");
    }

    private void settle() {
        int rounds = 0;
        boolean busy = true;
        while (busy) {
            while (!rumours.isEmpty()) {
                rumour();
            }
            busy = runAny(storeThreads);
            busy |= runAny(quick);
            busy |= runAny(slow);
            check(++rounds < 100_000, "the node", "never comes to rest");
            if (wrong != null) {
                throw wrong;
            }
        }
    }

    private boolean runAny(ManualExecutor executor) {
        return executor.runAny(random);
    }

    private void runSome() {
        int tasks = 1 + random.nextInt(6);
        for (int i = 0; i < tasks; i++) {
            runAny(anyExecutor());
        }
    }

    private ManualExecutor anyExecutor() {
        int dice = random.nextInt(5);
        return dice < 2 ? storeThreads : dice < 4 ? quick : slow;
    }

    private void rumour() {
        if (!rumours.isEmpty()) {
            rumours.remove(random.nextInt(rumours.size())).run();
        }
    }

    private void pass() {
        int dice = random.nextInt(40);
        time.advance(Duration.ofMillis(dice == 0 ? random.nextInt(20_000) : random.nextInt(dice < 8 ? 2000 : 60)));
    }

    /** Lets other threads run: called where a thread could be overtaken. */
    void interleave() {
        if (depth >= 2 || random.nextInt(quiet ? 20 : 6) != 0) {
            return;
        }
        depth++;
        try {
            int dice = random.nextInt(6);
            if (dice < 3) {
                runAny(anyExecutor());
            } else if (dice < 5) {
                rumour();
            } else if (!quiet) {
                write(anyJob());
            }
        } finally {
            depth--;
        }
    }

    boolean storeFails() {
        if (away > 0 && !quiet) {
            away--;
            return random.nextInt(4) != 0;
        }
        return !quiet && random.nextInt(1000) < outages / 10;
    }

    private void submit() {
        String id = "job" + jobs.size();
        String owner = jobs.size() % 3 == 2 ? "bob" : "alice";
        var submitted = (SubmitResult.Accepted) real.submit(new JobSubmission(
                id, "countdown", null, owner, Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 100));
        truth.committed(submitted.growth());
        jobs.add(id);
        note(() -> id + " is submitted");
        if (random.nextBoolean()) {
            new Rumours().grown(submitted.growth());
        } else {
            hint(submitted.growth().job());
        }
    }

    private String anyJob() {
        return jobs.get(random.nextInt(jobs.size()));
    }

    private void write(String job) {
        if (random.nextInt(25) == 0) {
            faulty.locked.add(job);
        } else if (random.nextInt(3) == 0) {
            faulty.locked.remove(job);
        }
        List<Event> events = someEvents();
        if (random.nextInt(3) == 0) {
            writeElsewhere(job, events);
        } else {
            writeHere(job, events);
        }
    }

    private void writeHere(String job, List<Event> events) {
        long mine = ++ordinal;
        var write = new Write(
                job,
                row -> row.ordinal() >= mine || finished(row)
                        ? Verdict.NOTHING
                        : new Verdict(events, mine, false, null));
        var unused = random.nextInt(4) == 0 ? appender.write(write) : appender.writeUntilStored(write);
    }

    private void writeElsewhere(String job, List<Event> events) {
        WriteResult written = real.write(List.of(new Write(
                        job, row -> finished(row) ? Verdict.NOTHING : Verdict.append(events.toArray(new Event[0])))))
                .get(0);
        if (written instanceof WriteResult.Done done) {
            truth.committed(done.growth());
            note(() -> "another node appends to " + job + " up to "
                    + done.row().job().seq());
            hint(done.row().job());
        }
    }

    private static boolean finished(JobRow row) {
        return row.job().state().terminal();
    }

    private void hint(Job job) {
        if (random.nextInt(4) == 0) {
            rumours.add(feeds::missed);
        } else {
            rumours.add(() -> feeds.grown(Set.of(new WakeUps.Hint(job.id(), job.owner()))));
        }
    }

    private List<Event> someEvents() {
        int number = bursts && random.nextInt(30) == 0 ? 200 + random.nextInt(1200) : 1 + random.nextInt(5);
        var events = new ArrayList<Event>();
        for (int i = 0; i < number; i++) {
            int dice = random.nextInt(20);
            if (dice < 11) {
                events.add(progress());
            } else if (dice < 16) {
                events.add(new Event.Log(LogLevel.INFO, "line " + random.nextInt(1000) + filling()));
            } else if (dice == 16) {
                events.add(new Artifact("a" + random.nextInt(3), "text/plain", 0, "\"e\"", "v" + random.nextInt(1000)));
            } else if (dice == 17) {
                events.add(new Event.Cancelling("alice"));
            } else if (dice == 18) {
                events.add(new Event.Retrying(1, time.clock().instant(), new Problem("oops", "Oops", "again")));
                events.add(new Event.Started(2, "node"));
            }
        }
        if (random.nextInt(30) == 0 || events.isEmpty()) {
            events.add(random.nextInt(3) == 0 ? ending() : progress());
        }
        return events;
    }

    /** Makes some lines so long that a few fill a batch. */
    private String filling() {
        return longLines && random.nextBoolean()
                ? "x".repeat(random.nextInt(random.nextInt(5) == 0 ? 60_000 : 16_000))
                : "";
    }

    private Progress progress() {
        return Progress.of(random.nextInt(1000), 1000, "steps", null, null, null);
    }

    private Event ending() {
        return random.nextBoolean() ? new Event.Succeeded(null) : new Event.Cancelled("alice");
    }

    private void delete(String job) {
        real.delete(job).ifPresent(gone -> {
            note(() -> job + " is deleted");
            truth.deleted(job);
            if (random.nextBoolean()) {
                new Rumours().deleted(gone);
            } else {
                hint(gone);
            }
        });
    }

    /** An operator has restored a backup; nothing else happens at that time. */
    private void restore() {
        if (depth > 0) {
            return;
        }
        boolean wasQuiet = quiet;
        quiet = true;
        faulty.locked.clear();
        for (int i = 0; i < 30; i++) {
            settle();
            time.advance(Duration.ofMillis(100));
        }
        real.restored();
        note(() -> "the numbers are raised");
        for (String id : jobs) {
            real.find(id).ifPresent(job -> {
                Replay all =
                        real.read(Map.of(id, 0L), 100_000, Integer.MAX_VALUE).get(id);
                truth.raised(job, ((Replay.Continuous) all).entries());
            });
        }
        quiet = wasQuiet;
        feeds.missed();
    }

    boolean planted(SimBug one) {
        return bug == one;
    }

    /** Entries as the planted bug shows them. */
    List<LogEntry> altered(List<LogEntry> entries) {
        if (bug == SimBug.GREEDY_CONFLATION) {
            return SimStore.withoutProgressBeforeOthers(entries);
        }
        if (bug == SimBug.ENDLESS) {
            return entries.stream()
                    .map(entry -> entry.kind() == LogEntry.Kind.TERMINAL
                            ? new LogEntry(entry.seq(), LogEntry.Kind.OTHER, entry.type(), entry.at(), entry.json())
                            : entry)
                    .toList();
        }
        return entries;
    }

    void note(Supplier<String> what) {
        if (tell != null) {
            String said = time.clock().instant() + " " + what.get();
            if (tell.matcher(said).find()) {
                notes.add(said);
            }
            if (notes.size() > NOTES) {
                notes.remove(0);
            }
        }
    }

    void check(boolean right, Object who, String what) {
        if (!right) {
            wrong = wrong == null ? new AssertionError(who + " " + what) : wrong;
            throw wrong;
        }
    }

    int histories() {
        return clients.stream().mapToInt(client -> client.connections).sum() + many.size();
    }

    /** Tells the feeds what this node has committed: at once, later and so in any order, or only that it is unsure. */
    private final class Rumours implements LogListener {
        @Override
        public void grown(WriteResult.Appended told) {
            note(() -> "this node appends to " + told.job().id() + " up to "
                    + told.job().seq());
            var growth = bug == SimBug.HIDDEN_HOLE && random.nextInt(5) == 0
                    ? new WriteResult.Appended(told.job(), Math.max(0, told.after() - 5), altered(told.entries()))
                    : new WriteResult.Appended(told.job(), told.after(), altered(told.entries()));
            int dice = random.nextInt(20);
            if (dice == 0) {
                if (bug != SimBug.LOST_WAKE_UP) {
                    rumours.add(() -> feeds.unsure(growth.job().id()));
                }
            } else if (dice < 8) {
                rumours.add(() -> feeds.grown(growth));
            } else {
                feeds.grown(growth);
            }
        }

        @Override
        public void deleted(Job job) {
            rumours.add(() -> feeds.deleted(job));
        }

        @Override
        public void unsure(String job) {
            rumours.add(() -> feeds.unsure(job));
        }
    }
}
