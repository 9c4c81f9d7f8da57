package dev.tidings.run;

import dev.tidings.job.Job;
import dev.tidings.job.JobContext;
import dev.tidings.job.Json;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.Appender;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogListener;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WriteResult.Appended;
import dev.tidings.testing.InMemoryStore;
import dev.tidings.time.TimerWheel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code context.progress()} in a tight loop, in an attempt that a real runner has started: the events that fall due
 * meanwhile, ten a second, are made and stored (in memory) as in a node.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProgressBenchmark {
    private static final String UNIT = "rows";
    private static final long TOTAL = 1_000_000_000;

    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });
    private final TimerWheel timer = new TimerWheel(InstantSource.system());
    private volatile boolean stopped;
    private @Nullable Runner runner;
    private @Nullable JobContext context;

    /** Each thread counts for itself. */
    @State(Scope.Thread)
    public static class Counter {
        long done;
    }

    /** Starts a job that waits. */
    @Setup
    public void start() throws Exception {
        var store = new InMemoryStore(InstantSource.system());
        var started = new CompletableFuture<JobContext>();
        var told = new LogListener[1];
        LogListener listener = new LogListener() {
            @Override
            public void grown(Appended growth) {
                told[0].grown(growth);
            }

            @Override
            public void deleted(Job job) {}

            @Override
            public void unsure(String job) {
                told[0].unsure(job);
            }
        };
        var random = new Random(1);
        var appender = new Appender(store, threads, timer, random, listener, AppendMeter.NONE, nanos -> {});
        var handler = TestNode.handler("work", (params, given) -> {
            started.complete(given);
            over.await();
            return null;
        });
        runner = new Runner(
                store,
                store,
                appender,
                JobTypes.of(List.of(handler), schema -> {}),
                new Binding() {
                    @Override
                    public <P> P read(Json params, Class<P> type) {
                        return type.cast(new TestNode.Params(params.text()));
                    }

                    @Override
                    public Json write(@Nullable Object result) {
                        return new Json("null");
                    }
                },
                listener,
                threads,
                threads,
                timer,
                random,
                TestNode.settings("node"));
        told[0] = runner;
        threads.execute(() -> {
            while (!stopped) {
                timer.tick();
                LockSupport.parkNanos(TimerWheel.TICK.toNanos());
            }
        });
        runner.start();
        var submitted = (SubmitResult.Accepted) store.submit(new JobSubmission(
                "j1", "work", null, "me", Json.EMPTY_OBJECT, 0, null, List.of(), null, null, null, 10));
        runner.grown(submitted.growth());
        context = started.get(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets it end. */
    @TearDown
    public void stop() {
        over.countDown();
        if (runner != null) {
            runner.close();
        }
        stopped = true;
        threads.shutdown();
    }

    @Benchmark
    public void oneThread(Counter counter) {
        context.progress(++counter.done, TOTAL, UNIT);
    }

    @Benchmark
    @Threads(10)
    public void tenThreads(Counter counter) {
        context.progress(++counter.done, TOTAL, UNIT);
    }
}
