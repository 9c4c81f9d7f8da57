package dev.tidings.launch;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * The server's log on standard error: a line per record, to the last one.
 *
 * <p>The JDK closes all handlers at the beginning of a shutdown, which is just when a drain has something to say. So this one comes back
 * when it is closed.
 */
final class Console extends Handler {

    private static final String LINE = "%1$tT.%1$tL %4$-7s %3$s: %5$s%6$s%n";

    private final StreamHandler out;

    private Console(Formatter formatter) {
        this.out = new StreamHandler(System.err, formatter);
        out.setLevel(Level.ALL);
    }

    /** Takes the place of the handlers there are, unless a logging configuration was given to the JVM. */
    static void install() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", LINE);
        LogManager.getLogManager().reset();
        root().addHandler(new Console(new SimpleFormatter()));
    }

    @Override
    public void publish(LogRecord record) {
        if (!chatter(record)) {
            out.publish(record);
            out.flush();
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        root().addHandler(this);
    }

    /** What Tomcat and Flyway say of each step, which the launcher says in fewer words. Not by a level: the shutdown undoes levels. */
    private static boolean chatter(LogRecord record) {
        @Nullable String logger = record.getLoggerName();
        return logger != null
                && (logger.startsWith("org.apache.") || logger.startsWith("org.flywaydb."))
                && record.getLevel().intValue() < Level.WARNING.intValue();
    }

    private static Logger root() {
        return Logger.getLogger("");
    }
}
