package dev.tidings.boot;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidings.feed.PumpExecutors;
import dev.tidings.time.TimerWheel;
import jakarta.enterprise.concurrent.ContextService;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The node's threads, in pools that never share work. Jobs block as long as they like. Store work waits for the database,
 * pumps write to readers, uploads wait for clients. Answers are sent for threads that must not wait. The timer waits for
 * nobody.
 *
 * <p>Jobs run on a {@code ManagedExecutorService}: the deployer's, else the WAR's own definition, else one of the
 * implementation that the WAR carries. All other threads come from the container's {@code ManagedThreadFactory}, else
 * from the carried one. None but the jobs' is ever interrupted: an interrupt in the database's file channel would close
 * it.
 */
final class Threads implements AutoCloseable {
    /** Where a deployer, or the deployment descriptor, puts an executor for jobs. */
    static final List<String> JOB_EXECUTORS = List.of(
            "java:comp/env/concurrent/tidings-jobs",
            "java:module/concurrent/tidings-jobs",
            "java:jboss/ee/concurrency/executor/tidings-jobs"); // WildFly's, without the help of a descriptor

    private static final String THREAD_FACTORY = "java:comp/DefaultManagedThreadFactory";
    private static final String CONTEXT_SERVICE = "java:comp/DefaultContextService";
    private static final int STORE_THREADS = 10;
    private static final int STORE_QUEUE = 2000;
    private static final int DOWNLOAD_THREADS = 8;
    private static final int ANSWER_THREADS = 4;
    private static final int PUMP_QUEUE = 1_000_000;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration SPARE_PATIENCE = Duration.ofMillis(500);
    private static final Logger LOG = System.getLogger(Threads.class.getName());

    private final @Nullable CarriedConcurrency carried;
    private final Executor jobs;
    private final int spareJobThreads;
    private final List<ThreadPoolExecutor> pools = new ArrayList<>();
    private final Map<String, ThreadPoolExecutor> queues = new LinkedHashMap<>();
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor store;
    private final ThreadPoolExecutor downloads;
    private final ThreadPoolExecutor answers;
    private final ThreadPoolExecutor uploads;
    private final ThreadPoolExecutor workerUploads;
    private final ThreadPoolExecutor background;
    private final PumpExecutors pumps;
    private final TimerWheel timer = new TimerWheel(InstantSource.system());
    private final Thread timerThread;
    private volatile boolean stopping;

