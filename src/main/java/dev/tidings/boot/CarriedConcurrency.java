package dev.tidings.boot;

import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.glassfish.concurro.AbstractManagedExecutorService.RejectPolicy;
import org.glassfish.concurro.ContextServiceImpl;
import org.glassfish.concurro.ManagedExecutorServiceImpl;
import org.glassfish.concurro.ManagedThreadFactoryImpl;
import org.glassfish.concurro.spi.ContextHandle;
import org.glassfish.concurro.spi.ContextSetupProvider;

/**
 * The Jakarta Concurrency implementation that the WAR carries, for servers that have none, such as Tomcat.
 *
 * <p>The only class that touches it, so that nothing of it is loaded where the container has its own.
 *
 * <p>Threads: any.
 */
final class CarriedConcurrency implements AutoCloseable {
    private final ContextServiceImpl contexts;
    private final ManagedThreadFactoryImpl factory;
    private final ManagedExecutorServiceImpl jobs;

    /**
     * Makes a thread factory and an executor for jobs.
     *
     * @param jobThreads the most job threads; further jobs are queued, as many again, then rejected
     */
    CarriedConcurrency(ClassLoader application, int jobThreads) {
        contexts = new ContextServiceImpl("tidings", new ApplicationContext(application));
        factory = new ManagedThreadFactoryImpl("tidings", contexts, Thread.NORM_PRIORITY);
        var jobFactory = new ManagedThreadFactoryImpl("tidings-job", contexts, Thread.NORM_PRIORITY);
        jobs = new ManagedExecutorServiceImpl(
                "tidings-jobs",
                jobFactory,
                0,
                true,
                jobThreads,
                jobThreads,
                60,
                TimeUnit.SECONDS,
                0, // threads live until they idle: a limit here makes the implementation log stack traces
                jobThreads,
                contexts,
                RejectPolicy.ABORT);
    }

    ManagedThreadFactory threadFactory() {
        return factory;
    }

    ManagedExecutorService jobs() {
        return jobs.getAdapter();
    }

    /** Interrupts what still runs: whatever it was, it has been handed over. */
    @Override
    public void close() {
        jobs.shutdownNow();
        jobs.getManagedThreadFactory().stop();
        factory.stop();
    }

    /** Gives each task the application's class loader; a task has no other context here. */
    private static final class ApplicationContext implements ContextSetupProvider {
        private static final long serialVersionUID = 1;

        private final transient ClassLoader application;

        ApplicationContext(ClassLoader application) {
            this.application = application;
        }

        @Override
        public ContextHandle saveContext(ContextService service) {
            return new Loader(application);
        }

        @Override
        public ContextHandle saveContext(ContextService service, Map<String, String> properties) {
            return new Loader(application);
        }

        @Override
        public ContextHandle setup(ContextHandle handle) {
            Thread thread = Thread.currentThread();
            var before = new Loader(thread.getContextClassLoader());
            thread.setContextClassLoader(((Loader) handle).loader);
            return before;
        }

        @Override
        public void reset(ContextHandle handle) {
            Thread.currentThread().setContextClassLoader(((Loader) handle).loader);
        }
    }

    private static final class Loader implements ContextHandle {
        private static final long serialVersionUID = 1;

        private final transient ClassLoader loader;

        Loader(ClassLoader loader) {
            this.loader = loader;
        }
    }
}
