package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.job.Event;
import dev.tidings.job.LogLevel;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.WakeUps;
import dev.tidings.log.WakeUps.Hint;
import dev.tidings.log.Write;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresWakeUpsTest {
    private static final Set<Hint> MISSED = Set.of();

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final BlockingQueue<Set<Hint>> heard = new LinkedBlockingQueue<>();
    private JdbcStore one;
    private JdbcStore two;
    private WakeUps wakeUps;

    @BeforeEach
    void listen() throws InterruptedException {
        one = JdbcStore.open(StoreSettings.server(Postgres.url(), null, null));
        two = JdbcStore.open(StoreSettings.server(Postgres.url(), null, null));
        wakeUps = two.wakeUps(executor);
        wakeUps.listen(new WakeUps.Listener() {
            @Override
            public void grown(Set<Hint> hints) {
                heard.add(hints);
            }

            @Override
            public void missed() {
                heard.add(MISSED);
            }
        });
        assertThat(next()).isEqualTo(MISSED);
    }

    @AfterEach
    void close() throws InterruptedException {
        wakeUps.close();
        two.close();
        one.close();
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private Set<Hint> next() throws InterruptedException {
        var next = heard.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something heard").isNotNull();
        return next;
    }

    @Test
    void another_node_hears_of_each_change_and_who_made_it_does_not() throws Exception {
        var submission = new SubmissionBuilder("hörer: 1").build();
        two.jobs().submit(new SubmissionBuilder("own").build());

        one.jobs().submit(submission);
        assertThat(next()).containsExactly(new Hint(submission.id(), "hörer: 1"));
        append(submission.id(), new Event.Cancelled("x"));
        assertThat(next()).containsExactly(new Hint(submission.id(), "hörer: 1"));
        one.jobs().delete(submission.id());
        assertThat(next()).containsExactly(new Hint(submission.id(), "hörer: 1"));
    }

    @Test
    void a_group_of_many_jobs_is_heard_completely() throws Exception {
        var writes = new ArrayList<Write>();
        var expected = new HashSet<String>();
        for (int i = 0; i < 250; i++) {
            var submission = new SubmissionBuilder("t")
                    .owner("somebody with a name ".repeat(5))
                    .build();
            two.jobs().submit(submission);
            expected.add(submission.id());
            for (int n = 0; n < 4; n++) {
                writes.add(new Write(submission.id(), row -> Verdict.append(new Event.Log(LogLevel.INFO, "x"))));
            }
        }

        one.jobs().write(writes);

        var grown = new HashSet<String>();
        while (grown.size() < expected.size()) {
            next().forEach(hint -> grown.add(hint.job()));
        }
        assertThat(grown).isEqualTo(expected);
    }

    @Test
    void a_broken_connection_is_made_anew_and_says_that_hints_may_have_been_missed() throws Exception {
        killListeners();
        assertThat(next()).isEqualTo(MISSED);

        var submission = new SubmissionBuilder("b").build();
        one.jobs().submit(submission);

        // Either heard, or covered by the word after the reconnection.
        var all = new ArrayList<Set<Hint>>();
        do {
            all.add(next());
        } while (!all.contains(MISSED) && !all.contains(Set.of(new Hint(submission.id(), "b"))));
        append(submission.id(), new Event.Cancelled("x"));
        while (!next().contains(new Hint(submission.id(), "b"))) {
            assertThat(all).isNotEmpty();
        }
    }

    @Test
    void payloads_stay_below_the_limit_and_are_read_back() {
        var hints = new ArrayList<Hint>();
        for (int i = 0; i < 500; i++) {
            hints.add(new Hint("0197f0c2-7a31-7c55-9a53-5f0c6f1b1c" + i, "ö:% wner " + i));
        }

        var payloads = new NotifyPayloads("a").payloads(hints);

        var read = new HashSet<Hint>();
        assertThat(payloads).allSatisfy(payload -> {
            assertThat(payload).hasSizeLessThan(8000).matches("\\p{ASCII}+");
            read.addAll(new NotifyPayloads("b").read(payload));
            assertThat(new NotifyPayloads("a").read(payload)).isEmpty();
        });
        assertThat(read).containsExactlyInAnyOrderElementsOf(hints);
    }

    private void append(String job, Event event) {
        one.jobs().write(List.of(new Write(job, row -> Verdict.append(event))));
    }

    /** Ends every connection that listens, as a failing network would. */
    private static void killListeners() throws SQLException {
        try (var connection = Postgres.SERVER.getPostgresDatabase().getConnection()) {
            Sql.query(
                    connection,
                    "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'"
                            + " or query = 'select 1'",
                    row -> Duration.ZERO);
        }
    }
}
