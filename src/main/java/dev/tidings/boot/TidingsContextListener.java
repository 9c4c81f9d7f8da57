package dev.tidings.boot;

import dev.tidings.http.PublicPath;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends with the application: named in the deployment descriptor.
 *
 * <p>Threads: the container's, one call at a time.
 */
public final class TidingsContextListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger(TidingsContextListener.class.getName());

    private static final int MOST_REASONS = 5;

    private @Nullable Node node;
    private @Nullable StopSignal signal;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            start(event.getServletContext());
        } catch (RuntimeException | Error failure) {
            // Tomcat tells it in a file of its own only. Its console says no more than that a listener failed.
            LOG.log(Level.ERROR, "Tidings does not start: {0}", reasons(failure));
            throw failure;
        }
    }

    /** The messages of a failure and of its causes, outermost first, without repetition. */
    private static String reasons(Throwable failure) {
        var reasons = new LinkedHashSet<String>();
        for (Throwable cause = failure; cause != null && reasons.size() < MOST_REASONS; cause = cause.getCause()) {
            String message = cause.getMessage();
            reasons.add(message == null ? cause.getClass().getName() : message);
        }
        return String.join("; ", reasons);
    }

    private void start(ServletContext context) {
        long beginNanos = System.nanoTime();
        var values = new ConfigReader(System::getProperty, System::getenv, context::getInitParameter);
        Settings settings = Settings.read(values, defaultNode());
        var publicPath = new PublicPath(values.text("tidings.prefix"), values.list("tidings.proxies"));
        ClassLoader application = context.getClassLoader();
        var started = new Node(settings, application);
        node = started;
        new HttpWiring(started, settings, publicPath).addTo(context);
        signal = new StopSignal(context, started.threads().timer(), started.drain()::begin);
        if (!settings.security().container()) {
            LOG.log(
                    Level.WARNING,
                    "tidings.security=none: whoever reaches this service may do everything, as the user 'anonymous'."
                            + " This is for a loopback or a trusted gateway; else set tidings.security=container");
        }
        String server = context.getServerInfo();
        for (String fault : ServerFaults.of(server == null ? "" : server)) {
            LOG.log(Level.WARNING, "{0} {1}: take a newer version", server, fault);
        }
        LOG.log(
                Level.INFO,
                "node {0} is ready at {1} after {2} ms; jobs are kept in {3}",
                settings.node(),
                context.getContextPath() + "/",
                (System.nanoTime() - beginNanos) / 1_000_000,
                started.place());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        StopSignal heard = signal;
        if (heard != null) {
            heard.close();
        }
        Node running = node;
        node = null;
        if (running != null) {
            running.close();
            LOG.log(Level.INFO, "the node has stopped");
        }
    }

    /** Host name and a random part, so that two nodes on one host differ. */
    private static String defaultNode() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "node";
        }
        return host + "-" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
    }
}
