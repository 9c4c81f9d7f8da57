package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UploadsTest {
    private static final int THREADS = 4;

    private final Queue<Runnable> running = new ArrayDeque<>();
    private final Uploads uploads = new Uploads(
            work -> {
                if (running.size() == THREADS) {
                    throw new RejectedExecutionException();
                }
                running.add(work);
            },
            Uploads.share(THREADS, true));

    private void refused(String owner) {
        assertThatThrownBy(() -> uploads.execute(owner, () -> {}))
                .isInstanceOfSatisfying(
                        HttpProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @Test
    void one_owner_leaves_threads_to_the_others() {
        uploads.execute("alice", () -> {});
        uploads.execute("alice", () -> {});
        refused("alice");

        uploads.execute("bob", () -> {});
        uploads.execute("carol", () -> {});
        refused("dave");
        running.remove().run();
        uploads.execute("alice", () -> {});
        refused("alice");
    }

    @Test
    void an_upload_that_fails_gives_its_place_back() {
        for (int i = 0; i < 10; i++) {
            uploads.execute("alice", () -> {
                throw new IllegalStateException();
            });
            assertThatThrownBy(running.remove()::run).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void where_owners_are_not_known_all_threads_are_shared() {
        assertThat(Uploads.share(16, false)).isEqualTo(16);
        assertThat(Uploads.share(16, true)).isEqualTo(8);
        assertThat(Uploads.share(1, true)).isEqualTo(1);
    }
}