    /**
     * Starts the threads.
     *
     * @throws IllegalStateException when the container's pool for jobs is too small
     */
    Threads(ClassLoader application, int concurrency, int uploadsAtOnce) {
        var boundJobs = Jndi.lookUp(JOB_EXECUTORS, ExecutorService.class);
        var boundFactory = Jndi.lookUp(List.of(THREAD_FACTORY), ThreadFactory.class);
        carried =
                boundJobs == null || boundFactory == null ? new CarriedConcurrency(application, 2 * concurrency) : null;
        ThreadFactory factory = boundFactory == null ? carried().threadFactory() : boundFactory;
        jobs = inContext(boundJobs == null ? carried().jobs() : boundJobs, application);
        int cores = Runtime.getRuntime().availableProcessors();
        store = pool(factory, "store", STORE_THREADS, STORE_QUEUE);
        ThreadPoolExecutor quick = pool(factory, "pump", Math.max(2, cores), PUMP_QUEUE);
        ThreadPoolExecutor slow = pool(factory, "slow pump", 4, PUMP_QUEUE);
        pumps = new PumpExecutors(quick, slow, quick.getMaximumPoolSize());
        downloads = pool(factory, "download", DOWNLOAD_THREADS, STORE_QUEUE);
        answers = pool(factory, "answer", ANSWER_THREADS, PUMP_QUEUE);
        uploads = uploads(factory, "upload", uploadsAtOnce);
        workerUploads = uploads(factory, "worker upload", uploadsAtOnce);
        background = new ThreadPoolExecutor(
                0, 4, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), named(factory, "background"));
        pools.add(background);
        timerThread = named(factory, "timer").newThread(this::turnTimer);
        timerThread.start();
        spareJobThreads = boundJobs == null ? concurrency : probe(boundJobs, concurrency);
    }

    /**
     * Gives each job the application's names and class loader, which a bound executor need not do. WildFly's executors
     * have neither on their threads.
     */
    private static Executor inContext(Executor executor, ClassLoader application) {
        var contexts = Jndi.lookUp(List.of(CONTEXT_SERVICE), ContextService.class);
        Executor context = contexts == null ? Runnable::run : contexts.currentContextExecutor();
        return job -> executor.execute(() -> context.execute(() -> {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(application);
            try {
                job.run();
            } finally {
                thread.setContextClassLoader(before);
            }
        }));
    }

    private CarriedConcurrency carried() {
        if (carried == null) {
            throw new IllegalStateException("the container has its own");
        }
        return carried;
    }

    private ThreadPoolExecutor pool(ThreadFactory factory, String name, int size, int queue) {
        var pool = new ThreadPoolExecutor(
                size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), named(factory, name));
        pool.allowCoreThreadTimeOut(true);
        pools.add(pool);
        queues.put(name, pool);
        return pool;
    }

    private ThreadPoolExecutor uploads(ThreadFactory factory, String name, int atOnce) {
        var pool =
                new ThreadPoolExecutor(0, atOnce, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), named(factory, name));
        pools.add(pool);
        return pool;
    }

    private ThreadFactory named(ThreadFactory factory, String name) {
        var number = new AtomicInteger();
        return task -> {
            Thread thread = factory.newThread(task);
            thread.setName("tidings " + name + " " + number.incrementAndGet());
            made.removeIf(earlier -> earlier.getState() == Thread.State.TERMINATED);
            made.add(thread);
            return thread;
        };
    }

    /**
     * Finds out how many jobs can run at once; a managed executor does not tell its size.
     *
     * @return how many threads there are beyond {@code concurrency}, at most as many again
     */
    private static int probe(ExecutorService executor, int concurrency) {
        var needed = new CountDownLatch(concurrency);
        var spare = new CountDownLatch(2 * concurrency);
        var done = new CountDownLatch(1);
        try {
            for (int i = 0; i < 2 * concurrency; i++) {
                executor.execute(() -> {
                    needed.countDown();
                    spare.countDown();
                    await(done, PROBE_PATIENCE);
                });
            }
        } catch (RejectedExecutionException full) {
            LOG.log(Level.DEBUG, "the executor for jobs rejected a probe");
        }
        boolean enough = await(needed, PROBE_PATIENCE);
        await(spare, SPARE_PATIENCE);
        int running = 2 * concurrency - (int) spare.getCount();
        done.countDown();
        if (!enough) {
            throw new IllegalStateException("tidings.jobs.concurrency is " + concurrency
                    + ", but the executor bound for jobs runs only " + running
                    + " at once; make it larger or the setting smaller");
        }
        return running - concurrency;
    }

    @CanIgnoreReturnValue
    private static boolean await(CountDownLatch latch, Duration patience) {
        try {
            return latch.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void turnTimer() {
        while (!stopping) {
            timer.tick();
            LockSupport.parkNanos(TimerWheel.TICK.toNanos());
        }
    }

    /** Runs handlers. */
    Executor jobs() {
        return jobs;
    }

    /** How many job threads there are beyond {@code tidings.jobs.concurrency}, for attempts that are abandoned. */
    int spareJobThreads() {
        return spareJobThreads;
    }

    /** Enters JDBC. */
    Executor store() {
        return store;
    }

    PumpExecutors pumps() {
        return pumps;
    }

    /** Writes artifacts to clients; some containers block in it. */
    Executor downloads() {
        return downloads;
    }

    /** Answers for threads that must not wait for a client: the timer's, and those that commit. */
    Executor answers() {
        return answers;
    }

    /** Reads request bodies; refuses what is more than the limit. */
    Executor uploads() {
        return uploads;
    }

    /** The same for what workers send, so that users' uploads cannot keep them out. */
    Executor workerUploads() {
        return workerUploads;
    }

    /** For the few tasks that run as long as the node: the listener for other nodes' hints. */
    Executor background() {
        return background;
    }

    /** Calls {@code seen} with the name of each pool that has a queue, and how many tasks wait in it. */
    void eachQueue(BiConsumer<String, Supplier<Number>> seen) {
        queues.forEach((name, pool) -> seen.accept(name, () -> pool.getQueue().size()));
    }

    TimerWheel timer() {
        return timer;
    }

    /** Lets pools run dry and ends the threads. The store's work is waited for. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(timerThread);
        pools.forEach(ThreadPoolExecutor::shutdown);
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        try {
            for (ThreadPoolExecutor pool : pools) {
                if (!pool.awaitTermination(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    LOG.log(Level.WARNING, "threads did not end in time: {0}", pool);
                }
            }
            // A pool says that it has ended a moment before its last thread has, which a container would take for a
            // leak.
            for (Thread thread : made) {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        if (carried != null) {
            carried.close();
        }
    }
}
