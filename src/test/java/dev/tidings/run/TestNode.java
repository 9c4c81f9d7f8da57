package dev.tidings.run;

import dev.tidings.job.Job;
import dev.tidings.job.JobContext;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.Appender;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.time.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One node over a store, with threads that the test moves. */
final class TestNode {
    static final Duration LEASE = Duration.ofSeconds(20);
    static final Duration GRACE = Duration.ofSeconds(30);

    /** Parameters: any JSON. */
    public record Params(String json) {}

    /** What a test's handler does. */
    interface Script {
        @Nullable
        Object run(Params params, JobContext context) throws Exception;
    }

    final ManualExecutor storeThreads = new ManualExecutor();
    final Strands jobThreads = new Strands();
    final List<String> told = new ArrayList<>();
    final Appender appender;
    final Runner runner;

    TestNode(String name, JobStore store, ArtifactStore blobs, Timer timer, Random random, Script script) {
        this(settings(name), store, blobs, timer, random, script);
    }

    TestNode(RunSettings settings, JobStore store, ArtifactStore blobs, Timer timer, Random random, Script script) {
        var late = new LogListener[1];
        var listener = new LogListener() {
            @Override
            public void grown(WriteResult.Appended growth) {
                told.add(growth.job().id() + " to " + growth.job().seq());
                late[0].grown(growth);
            }

            @Override
            public void deleted(Job job) {}

            @Override
            public void unsure(String job) {
                told.add(job + " unsure");
                late[0].unsure(job);
            }
        };
        appender = new Appender(store, storeThreads, timer, random, listener, AppendMeter.NONE, nanos -> {});
        runner = new Runner(
                store,
                blobs,
                appender,
                JobTypes.of(List.of(handler("work", script)), schema -> {}),
                new TestBinding(),
                listener,
                jobThreads,
                task -> {
                    if (Strands.onStrand()) {
                        task.run();
                    } else {
                        storeThreads.execute(task);
                    }
                },
                new RetriesAtOnce(timer),
                random,
                settings);
        late[0] = runner;
    }

    /**
     * Lets a handler that waits for the store try again at once: until it gives way no time passes, and it would wait
     * for ever.
     */
    private record RetriesAtOnce(Timer timer) implements Timer {
        @Override
        public InstantSource clock() {
            return timer.clock();
        }

        @Override
        public long nanoTime() {
            return timer.nanoTime();
        }

        @Override
        public Alarm after(Duration delay, Runnable task) {
            if (Strands.onStrand() && retries()) {
                task.run();
                return () -> {};
            }
            return timer.after(delay, task);
        }

        private static boolean retries() {
            return StackWalker.getInstance()
                    .walk(frames -> frames.limit(4)
                            .anyMatch(frame -> frame.getClassName().equals(StoreThreads.class.getName())));
        }
    }

    static RunSettings settings(String name) {
        return new RunSettings(name, 2, 3, LEASE, GRACE, 2, Duration.ofMillis(100), 16 * 1024, 10_000);
    }

    static JobHandler<Params> handler(String name, Script script) {
        return new JobHandler<>() {
            @Override
            public JobType<Params> type() {
                return new JobType<>(name, name, name, Params.class, "{}", 0, 10);
            }

            @Override
            public @Nullable Object run(Params params, JobContext context) throws Exception {
                return script.run(params, context);
            }
        };
    }

    private static final class TestBinding implements Binding {
        @Override
        public <P> P read(Json params, Class<P> type) {
            if (params.text().contains("unfit")) {
                throw new IllegalArgumentException("steps must be a number");
            }
            return type.cast(new Params(params.text()));
        }

        @Override
        public Json write(@Nullable Object result) {
            if (result instanceof Thread) {
                throw new IllegalArgumentException("no JSON");
            }
            return result instanceof Json json ? json : new Json(result == null ? "null" : "\"" + result + "\"");
        }
    }
}
