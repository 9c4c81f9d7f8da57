package dev.tidings.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A deadline that is set and, as most are, cancelled, beside few and many others that wait. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TimerWheelBenchmark {
    private static final int BATCH = 1000;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(1);

    @Param({"0", "100000"})
    int waiting;

    private TimerWheel wheel = new TimerWheel(InstantSource.system());

    @Setup
    public void fill() {
        wheel = new TimerWheel(InstantSource.system());
        for (int i = 0; i < waiting; i++) {
            wheel.after(LONG.plusMillis(i), () -> {});
        }
        wheel.tick();
    }

    /** Sorts in what was added and lets go of it. */
    @TearDown(Level.Iteration)
    public void tick() throws InterruptedException {
        Thread.sleep(50);
        wheel.tick();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void setAndCancel() {
        for (int i = 0; i < BATCH; i++) {
            wheel.after(SOON, () -> {}).cancel();
        }
        wheel.tick();
    }
}
