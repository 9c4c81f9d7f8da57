package dev.tidings.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.Context;
import org.apache.catalina.Host;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.jspecify.annotations.Nullable;

/**
 * One Tomcat with one web application, as a Tomcat of one's own would have it.
 *
 * <p>Threads: {@link #stop} may be called by any thread, also while another is in {@link #start}: Tomcat's own lock lets it wait.
 */
final class TomcatServer {

    private final RunOptions options;
    private final Tomcat tomcat = new Tomcat();
    private final Connector plain;
    private final @Nullable Connector tls;
    private final Context application;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * Puts the server together; nothing listens yet.
     *
     * @throws IOException when the certificate cannot be made, or the base folder
     */
    TomcatServer(RunOptions options) throws IOException, InterruptedException {
        this.options = options;
        Path base = Files.createDirectories(options.base()).toAbsolutePath();
        Files.createDirectories(base.resolve("webapps"));
        tomcat.setBaseDir(base.toString());
        tomcat.enableNaming();
        // Within Maven the system class loader knows Maven, not Tomcat.
        tomcat.getEngine().setParentClassLoader(TomcatServer.class.getClassLoader());
        this.plain = Connectors.plain(options.address(), options.port());
        tomcat.setConnector(plain);
        this.tls = options.tlsPort() < 0
                ? null
                : Connectors.tls(options.address(), options.tlsPort(), Certificate.in(base));
        if (tls != null) {
            tomcat.getService().addConnector(tls);
            plain.setRedirectPort(options.tlsPort());
        }
        if (options.ajpPort() >= 0) {
            tomcat.getService().addConnector(Connectors.ajp(options.address(), options.ajpPort(), options.ajpSecret()));
        }
        Host host = tomcat.getHost();
        if (host instanceof StandardHost standard) {
            standard.setErrorReportValveClass(""); // ours takes the place of Tomcat's own
        }
        host.getPipeline().addValve(new ProblemValve());
        this.application = tomcat.addWebapp(
                host,
                options.context(),
                options.war().toAbsolutePath().normalize().toString());
        settle(application);
    }

    /**
     * Starts everything; the ports answer when it returns.
     *
     * @throws LifecycleException when a port is taken
     * @throws IllegalStateException when the web application refused to start; its log says why
     */
    void start() throws LifecycleException {
        tomcat.start();
        if (!application.getState().isAvailable()) {
            throw new IllegalStateException("the web application did not start; the lines above say why");
        }
        for (Connector connector : tomcat.getService().findConnectors()) {
            if (!connector.getState().isAvailable()) {
                throw new LifecycleException("cannot listen on " + options.address() + ":" + connector.getPort());
            }
        }
    }

    /** Returns when the server has stopped, to the end: whoever started this may close its class loader then. */
    void await() throws InterruptedException {
        stopped.await();
    }

    /** Stops in order: no new connections, then the web application with its drain, then the threads. */
    void stop() {
        try {
            System.out.println("Tidings stops");
            tomcat.stop();
            tomcat.destroy();
            System.out.println("Tidings has stopped");
        } catch (LifecycleException e) {
            System.err.println("Tidings did not stop in order: " + e.getMessage());
        } finally {
            stopped.countDown();
        }
    }

    /** Where the application is, by HTTP; ends with a slash. */
    String url() {
        return url("http", plain);
    }

    /** The same by HTTPS, or null when that is left out. */
    @Nullable
    String tlsUrl() {
        return tls == null ? null : url("https", tls);
    }

    private String url(String scheme, Connector connector) {
        String address = options.address();
        String host = address.equals("0.0.0.0") || address.equals("::")
                ? "localhost"
                : address.contains(":") ? "[" + address + "]" : address;
        return scheme + "://" + host + ":" + connector.getLocalPort() + options.context() + "/";
    }

    private static void settle(Context context) {
        // Nothing beside the WAR belongs to the application.
        var scanner = new StandardJarScanner();
        scanner.setScanClassPath(false);
        scanner.setScanManifest(false);
        context.setJarScanner(scanner);
        // The defaults that addWebapp sets ask for JSP, which is not here.
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)
                    && event.getLifecycle() instanceof StandardContext started
                    && started.findChild("jsp") != null) {
                started.removeServletMapping("*.jsp");
                started.removeServletMapping("*.jspx");
                started.removeChild(started.findChild("jsp"));
            }
        });
    }
}
