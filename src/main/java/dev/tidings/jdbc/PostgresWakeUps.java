package dev.tidings.jdbc;

import dev.tidings.log.WakeUps;
import dev.tidings.time.Backoff;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hints from other nodes by LISTEN, on a connection that does nothing else.
 *
 * <pre>
 *   connect --ok--&gt; missed(), then hear: grown(hints) as they come; a round trip after each silent {@link #WAIT}
 *      ^   \                        |
 *      |    fails                   | breaks, or does not answer within {@link #ANSWER}
 *      |      v                     |
 *      +-- missed(), pause &lt;--------+
 * </pre>
 *
 * <p>So nothing is lost: who hears {@code missed} reads on for all its readers. And nothing is late for long: a
 * connection that has died without a word is found out within two seconds, and until there is another, {@code missed}
 * is called every second or two. Where the driver cannot be reached
 * through a deployer's data source, {@code missed} is called every second or two for ever.
 *
 * <p>Threads: one task on the executor from {@link #listen} to {@link #close}; it alone calls the listener.
 */
final class PostgresWakeUps implements WakeUps {
    /** How long one wait for hints takes, and so the end at the longest. */
    private static final Duration WAIT = Duration.ofMillis(500);

    /** How long a connection that hears nothing may take to answer whether it is alive. */
    private static final Duration ANSWER = Duration.ofMillis(1200);

    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofMillis(600), new Random());

    private static final Logger LOG = System.getLogger(PostgresWakeUps.class.getName());

    /** Opens the connection to listen on. */
    @FunctionalInterface
    interface Source {
        Connection open() throws SQLException;
    }

    private final @Nullable Source source;
    private final NotifyPayloads hints;
    private final Executor executor;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    // Written by the task, read by who closes.
    private volatile @Nullable Connection current;
    private volatile boolean started;

    // Owned by the task.
    private int failures;

    /**
     * @param source null when no connection keeps its session, as behind a pooler: then there is only looking
     */
    PostgresWakeUps(@Nullable Source source, NotifyPayloads hints, Executor executor) {
        this.source = source;
        this.hints = hints;
        this.executor = executor;
    }

    @Override
    public void listen(Listener listener) {
        started = true;
        executor.execute(() -> {
            try {
                if (source == null) {
                    lookForEver(listener);
                    return;
                }
                while (closing.getCount() > 0) {
                    hearOnce(source, listener);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                ended.countDown();
            }
        });
    }

    private void hearOnce(Source from, Listener listener) throws InterruptedException {
        try (Connection connection = from.open()) {
            current = connection;
            hear(connection, listener);
        } catch (SQLException | RuntimeException e) {
            if (closing.getCount() > 0 && failures++ == 0) {
                LOG.log(Level.WARNING, "hints from other nodes are not heard; their growth is looked for meanwhile", e);
            }
        } finally {
            current = null;
        }
        if (closing.getCount() > 0) {
            missed(listener);
            pause(PAUSES.after(Math.max(1, failures)));
        }
    }

    private void hear(Connection connection, Listener listener) throws SQLException, InterruptedException {
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        limitAnswers(connection);
        var heard = Notifications.listen(connection, NotifyPayloads.CHANNEL);
        if (heard.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "the data source does not unwrap to org.postgresql.PGConnection, so hints of other nodes are not heard;"
                            + " their changes are looked for every two seconds");
            lookForEver(listener);
            return;
        }
        if (failures > 0) {
            LOG.log(Level.INFO, "hints from other nodes are heard again");
            failures = 0;
        }
        missed(listener);
        while (closing.getCount() > 0) {
            List<String> payloads = heard.get().get((int) WAIT.toMillis());
            var grown = new LinkedHashSet<Hint>();
            payloads.forEach(payload -> grown.addAll(hints.read(payload)));
            if (payloads.isEmpty()) {
                heard.get().validate();
            } else if (!grown.isEmpty()) {
                grown(listener, grown);
            }
        }
    }

    private void lookForEver(Listener listener) throws InterruptedException {
        while (closing.getCount() > 0) {
            missed(listener);
            pause(Backoff.jittered(Duration.ofSeconds(2), PAUSES.random()));
        }
    }

    private static void limitAnswers(Connection connection) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) ANSWER.toMillis());
        } catch (SQLFeatureNotSupportedException e) {
            LOG.log(Level.DEBUG, "the connection has no limit on the time of an answer", e);
        }
    }

    private void pause(Duration pause) throws InterruptedException {
        var unused = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void missed(Listener listener) {
        try {
            listener.missed();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a listener failed", e);
        }
    }

    private static void grown(Listener listener, Set<Hint> grown) {
        try {
            listener.grown(grown);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a listener failed", e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        if (!started) {
            return;
        }
        try {
            if (!ended.await(2 * WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                Connection stuck = current;
                if (stuck != null) {
                    stuck.abort(Runnable::run);
                }
            }
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "the connection ends by its time-out", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
