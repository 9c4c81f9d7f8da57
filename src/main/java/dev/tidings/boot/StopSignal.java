package dev.tidings.boot;

import dev.tidings.time.Timer;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Notices early that the application is about to stop.
 *
 * <p>Tomcat calls {@code contextDestroyed} only after it has cut all asynchronous requests, too late to end streams
 * between two events. But before that it waits for these requests, as long as {@code unloadDelay} in
 * {@code META-INF/context.xml} says, and meanwhile its JMX bean of the application is in the state
 * {@code STOPPING_PREP}; so the bean is asked now and then. (Its JSR 77 notification {@code j2ee.state.stopping} does not
 * reach listeners of the bean: tried with 11.0.27.) Other containers have no such bean and call
 * {@code contextDestroyed} in time.
 *
 * <p>Threads: {@code stopping} runs on the timer.
 */
final class StopSignal implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Set<String> STOPPING = Set.of("STOPPING_PREP", "STOPPING");
    private static final Logger LOG = System.getLogger(StopSignal.class.getName());

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final Timer timer;
    private final Runnable stopping;
    private volatile Timer.Alarm next = () -> {};

    StopSignal(ServletContext context, Timer timer, Runnable stopping) {
        this.timer = timer;
        this.stopping = stopping;
        ObjectName bean = find(context);
        if (bean != null) {
            look(bean);
        }
    }

    /** Tomcat's virtual server name is engine/host; its bean is named //host/path. */
    private @Nullable ObjectName find(ServletContext context) {
        try {
            String server = context.getVirtualServerName();
            if (server == null) { // Jetty's
                return null;
            }
            String host = server.substring(server.indexOf('/') + 1);
            String path = context.getContextPath().isEmpty() ? "/" : context.getContextPath();
            var pattern = new ObjectName("*:j2eeType=WebModule,name=//" + host + path + ",*");
            return beans.queryNames(pattern, null).stream().findFirst().orElse(null);
        } catch (JMException | IllegalArgumentException | UnsupportedOperationException notThere) {
            LOG.log(Level.DEBUG, "no early signal of a stop: {0}", notThere.getMessage());
            return null;
        }
    }

    private void look(ObjectName bean) {
        try {
            if (STOPPING.contains(String.valueOf(beans.getAttribute(bean, "stateName")))) {
                stopping.run();
                return;
            }
        } catch (JMException gone) {
            LOG.log(Level.DEBUG, "the bean of the application is gone: {0}", gone.getMessage());
            return;
        }
        next = timer.after(INTERVAL, () -> look(bean));
    }

    @Override
    public void close() {
        next.cancel();
    }
}
