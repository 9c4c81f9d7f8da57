package dev.tidings.testing;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * A Tomcat in this JVM on a free loopback port, with the application wired as a test wants it.
 *
 * <p>The context path is {@code /tidings}; stopping it stops the application.
 */
public final class EmbeddedServer implements AutoCloseable {
    private final Tomcat tomcat;
    private final Path folder;

    private EmbeddedServer(Tomcat tomcat, Path folder) {
        this.tomcat = tomcat;
        this.folder = folder;
    }

    /** What a test does to the context before it starts: registers servlets, filters, listeners. */
    @FunctionalInterface
    public interface Setup {
        void on(ServletContext context) throws Exception;
    }

    public static EmbeddedServer start(Setup setup) {
        return start(setup, context -> {});
    }

    /** What a test does to Tomcat's own context: roles, realms, error pages. */
    @FunctionalInterface
    public interface Adjustment {
        void on(Context context);
    }

    public static EmbeddedServer start(Setup setup, Adjustment adjustment) {
        Logger.getLogger("org.apache").setLevel(Level.WARNING);
        try {
            Path folder = Files.createTempDirectory("tidings-test");
            var tomcat = new Tomcat();
            tomcat.setBaseDir(folder.toString());
            var connector = new Connector();
            connector.setPort(0);
            connector.setProperty("address", "127.0.0.1");
            connector.setProperty("bindOnInit", "true");
            tomcat.setConnector(connector);
            Context context = tomcat.addContext("/tidings", folder.toString());
            ServletContainerInitializer initializer = (classes, servletContext) -> {
                try {
                    setup.on(servletContext);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            context.addServletContainerInitializer(initializer, Set.of());
            adjustment.on(context);
            tomcat.start();
            return new EmbeddedServer(tomcat, folder);
        } catch (Exception e) {
            throw new IllegalStateException("no Tomcat", e);
        }
    }

    /** Registers a servlet with asynchronous support. */
    public static void servlet(ServletContext context, String name, Servlet servlet, String... patterns) {
        var registration = context.addServlet(name, servlet);
        registration.setAsyncSupported(true);
        registration.addMapping(patterns);
    }

    /** Registers a filter before all servlets. */
    public static void filter(ServletContext context, String name, Filter filter) {
        var registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(null, true, "/*");
    }

    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** The URL of the application, without a slash at its end. */
    public String url() {
        return "http://127.0.0.1:" + port() + "/tidings";
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (LifecycleException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
