package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobStore;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.StoreException;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract on a database. */
abstract class JdbcStoreContract extends StoreContract {
    abstract JdbcStore store();

    abstract StoreSettings settings();

    @Test
    void an_owner_stores_only_so_many_bytes_until_some_are_deleted() {
        try (var limited = JdbcStore.open(settings(), new StoreLimits(1000, 2))) {
            JobStore jobs = limited.jobs();
            String first = submit(jobs, limited, 600);
            assertThatThrownBy(() -> submit(jobs, limited, 401))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.OVER_QUOTA))
                    .hasMessageContaining("600 bytes")
                    .hasMessageContaining("1000 bytes");
            var retry = new SubmissionBuilder(mine).retryOf(first).build();
            end(jobs, first);
            assertThat(jobs.submit(retry)).as("shares the files").isInstanceOf(SubmitResult.Accepted.class);
            artifact(jobs, limited, retry.id(), "a", 300);
            artifact(jobs, limited, retry.id(), "a", 100);
            artifact(jobs, limited, retry.id(), "b", 300);
            assertThatThrownBy(() -> artifact(jobs, limited, retry.id(), "b", 301))
                    .hasMessageContaining("storagePerUser");
            assertThatThrownBy(() -> artifact(jobs, limited, retry.id(), "c", 0))
                    .hasMessageContaining("2 artifacts");
            end(jobs, retry.id());
            jobs.delete(first);
            assertThatThrownBy(() -> submit(jobs, limited, 401))
                    .as("the retry has the file")
                    .isNotNull();

            jobs.delete(retry.id());

            submit(jobs, limited, 1000);
        }
    }

    private String submit(JobStore jobs, JdbcStore store, int bytes) {
        String blob = stage(store, bytes);
        var submission = new SubmissionBuilder(mine)
                .files(new InputFile("f", "text/plain", bytes, "", blob))
                .build();
        assertThat(jobs.submit(submission)).isInstanceOf(SubmitResult.Accepted.class);
        return submission.id();
    }

    private static void artifact(JobStore jobs, JdbcStore store, String job, String name, int bytes) {
        var artifact = new Artifact(name, "text/plain", bytes, "\"e\"", stage(store, bytes));
        jobs.write(List.of(new Write(job, row -> Verdict.append(artifact))));
    }

    private static String stage(JdbcStore store, int bytes) {
        String blob = UUID.randomUUID().toString();
        store.artifacts().put(blob, 0, new byte[bytes]);
        return blob;
    }

    private static void end(JobStore jobs, String job) {
        jobs.write(List.of(new Write(job, row -> Verdict.append(new Event.Cancelled("me")))));
    }

    abstract Connection connect() throws SQLException;

    @Override
    JobStore jobs() {
        return store().jobs();
    }

    @Override
    ArtifactStore blobs() {
        return store().artifacts();
    }

    @Override
    AutoCloseable hold(String job) throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        Sql.query(connection, "select id from jobs where id = ? for update", Sql::text, job);
        return () -> {
            connection.rollback();
            connection.close();
        };
    }
}
