package dev.tidings.launch;

import java.time.Duration;
import java.util.Locale;

/**
 * Runs the WAR in a Tomcat in this JVM until the JVM is told to stop (Ctrl-C, SIGTERM).
 *
 * <p>When it is up it says so on standard output, in one line that programs read:
 * {@code READY <http address> <https address or ->}, each address with the context path and a slash at its end. A server that cannot start says why and ends the JVM with status 1.
 */
public final class RunTomcat {

    private RunTomcat() {}

    /** See {@link RunOptions}. */
    public static void main(String... args) {
        long begun = System.nanoTime();
        Console.install();
        if (System.getProperty("tidings.types") == null && System.getenv("TIDINGS_TYPES") == null) {
            System.setProperty("tidings.types", "*"); // "countdown" too, to try things out
        }
        try {
            var server = new TomcatServer(RunOptions.of(args));
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "tidings-stop"));
            server.start();
            tell(server, Duration.ofNanos(System.nanoTime() - begun));
            server.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            System.err.println("Tidings did not start: " + rootOf(e).getMessage());
            System.exit(1);
        }
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private static void tell(TomcatServer server, Duration taken) {
        String tlsUrl = server.tlsUrl();
        System.out.println("READY " + server.url() + " " + (tlsUrl == null ? "-" : tlsUrl));
        System.out.printf(
                Locale.ROOT,
                """

                  Tidings is up, after %.1f s.

                    the page   %s
                    the API    %sapi/jobs
                    HTTP/2     %s

                  Ctrl-C stops it.

                """,
                taken.toMillis() / 1000.0,
                server.url(),
                server.url(),
                tlsUrl == null ? "not here" : tlsUrl + "  (a certificate of its own: the browser will ask)");
        System.out.flush();
    }
}
