package dev.tidings.boot;

import dev.tidings.feed.Feeds;
import dev.tidings.feed.SubscriberLimiter;
import dev.tidings.jdbc.JdbcStore;
import dev.tidings.jdbc.StoreLimits;
import dev.tidings.jdbc.StoreSettings;
import dev.tidings.json.ParamsSchema;
import dev.tidings.log.Appender;
import dev.tidings.log.WakeUps;
import dev.tidings.metrics.Metrics;
import dev.tidings.run.Cancellation;
import dev.tidings.run.JobTypes;
import dev.tidings.run.JsonBinding;
import dev.tidings.run.Retention;
import dev.tidings.run.RunSettings;
import dev.tidings.run.Runner;
import dev.tidings.run.WorkerReports;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A node of Tidings without its HTTP face: the store, the log's writer, the readers and the runner, wired and started.
 *
 * <p>Threads: made and closed by the container's thread; the parts are for any.
 */
final class Node implements AutoCloseable {
    /** The contract's name, and where WildFly binds a DataSource without the help of a descriptor. */
    private static final List<String> DATA_SOURCES =
            List.of("java:comp/env/jdbc/tidings", "java:jboss/datasources/tidings");

    private final JdbcStore store;
    private final WakeUps wakeUps;
    private final Metrics metrics = new Metrics();
    private final Probes probes;
    private final Threads threads;
    private final Feeds feeds;
    private final SubscriberLimiter readers;
    private final JobTypes types;
    private final Appender appender;
    private final Runner runner;
    private final Cancellation cancellation;
    private final WorkerReports workers;
    private final Retention retention;
    private final Drain drain;
    private final LogListeners fanout = new LogListeners();

    /**
     * Opens the store and starts to run jobs.
     *
     * @param application where job handlers are looked for
     * @throws RuntimeException when a part cannot be had; the message says what to do
     */
    Node(Settings settings, ClassLoader application) {
        types = JobTypes.load(application, settings.jobs().types(), ParamsSchema::new);
        DataSource bound = Jndi.lookUp(DATA_SOURCES, DataSource.class);
        store = JdbcStore.open(
                storeSettings(settings, bound),
                new StoreLimits(
                        settings.limits().storagePerUser(), settings.limits().artifacts()));
        var opened = new Cleanup().then(metrics).then(store);
        try {
            threads = new Threads(
                    application,
                    settings.jobs().concurrency(),
                    settings.limits().uploads());
            opened.then(threads);
            RandomGenerator random = new SharedRandom();
            feeds = new Feeds(
                    store.jobs(), threads.store(), threads.timer(), threads.pumps(), random, metrics.readers());
            readers = new SubscriberLimiter(
                    settings.limits().streams(), settings.limits().streamsPerUser(), threads.timer(), random);
            appender = new Appender(
                    store.jobs(),
                    threads.store(),
                    threads.timer(),
                    random,
                    fanout,
                    metrics.log(),
                    LockSupport::parkNanos);
            runner = new Runner(
                    store.jobs(),
                    store.artifacts(),
                    appender,
                    types,
                    new JsonBinding(),
                    fanout,
                    threads.jobs(),
                    threads.store(),
                    threads.timer(),
                    random,
                    runSettings(settings, threads.spareJobThreads()));
            cancellation = new Cancellation(appender);
            workers = new WorkerReports(
                    appender,
                    store.artifacts(),
                    threads.store(),
                    threads.timer(),
                    random,
                    settings.jobs().workerTimeout(),
                    settings.limits().eventBytes(),
                    settings.limits().logLines());
            retention = new Retention(
                    store.jobs(),
                    store.artifacts(),
                    fanout,
                    threads.store(),
                    threads.timer(),
                    random,
                    settings.jobs().retention(),
                    feeds::read);
            fanout.listen(metrics.log());
            fanout.add(feeds);
            fanout.add(runner);
            wakeUps = store.wakeUps(threads.background());
            drain = new Drain(
                    readers, runner, settings.drain().spread(), settings.drain().grace());
            wakeUps.listen(fanout);
            metrics.node().gauge("tidings.jobs.running", "Attempts that have a slot at this node", runner::running);
            metrics.node()
                    .gauge(
                            "tidings.jobs.unhandled",
                            "Queued jobs that wait for a minute and have no handler at this node",
                            runner::unhandled);
            metrics.node()
                    .gauge(
                            "tidings.jobs.abandoned",
                            "Attempts that ignored their interruption; each keeps a thread busy",
                            runner::abandoned);
            metrics.node().gauge("tidings.readers", "Streams, and polls that wait", readers::count);
            metrics.node()
                    .gauge(
                            "tidings.hints.missed",
                            "How often hints of other nodes may have been missed, and all that is read here was read on",
                            fanout::timesMissed);
            threads.eachQueue(metrics.node()::queue);
            probes = new Probes(
                    threads.timer(),
                    random,
                    metrics.node(),
                    Map.of(
                            "store", threads.store(),
                            "pump", threads.pumps().quick(),
                            "slow pump", threads.pumps().slow()));
            probes.start();
            runner.start();
            retention.start();
        } catch (RuntimeException | Error failure) {
            opened.closeAfter(failure);
            throw failure;
        }
    }

    private static StoreSettings storeSettings(Settings settings, @Nullable DataSource bound) {
        return new StoreSettings(
                settings.home(),
                bound,
                settings.store().url(),
                settings.store().user(),
                settings.store().password(),
                StoreSettings.DEFAULT_CONNECTIONS,
                settings.store().migrate());
    }

    private static RunSettings runSettings(Settings settings, int spareJobThreads) {
        return new RunSettings(
                settings.node(),
                settings.jobs().concurrency(),
                settings.jobs().attempts(),
                settings.jobs().lease(),
                settings.jobs().cancelGrace(),
                spareJobThreads,
                settings.jobs().progressInterval(),
                settings.limits().eventBytes(),
                settings.limits().logLines());
    }

    /** Where jobs are kept, in words. */
    String place() {
        return store.place();
    }

    /** Cancels jobs, whoever runs them. */
    Cancellation cancellation() {
        return cancellation;
    }

    /** Takes in what external workers report. */
    WorkerReports workers() {
        return workers;
    }

    JdbcStore store() {
        return store;
    }

    Metrics metrics() {
        return metrics;
    }

    Threads threads() {
        return threads;
    }

    Feeds feeds() {
        return feeds;
    }

    SubscriberLimiter readers() {
        return readers;
    }

    JobTypes types() {
        return types;
    }

    Appender appender() {
        return appender;
    }

    LogListeners fanout() {
        return fanout;
    }

    Drain drain() {
        return drain;
    }

    /** Whether the node is up; false again as soon as it begins to stop. */
    boolean started() {
        return !drain.draining();
    }

    /** Raises all logs' numbers after a restore from a backup, and lets every reader look again. */
    void restored() {
        store.jobs().restored();
        fanout.missed();
    }

    /** Drains, then stops everything in the reverse order of its start. */
    @Override
    public void close() {
        drain.finish();
        retention.close();
        runner.close();
        probes.close();
        new Cleanup().then(metrics).then(store).then(threads).then(wakeUps).close();
    }

    /** Random numbers for jitter, for any thread. */
    private static final class SharedRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
