package dev.tidings.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.PermanentFailure;
import dev.tidings.job.Progress;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.run.RecordedStore.Stored;
import dev.tidings.testing.VirtualTime;
import dev.tidings.time.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One history of a few nodes over one store, made of random: stores that fail before and after their commits, rows that
 * others hold, nodes that die, stand still, drain or have a clock that jumps by up to an hour, jobs that are cancelled, handlers that throw, and hints that get
 * lost. Then everything heals, and the logs are checked.
 *
 * <p>Each run of a handler has a number. Its lines read {@code run:line:newest report}, and what it ends with
 * {@code run:lines}, so that the check can tell a line that is missing, twice, out of order, or of an attempt that was
 * over.
 */
final class Histories {
    private static final int ACTIONS = 400;
    private static final int MOST_JOBS = 8;

    private final VirtualTime time = new VirtualTime();
    private final RecordedStore store = new RecordedStore(time.clock());
    private final Random random;
    private final double failsBefore;
    private final double failsAfter;
    private final boolean deaths;
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> jobs = new ArrayList<>();
    private boolean healed;
    private int named;
    private int runs;
    long calls;
    long failed;
    int events;
    int takenOver;

    Histories(long seed) {
        random = new Random(seed);
        failsBefore = random.nextInt(3) * 0.05;
        failsAfter = random.nextInt(3) * 0.05;
        deaths = random.nextBoolean();
    }

    /** A node with a clock of its own that can stand still. */
    private final class Node implements Timer {
        final FaultyStore faults = new FaultyStore();
        final TestNode node;
        final Cancellation cancellation;
        private final List<Runnable> late = new ArrayList<>();
        private Duration wrong = random.nextInt(3) == 0 ? leap() : Duration.ZERO;
        boolean still;
        boolean dead;
        boolean draining;

        Node() {
            faults.failsBefore = failsBefore;
            faults.failsAfter = failsAfter;
            faults.random = () -> healed ? 1 : random.nextDouble();
            node = new TestNode(
                    TestNode.settings("n" + ++named),
                    faults.over(JobStore.class, store.jobs),
                    faults.over(ArtifactStore.class, store.memory),
                    this,
                    random,
                    Histories.this::handle);
            cancellation = new Cancellation(node.appender);
            store.memory.wakeUps().listen(new WakeUps.Listener() {
                @Override
                public void grown(Set<WakeUps.Hint> hints) {
                    if (!dead && (healed || random.nextInt(4) > 0)) {
                        node.runner.grown(hints);
                    }
                }

                @Override
                public void missed() {}
            });
            node.runner.start();
        }

        @Override
        public InstantSource clock() {
            return () -> time.clock().instant().plus(wrong);
        }

        /** Its wall clock jumps; what others go by does not. */
        void leapAway() {
            wrong = leap();
        }

        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Alarm after(Duration delay, Runnable task) {
            return time.after(delay, () -> {
                if (still) {
                    late.add(task);
                } else if (!dead) {
                    task.run();
                }
            });
        }

        void goOn() {
            still = false;
            List.copyOf(late).forEach(Runnable::run);
            late.clear();
        }

        void die() {
            dead = true;
            calls += faults.calls;
            failed += faults.failed;
            node.jobThreads.abandon();
        }
    }

    void play() {
        nodes.add(new Node());
        nodes.add(new Node());
        for (int i = 0; i < ACTIONS; i++) {
            act();
        }
        heal();
        nodes.forEach(Node::die);
        jobs.forEach(this::check);
    }

    private void act() {
        Node node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(24)) {
            case 0, 1 -> submit();
            case 2 -> cancel(node);
            case 3, 4, 5, 6 -> time.advance(Duration.ofMillis(random.nextInt(300)));
            case 7 -> time.advance(Duration.ofMillis(random.nextInt(5_000)));
            case 8 -> upset(node);
            case 9, 10, 11, 12, 13 -> step(node);
            default -> run(node);
        }
    }

    private void upset(Node node) {
        String job = jobs.isEmpty() ? "none" : jobs.get(random.nextInt(jobs.size()));
        switch (random.nextInt(8)) {
            case 0 -> store.memory.hold(job);
            case 1, 2 -> store.memory.release(job);
            case 3 -> node.still = true;
            case 4 -> node.goOn();
            case 6 -> node.leapAway();
            case 5 -> {
                if (deaths) {
                    node.die();
                    nodes.remove(node);
                    nodes.add(new Node());
                }
            }
            default -> {
                if (!node.draining) {
                    node.draining = true;
                    var unused = node.node.runner.drain(Duration.ofSeconds(random.nextInt(10)));
                    nodes.add(new Node());
                }
            }
        }
    }

    private Duration leap() {
        return Duration.ofSeconds(random.nextInt(7_200) - 3_600);
    }

    private void run(Node node) {
        if (!node.still) {
            node.node.storeThreads.runAny(random);
        }
    }

    private void step(Node node) {
        int handlers = node.node.jobThreads.unfinished();
        if (!node.still && handlers > 0) {
            node.node.jobThreads.step(random.nextInt(handlers));
        }
    }

    private void submit() {
        if (jobs.size() >= MOST_JOBS) {
            return;
        }
        String id = "j" + (jobs.size() + 1);
        jobs.add(id);
        var accepted = (SubmitResult.Accepted) store.jobs.submit(new JobSubmission(
                id,
                "work",
                null,
                "alice",
                Json.EMPTY_OBJECT,
                random.nextInt(3),
                null,
                List.of(),
                null,
                null,
                null,
                99));
        nodes.get(random.nextInt(nodes.size())).node.runner.grown(accepted.growth());
    }

    private void cancel(Node node) {
        if (!jobs.isEmpty() && random.nextInt(3) == 0) {
            var unused = node.cancellation.cancel(jobs.get(random.nextInt(jobs.size())), "bob");
        }
    }

    private void heal() {
        healed = true;
        jobs.forEach(store.memory::release);
        nodes.forEach(Node::goOn);
        if (nodes.stream().allMatch(node -> node.draining)) {
            nodes.add(new Node());
        }
        for (int i = 0; i < 4_000 && !allOver(); i++) {
            time.advance(Duration.ofMillis(250));
            for (Node node : nodes) {
                node.node.storeThreads.runAll();
                for (int s = node.node.jobThreads.unfinished() - 1; s >= 0; s--) {
                    node.node.jobThreads.step(s);
                }
                node.node.storeThreads.runAll();
            }
        }
    }

    private boolean allOver() {
        return jobs.stream().allMatch(id -> store.job(id).state().terminal());
    }

    /** A handler that does this and that. */
    private @Nullable Object handle(TestNode.Params params, JobContext context) throws Exception {
        int run = ++runs;
        int lines = 0;
        long reported = 0;
        boolean deaf = random.nextInt(8) == 0;
        int steps = random.nextInt(30);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(6)) {
                case 0 -> context.log(run + ":" + ++lines + ":" + reported);
                case 1, 2 -> context.progress(++reported, steps, "steps");
                case 3 -> {
                    if (random.nextInt(10) == 0) {
                        try (var out = context.artifact("a" + run, "text/plain")) {
                            out.write(("run " + run).getBytes(StandardCharsets.UTF_8));
                        }
                    }
                }
                default -> {
                    try {
                        Strands.pause();
                    } catch (InterruptedException e) {
                        if (!deaf) {
                            throw new IllegalStateException(run + ":" + lines, e);
                        }
                    }
                }
            }
        }
        int end = random.nextInt(10);
        if (end == 0) {
            throw new PermanentFailure(run + ":" + lines);
        }
        if (end < 4) {
            throw new IllegalStateException(run + ":" + lines);
        }
        return run + ":" + lines;
    }

    // What must hold.

    private void check(String id) {
        List<Stored> log = store.log(id);
        events += log.size();
        assertThat(store.job(id).state().terminal())
                .as("%s is over: %s", id, log)
                .isTrue();
        assertThat(log.stream().filter(stored -> stored.event().terminal()))
                .as("one end of %s", id)
                .hasSize(1);
        assertThat(log.get(log.size() - 1).event().terminal())
                .as("%s ends last", id)
                .isTrue();
        for (int i = 0; i < log.size(); i++) {
            assertThat(log.get(i).seq()).isEqualTo(i + 1);
        }
        attempts(id, log);
    }

    private void attempts(String id, List<Stored> log) {
        int run = 0;
        int lines = 0;
        long report = 0;
        boolean running = false;
        for (Stored stored : log) {
            Event event = stored.event();
            String where = id + " " + stored + " in " + log;
            if (event instanceof Event.Started started) {
                assertThat(running).as(where).isFalse();
                assertThat(started.attempt()).as(where).isBetween(1, 3);
                running = true;
                run = 0;
                lines = 0;
                report = 0;
            } else if (event instanceof Event.Log line) {
                String[] parts = line.message().split(":", -1);
                assertThat(running).as(where).isTrue();
                assertThat(run == 0 || run == Integer.parseInt(parts[0]))
                        .as(where)
                        .isTrue();
                run = Integer.parseInt(parts[0]);
                assertThat(Integer.parseInt(parts[1])).as(where).isEqualTo(++lines);
                assertThat(Long.parseLong(parts[2])).as(where).isEqualTo(report);
            } else if (event instanceof Progress progress) {
                assertThat(running).as(where).isTrue();
                assertThat(progress.done()).as(where).isGreaterThanOrEqualTo(report);
                report = progress.done();
            } else if (event instanceof Artifact artifact) {
                assertThat(running).as(where).isTrue();
                assertThat(store.memory.chunk(artifact.version(), 0).map(String::new))
                        .as(where)
                        .contains("run " + artifact.name().substring(1));
                assertThat(run == 0 || artifact.name().equals("a" + run))
                        .as(where)
                        .isTrue();
            } else if (event instanceof Event.Cancelling) {
                assertThat(running).as(where).isTrue();
            } else {
                running = false;
                String said = said(event);
                if (said.matches("\\d+:\\d+")) {
                    String[] parts = said.split(":", -1);
                    assertThat(run == 0 || run == Integer.parseInt(parts[0]))
                            .as(where)
                            .isTrue();
                    assertThat(Integer.parseInt(parts[1])).as(where).isEqualTo(lines);
                } else if (event instanceof Event.Queued && stored.seq() > 1) {
                    takenOver++;
                }
            }
        }
        assertThat(store.job(id).state()).isNotEqualTo(JobState.RUNNING);
    }

    /** What the handler said at the end of its run; empty when it was not asked. */
    private static String said(Event event) {
        if (event instanceof Event.Succeeded done) {
            return done.result().text().replace("\"", "");
        }
        if (event instanceof Event.Failed failed) {
            return failed.error().type().equals("handler-failed")
                    ? failed.error().detail()
                    : "";
        }
        return event instanceof Event.Retrying retrying ? retrying.error().detail() : "";
    }
}
