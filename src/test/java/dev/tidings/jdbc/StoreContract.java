package dev.tidings.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.LogLevel;
import dev.tidings.job.Problem;
import dev.tidings.job.Progress;
import dev.tidings.log.AppendMeter;
import dev.tidings.log.Appender;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.LogEntry;
import dev.tidings.log.LogListener;
import dev.tidings.log.Replay;
import dev.tidings.log.RowDecision;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.StoreException;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.ManualExecutor;
import dev.tidings.testing.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store keeps, whatever it is made of. Each test has types and owners of its own: the store is shared. */
abstract class StoreContract {
    static final Duration LEASE = Duration.ofSeconds(20);
    private static final Set<JobState> ANY = Set.of();

    /** Names this test's type and owner. */
    final String mine = "t" + UUID.randomUUID().toString().substring(0, 8);

    abstract JobStore jobs();

    abstract ArtifactStore blobs();

    /** Holds a job's row as another transaction would, until closed. */
    abstract AutoCloseable hold(String job) throws Exception;

    // ---- submitting ----

    @Test
    void a_submitted_job_is_queued_and_its_log_begins_at_one() {
        var accepted = (SubmitResult.Accepted) jobs().submit(submission().build());

        Job job = accepted.growth().job();
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        assertThat(job.seq()).isEqualTo(1);
        assertThat(job.title()).isEqualTo("Größe 😀");
        assertThat(job.notBefore()).isEqualTo(job.created());
        assertThat(jobs().find(job.id())).contains(job);
        assertThat(accepted.growth().after()).isZero();
        assertThat(texts(accepted.growth().entries()))
                .singleElement()
                .asString()
                .startsWith("{\"seq\":1,");
        assertThat(texts(read(job.id(), 0).entries()))
                .isEqualTo(texts(accepted.growth().entries()));
    }

    @Test
    void fifty_requests_with_one_key_make_one_job() throws Exception {
        var key = new IdempotencyKey(mine, "k", "print");

        var answers = inParallel(50, i -> jobs().submit(submission().key(key).build()));

        assertThat(answers.stream().filter(SubmitResult.Accepted.class::isInstance))
                .hasSize(1);
        assertThat(answers.stream().filter(SubmitResult.Repeated.class::isInstance))
                .hasSize(49);
        assertThat(jobs().list(new JobQuery(mine, ANY, null, null, 100))).hasSize(1);
    }

    @Test
    void a_key_with_other_content_is_refused_and_a_deleted_job_is_gone() {
        var key = new IdempotencyKey(mine, "k", "print");
        assertThat(jobs().repeated(key)).isEmpty();
        Job job = submit(submission().key(key));
        assertThat(jobs().repeated(key)).contains(new SubmitResult.Repeated(job));
        assertThat(jobs().submit(submission()
                        .key(new IdempotencyKey(mine, "k", "other"))
                        .build()))
                .isEqualTo(new SubmitResult.KeyReused());
        assertThat(jobs().repeated(new IdempotencyKey("somebody" + mine, "k", "print")))
                .isEmpty();

        append(job.id(), new Event.Cancelled(mine));
        jobs().delete(job.id());

        assertThat(jobs().submit(submission().key(key).build())).isEqualTo(new SubmitResult.Gone());
        jobs().forgetKeys(Duration.ZERO);
        assertThat(jobs().submit(submission().key(key).build())).isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void an_owner_has_only_so_many_unfinished_jobs_of_any_type() throws Exception {
        var answers = inParallel(
                12,
                i -> jobs().submit(submission()
                        .worker(i % 2 == 0 ? new JobSubmission.Worker("n", LEASE) : null)
                        .maxQueued(5)
                        .build()));

        var accepted = answers.stream()
                .filter(SubmitResult.Accepted.class::isInstance)
                .map(SubmitResult.Accepted.class::cast)
                .toList();
        assertThat(accepted).hasSize(5);
        assertThat(answers.stream().filter(SubmitResult.OverQuota.class::isInstance))
                .hasSize(7);
        claim(1);
        assertThat(jobs().submit(submission().maxQueued(5).build())).isEqualTo(new SubmitResult.OverQuota());
        append(accepted.get(0).growth().job().id(), new Event.Cancelled(mine));
        assertThat(jobs().submit(submission().maxQueued(5).build())).isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void of_many_retries_of_one_job_one_is_unfinished_and_the_others_learn_its_id() throws Exception {
        Job failed = submit(submission());
        append(failed.id(), new Event.Cancelled(mine));

        var answers = inParallel(
                8, i -> jobs().submit(submission().retryOf(failed.id()).build()));

        var retries = answers.stream()
                .filter(SubmitResult.Accepted.class::isInstance)
                .map(accepted -> ((SubmitResult.Accepted) accepted).growth().job())
                .toList();
        assertThat(retries).singleElement().extracting(Job::retryOf).isEqualTo(failed.id());
        String retry = retries.get(0).id();
        assertThat(jobs().find(retry)).contains(retries.get(0));
        assertThat(answers.stream().filter(new SubmitResult.RetryUnfinished(retry)::equals))
                .hasSize(7);
        append(retry, new Event.Cancelled(mine));
        assertThat(jobs().submit(submission().retryOf(failed.id()).build())).isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void a_job_names_its_node_while_it_runs() {
        Job job = submit(submission());
        assertThat(job.node()).isNull();
        jobs().claim("n1/life", Set.of(mine), 1, LEASE);
        assertThat(jobs().find(job.id()).orElseThrow().node()).isEqualTo("n1");

        append(job.id(), new Event.Succeeded(null));

        assertThat(jobs().find(job.id()).orElseThrow().node()).isNull();
    }

    @Test
    void a_workers_job_is_started_by_its_submission_and_never_claimed() {
        Job job = submit(submission().worker(new JobSubmission.Worker("n7", Duration.ZERO)));

        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        assertThat(job.attempt()).isEqualTo(1);
        assertThat(job.seq()).isEqualTo(2);
        assertThat(claim(10)).isEmpty();
        JobRow row = row(job.id());
        assertThat(row.worker()).isTrue();
        assertThat(row.node()).isEqualTo("n7");
        assertThat(row.lapsed()).isTrue();
        assertThat(jobs().lapsed(1000)).contains(job.id());
        assertThat(jobs().renew("n7", LEASE).held()).doesNotContainKey(job.id());
        assertThat(write(job.id(), r -> new Verdict(List.of(), null, false, LEASE)))
                .isInstanceOf(WriteResult.Done.class);
        assertThat(jobs().lapsed(1000)).doesNotContain(job.id());
    }

    @Test
    void inputs_are_shared_by_a_retry_and_go_with_the_last_job_that_has_them() {
        var b = file("b", stage(3));
        var a = file("a", stage(1));
        Job first = submit(submission().files(b, a));
        Job second = submit(submission().retryOf(first.id()));
        assertThat(jobs().inputs(first.id())).containsExactly(a, b);
        assertThat(jobs().inputs(second.id())).containsExactly(a, b);
        append(first.id(), new Event.Cancelled("x"));
        append(second.id(), new Event.Cancelled("x"));

        jobs().delete(first.id());

        assertThat(blobs().chunk(a.blob(), 0)).isPresent();
        jobs().delete(second.id());
        assertThat(blobs().chunk(a.blob(), 0)).isEmpty();
        assertThat(blobs().chunk(b.blob(), 2)).isEmpty();
        assertThat(jobs().inputs(second.id())).isEmpty();
    }

    @Test
    void a_job_whose_file_was_swept_is_not_accepted() {
        var file = new InputFile("a", "text/plain", 5, "00", "gone" + mine);

        assertThatThrownBy(() -> jobs().submit(submission().files(file).build()))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(
                        () -> jobs().submit(submission().retryOf("gone" + mine).build()))
                .isInstanceOf(StoreException.class);

        assertThat(jobs().list(new JobQuery(mine, ANY, null, null, 10))).isEmpty();
    }

    // ---- claims ----

    @Test
    void eight_nodes_never_get_the_same_job() throws Exception {
        for (int i = 0; i < 100; i++) {
            submit(submission());
        }
        var claimed = new ConcurrentLinkedQueue<String>();

        inParallel(8, i -> {
            for (var got = claim("n" + i, 3); !got.isEmpty(); got = claim("n" + i, 3)) {
                got.forEach(done -> claimed.add(done.row().job().id()));
            }
            return null;
        });
        claim(100).forEach(done -> claimed.add(done.row().job().id()));

        assertThat(claimed).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void owners_take_turns_however_many_jobs_one_of_them_has() {
        String busy = "busy" + mine;
        var first = new ArrayList<String>();
        for (int i = 0; i < 1000; i++) {
            String id = submit(submission().owner(busy).maxQueued(2000)).id();
            if (i < 3) {
                first.add(id);
            }
        }
        String seldom = "seldom" + mine;
        var few = List.of(
                submit(submission().owner(seldom)).id(),
                submit(submission().owner(seldom)).id());

        var claimed = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            claimed.add(claim(1).get(0).row().job().id());
        }

        assertThat(claimed).containsExactly(first.get(0), few.get(0), first.get(1), few.get(1));
        String late = submit(submission().owner("late" + mine)).id();
        assertThat(claim(2)).extracting(done -> done.row().job().id()).containsExactly(late, first.get(2));
        String urgent =
                submit(submission().owner(busy).priority(1).maxQueued(2000)).id();
        assertThat(claim(1).get(0).row().job().id())
                .as("priority comes before turns")
                .isEqualTo(urgent);
    }

    @Test
    void unfinished_and_finished_jobs_of_an_owner_are_paged_newest_first() {
        var unfinished = new ArrayList<String>();
        var finished = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            String id = submit(submission()).id();
            if (i % 2 == 0) {
                unfinished.add(0, id);
            } else {
                append(id, new Event.Cancelled(mine));
                finished.add(0, id);
            }
        }
        claim(1);

        assertThat(pages(Set.of(JobState.QUEUED, JobState.RUNNING))).isEqualTo(unfinished);
        assertThat(pages(Set.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)))
                .isEqualTo(finished);
    }

    private List<String> pages(Set<JobState> states) {
        var ids = new ArrayList<String>();
        JobQuery.Last last = null;
        List<Job> page;
        do {
            page = jobs().list(new JobQuery(mine, states, null, last, 2));
            page.forEach(job -> ids.add(job.id()));
            last = page.isEmpty() ? null : JobQuery.Last.of(page.get(page.size() - 1));
        } while (!page.isEmpty());
        return ids;
    }

    @Test
    void slots_that_a_priority_does_not_fill_go_to_lower_ones_and_one_owner_may_fill_all() {
        String lower = submit(submission().priority(-1)).id();
        String second = submit(submission().priority(2)).id();
        String third = submit(submission()).id();
        String fourth = submit(submission()).id();

        assertThat(claim(9)).extracting(done -> done.row().job().id()).containsExactly(second, third, fourth, lower);
    }

    @Test
    void a_claim_passes_over_what_another_holds_and_takes_the_next() throws Exception {
        String held = submit(submission()).id();
        String next = submit(submission()).id();
        submit(submission());

        try (AutoCloseable foreign = hold(held)) {
            assertThat(claim(1)).extracting(done -> done.row().job().id()).containsExactly(next);
        }
    }

    @Test
    void a_claim_starts_the_most_urgent_due_job() {
        submit(submission().notBefore(Instant.now().plusSeconds(3600)).priority(9));
        Job later = submit(submission());
        Job urgent = submit(submission().priority(1));

        var claimed = claim(2);

        assertThat(claimed).extracting(done -> done.row().job().id()).containsExactly(urgent.id(), later.id());
        var done = claimed.get(0);
        assertThat(done.row().claim()).isEqualTo(1);
        assertThat(done.row().tries()).isEqualTo(1);
        assertThat(done.row().node()).isEqualTo("n1");
        assertThat(done.row().lapsed()).isFalse();
        assertThat(done.row().job().state()).isEqualTo(JobState.RUNNING);
        assertThat(done.growth().after()).isEqualTo(1);
        assertThat(texts(done.growth().entries()))
                .singleElement()
                .asString()
                .contains("\"type\":\"started\"", "\"attempt\":1", "\"node\":\"n1\"");
        assertThat(row(urgent.id()))
                .usingRecursiveComparison()
                .ignoringFields("now")
                .isEqualTo(done.row());
        assertThat(claim(2)).isEmpty();
        assertThat(jobs().untilDue(Set.of(mine)).orElseThrow())
                .isBetween(Duration.ofSeconds(3500), Duration.ofSeconds(3600));
        assertThat(jobs().untilDue(Set.of("other" + mine))).isEmpty();
    }

    @Test
    void an_attempt_that_ends_gives_its_claim_back_and_one_handed_over_does_not_count() {
        String id = submit(submission()).id();
        claim(1);
        append(id, new Event.Retrying(1, Instant.EPOCH, new Problem("t", "T", "d")));
        assertThat(row(id).claim()).isEqualTo(2);
        assertThat(row(id).node()).isNull();

        var second = claim(1).get(0).row();
        assertThat(second.claim()).isEqualTo(3);
        assertThat(second.job().attempt()).isEqualTo(2);
        write(id, row -> new Verdict(List.of(new Event.Queued()), null, true, null));
        assertThat(row(id).tries()).isEqualTo(1);

        var third = claim(1).get(0).row();
        assertThat(third.job().attempt()).isEqualTo(2);
        assertThat(third.claim()).isEqualTo(5);
    }

    @Test
    void a_lease_that_is_over_shows_until_it_is_renewed() {
        Job job = submit(submission());
        jobs().claim("n" + mine, Set.of(mine), 1, Duration.ZERO);
        assertThat(jobs().lapsed(1000)).contains(job.id());
        assertThat(row(job.id()).lapsed()).isTrue();

        assertThat(jobs().renew("n" + mine, LEASE).held()).containsExactly(Map.entry(job.id(), 1L));

        assertThat(jobs().lapsed(1000)).doesNotContain(job.id());
        assertThat(jobs().renew("other" + mine, LEASE).held()).isEmpty();
        append(job.id(), new Event.Succeeded(null));
        assertThat(jobs().renew("n" + mine, LEASE).held()).isEmpty();
    }

    // ---- writing ----

    @Test
    void who_lost_the_claim_writes_nothing() {
        String id = submit(submission()).id();
        long claim = claim(1).get(0).row().claim();
        append(id, new Event.Queued());
        claim(1);

        var written = write(id, row -> row.claim() == claim ? Verdict.append(line("late")) : Verdict.NOTHING);

        assertThat(written).isInstanceOf(WriteResult.Unchanged.class);
        assertThat(row(id).job().seq()).isEqualTo(4);
    }

    @Test
    void a_decision_that_is_taken_again_sees_what_it_wrote() {
        String id = submit(submission()).id();
        claim(1);
        RowDecision decision =
                row -> row.ordinal() >= 1 ? Verdict.NOTHING : new Verdict(List.of(line("once")), 1L, false, null);

        assertThat(write(id, decision)).isInstanceOf(WriteResult.Done.class);
        assertThat(write(id, decision)).isInstanceOf(WriteResult.Unchanged.class);

        assertThat(row(id).logLines()).isEqualTo(1);
        append(id, new Event.Queued());
        assertThat(claim(1).get(0).row().ordinal()).isZero();
    }

    @Test
    void a_row_that_another_holds_is_busy_and_holds_nobody_up() throws Exception {
        String held = submit(submission()).id();
        String free = submit(submission()).id();

        try (AutoCloseable foreign = hold(held)) {
            var written = jobs().write(List.of(
                    new Write(held, row -> Verdict.append(line("a"))),
                    new Write(free, row -> Verdict.append(line("b"))),
                    new Write("none" + mine, row -> Verdict.append(line("c"))),
                    new Write(held, row -> Verdict.append(line("d")))));

            assertThat(written.get(0)).isInstanceOf(WriteResult.Busy.class);
            assertThat(written.get(1)).isInstanceOf(WriteResult.Done.class);
            assertThat(written.get(2)).isInstanceOf(WriteResult.Missing.class);
            assertThat(written.get(3)).isInstanceOf(WriteResult.Busy.class);
            assertThat(claim(2)).extracting(done -> done.row().job().id()).containsExactly(free);
        }
        assertThat(append(held, line("a"))).isNotNull();
    }

    @Test
    void jobs_that_nobody_claims_are_counted_by_type_once_they_have_been_due_for_a_while() {
        submit(submission());
        submit(submission());

        assertThat(jobs().unclaimed(Set.of(), Duration.ofMinutes(1))).doesNotContainKey(mine);
        assertThat(jobs().unclaimed(Set.of(), Duration.ofMinutes(-1))).containsEntry(mine, 2);
        assertThat(jobs().unclaimed(Set.of(mine), Duration.ofMinutes(-1))).doesNotContainKey(mine);
        jobs().claim("n" + mine, Set.of(mine), 1, LEASE);
        assertThat(jobs().unclaimed(Set.of(), Duration.ofMinutes(-1))).containsEntry(mine, 1);
    }

    @Test
    void a_row_that_another_holds_keeps_no_other_lease_from_being_renewed() throws Exception {
        submit(submission());
        submit(submission());
        jobs().claim("n" + mine, Set.of(mine), 2, LEASE);
        var both = jobs().renew("n" + mine, LEASE).held();
        assertThat(both).hasSize(2);
        String held = both.keySet().iterator().next();

        try (AutoCloseable foreign = hold(held)) {
            var renewal = jobs().renew("n" + mine, LEASE);

            assertThat(renewal.busy()).containsExactly(Map.entry(held, both.get(held)));
            assertThat(renewal.held()).hasSize(1).doesNotContainKey(held);
        }
        assertThat(jobs().renew("n" + mine, LEASE)).isEqualTo(new JobStore.Renewal(both, Map.of()));
    }

    @Test
    void writes_that_the_store_refuses_end_soon_and_hold_up_no_other_job() {
        var time = new VirtualTime();
        var executor = new ManualExecutor();
        var appender = appender(jobs(), executor, time);
        var poison = new Artifact("r", "text/plain", 7, "\"e\"", "swept" + mine);
        var writes = new ArrayList<CompletableFuture<WriteResult>>();
        for (int i = 0; i < 300; i++) {
            String id = submit(submission()).id();
            Event event = i % 100 == 50 ? poison : line("good");
            writes.add(appender.writeUntilStored(new Write(id, row -> Verdict.append(event))));
        }

        executor.runAll();

        for (int i = 0; i < 300; i++) {
            assertThat(writes.get(i).isDone()).as("write " + i).isEqualTo(i % 100 != 50);
        }
        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofMillis(100));
            executor.runAll();
        }
        for (int i = 50; i < 300; i += 100) {
            assertThatThrownBy(writes.get(i)::join).hasRootCauseInstanceOf(StoreException.class);
        }
    }

    @Test
    void several_writes_to_one_job_are_taken_in_their_order() {
        String id = submit(submission()).id();

        var written = jobs().write(List.of(
                new Write(id, row -> Verdict.append(line("a"), line("b"))),
                new Write(id, row -> Verdict.append(line(row.logLines() + " before"))),
                new Write(id, row -> Verdict.NOTHING)));

        assertThat(((WriteResult.Done) written.get(0)).growth().after()).isEqualTo(1);
        assertThat(((WriteResult.Done) written.get(1)).growth().after()).isEqualTo(3);
        assertThat(((WriteResult.Unchanged) written.get(2)).row().job().seq()).isEqualTo(4);
        assertThat(texts(read(id, 1).entries()))
                .satisfiesExactly(
                        a -> assertThat(a).contains("\"message\":\"a\""),
                        b -> assertThat(b).contains("\"message\":\"b\""),
                        c -> assertThat(c).contains("\"message\":\"2 before\""));
    }

    @Test
    void of_a_run_of_progress_only_the_last_is_kept() {
        String id = submit(submission()).id();
        claim(1);

        var growth = append(id, progress(1), progress(2), progress(3));
        assertThat(growth.entries()).extracting(LogEntry::seq).containsExactly(3L, 4L, 5L);
        assertThat(seqs(id, 0)).containsExactly(1L, 2L, 5L);
        append(id, progress(4));
        assertThat(seqs(id, 0)).containsExactly(1L, 2L, 6L);
        assertThat(seqs(id, 4)).containsExactly(6L);
        append(id, line("x"), progress(5));
        assertThat(jobs().find(id).orElseThrow().progress()).isEqualTo(progress(5));
        append(id, new Event.Succeeded(new Json("[1]")));

        assertThat(seqs(id, 0)).containsExactly(1L, 2L, 6L, 7L, 8L, 9L);
        Job job = jobs().find(id).orElseThrow();
        assertThat(job.progress().done()).isEqualTo(5);
        assertThat(job.progress().percent()).isEqualTo(100);
        assertThat(job.result()).isEqualTo(new Json("[1]"));
        assertThat(job.seq()).isEqualTo(9);
    }

    @Test
    void a_stored_job_is_the_fold_of_its_log() {
        String id = submit(submission()).id();
        claim(1);
        var blob = stage(1);
        var artifact = new Artifact("r.csv", "text/csv", ArtifactStore.CHUNK_BYTES, "\"e\"", blob);
        append(id, new Event.Cancelling("alice"), progress(1), artifact);
        var problem = new Problem("t", "T", "a\n\u0000\"");

        var growth = append(id, new Event.Failed(problem));

        Job job = jobs().find(id).orElseThrow();
        assertThat(job).isEqualTo(growth.job());
        assertThat(job.artifacts()).containsExactly(artifact);
        assertThat(job.error()).isEqualTo(problem);
        assertThat(job.cancelRequested()).isTrue();
        assertThat(row(id).cancelBy()).isEqualTo("alice");
        assertThat(row(id).now()).isBetween(job.finished(), Instant.now().plusSeconds(60));
        assertThat(jobs().find(List.of(id, "none"))).containsExactly(Map.entry(id, job));
        assertThat(texts(read(id, 0).entries())).last().asString().contains("\\u0000");
    }

    @Test
    void a_write_with_a_key_is_done_once() {
        String id = submit(submission()).id();
        var key = new IdempotencyKey(mine, "w", "p");
        var write = new Write(id, row -> Verdict.append(line("x")), key);

        var both = jobs().write(List.of(write, write));

        assertThat(both.get(0)).isInstanceOf(WriteResult.Done.class);
        assertThat(both.get(1))
                .isEqualTo(new WriteResult.Repeated(jobs().find(id).orElseThrow()));
        assertThat(jobs().write(List.of(write)).get(0)).isInstanceOf(WriteResult.Repeated.class);
        assertThat(jobs().write(List.of(new Write(id, write.decision(), new IdempotencyKey(mine, "w", "q")))))
                .containsExactly(new WriteResult.KeyReused());
        assertThat(row(id).logLines()).isEqualTo(1);
        var refused = new IdempotencyKey(mine, "v", "p");
        jobs().write(List.of(new Write(id, row -> Verdict.NOTHING, refused)));
        assertThat(jobs().repeated(refused)).isEmpty();
    }

    // ---- reading ----

    @Test
    void a_cursor_that_cannot_be_honoured_is_a_gap_and_a_missing_job_is_missing() {
        String id = submit(submission()).id();

        var replays = jobs().read(Map.of(id, 1L, "none" + mine, 0L), 10, 1_000_000);

        assertThat(replays.get(id)).isEqualTo(new Replay.Continuous(List.of(), 1, false, false));
        assertThat(replays.get("none" + mine)).isEqualTo(new Replay.Missing());
        assertThat(jobs().read(Map.of(id, 2L), 10, 1_000_000).get(id)).isEqualTo(new Replay.Gap());
        assertThat(jobs().read(Map.of(id, Long.MAX_VALUE), 10, 1_000_000).get(id))
                .isEqualTo(new Replay.Gap());
    }

    @Test
    void a_long_log_is_read_in_pieces_to_its_end() {
        String id = submit(submission()).id();
        append(id, line("2"), line("3"), progress(1), line("5"), progress(1));
        var end = append(id, new Event.Cancelled("x"));

        var first = read(id, 0, 3);
        var second = read(id, first.upTo(), 3);
        var third = read(id, second.upTo(), 3);

        assertThat(first.entries()).extracting(LogEntry::seq).containsExactly(1L, 2L, 3L);
        assertThat(first.upTo()).isEqualTo(3);
        assertThat(first.ended()).isFalse();
        assertThat(second.entries())
                .extracting(LogEntry::kind)
                .containsExactly(LogEntry.Kind.PROGRESS, LogEntry.Kind.OTHER, LogEntry.Kind.PROGRESS);
        assertThat(third.entries()).isEqualTo(end.entries());
        assertThat(third.ended()).isTrue();
        assertThat(read(id, third.upTo(), 3)).isEqualTo(new Replay.Continuous(List.of(), 7, true, false));
        assertThat(List.of(first, second, third))
                .extracting(Replay.Continuous::more)
                .containsExactly(true, true, false);
    }

    @Test
    void a_read_ends_with_the_entry_that_fills_its_bytes_and_says_that_there_is_more() {
        String id = submit(submission()).id();
        append(id, line("€".repeat(1000)), line("x".repeat(3000)), line("4"), progress(1));

        var some = read(id, 1, 1000, 6050);
        var one = read(id, 1, 1000, 1);
        var rest = read(id, some.upTo(), 1000, 6050);

        assertThat(some.entries()).extracting(LogEntry::seq).containsExactly(2L, 3L);
        assertThat(some.more()).isTrue();
        assertThat(one.entries()).extracting(LogEntry::seq).containsExactly(2L);
        assertThat(one.more()).isTrue();
        assertThat(rest.entries()).extracting(LogEntry::seq).containsExactly(4L, 5L);
        assertThat(rest.more()).isFalse();
        assertThat(read(id, 1, 1000, 3100).entries()).hasSize(1);
    }

    /** Else the progress that waits in the head would come right after it. */
    @Test
    void a_read_that_its_bytes_end_leaves_no_hole_before_the_newest_progress() {
        String id = submit(submission()).id();
        append(id, progress(1), progress(2), line("x".repeat(2000)), line("y"), progress(3), progress(4));

        assertThat(read(id, 1, 1000, 1000).entries()).extracting(LogEntry::seq).containsExactly(3L, 4L);
        assertThat(seqs(id, 4)).containsExactly(5L, 7L);
    }

    @Test
    void the_bytes_of_a_read_are_counted_for_each_log() {
        String one = submit(submission()).id();
        String two = submit(submission()).id();
        var lines = new Event[100];
        Arrays.fill(lines, line("x".repeat(900)));
        append(one, lines);
        append(two, line("a"), line("b"));

        var replays = jobs().read(Map.of(one, 1L, two, 1L), 1000, 50_000);

        assertThat(((Replay.Continuous) replays.get(one)).entries()).hasSizeBetween(49, 51);
        assertThat(((Replay.Continuous) replays.get(two)).entries()).hasSize(2);
    }

    @Test
    void jobs_are_listed_newest_first_page_by_page() {
        var ids = new ArrayList<String>();
        IntStream.range(0, 7).forEach(i -> ids.add(0, submit(submission()).id()));
        append(ids.get(2), new Event.Cancelled("x"));
        submit(submission().owner("other" + mine).type(mine));

        var first = jobs().list(new JobQuery(mine, ANY, null, null, 3));
        var second = jobs().list(new JobQuery(mine, ANY, mine, JobQuery.Last.of(first.get(2)), 10));

        assertThat(first).extracting(Job::id).isEqualTo(ids.subList(0, 3));
        assertThat(second).extracting(Job::id).isEqualTo(ids.subList(3, 7));
        assertThat(jobs().list(new JobQuery(mine, Set.of(JobState.CANCELLED, JobState.FAILED), null, null, 10)))
                .extracting(Job::id)
                .containsExactly(ids.get(2));
        assertThat(jobs().list(new JobQuery(null, ANY, mine, null, 10))).hasSize(8);
        assertThat(jobs().list(new JobQuery(mine, ANY, mine, new JobQuery.Last(ids.get(2), null), 10)))
                .extracting(Job::id)
                .isEqualTo(ids.subList(3, 7));
        assertThat(jobs().list(new JobQuery(mine, ANY, null, new JobQuery.Last("gone" + mine, null), 10)))
                .isEmpty();
        jobs().delete(ids.get(2));
        assertThat(jobs().list(new JobQuery(mine, ANY, mine, JobQuery.Last.of(first.get(2)), 10)))
                .extracting(Job::id)
                .isEqualTo(ids.subList(3, 7));
        assertThat(jobs().list(new JobQuery(mine, ANY, "other", null, 10))).isEmpty();
    }

    // ---- the end ----

    @Test
    void only_a_terminal_job_is_deleted_and_its_log_and_files_with_it() {
        String id = submit(submission()).id();
        claim(1);
        var blob = stage(2);
        append(id, progress(1), new Artifact("a", "text/plain", ArtifactStore.CHUNK_BYTES, "\"e\"", blob));
        assertThat(jobs().delete(id)).isEmpty();
        append(id, new Event.Succeeded(null));
        Job job = jobs().find(id).orElseThrow();

        assertThat(jobs().delete(id)).contains(job);

        assertThat(jobs().find(id)).isEmpty();
        assertThat(jobs().read(Map.of(id, 0L), 9, 1_000_000).get(id)).isEqualTo(new Replay.Missing());
        assertThat(blobs().chunk(blob, 0)).isEmpty();
        assertThat(jobs().delete(id)).isEmpty();
    }

    @Test
    void jobs_expire_after_their_end_oldest_first() {
        String first = submit(submission()).id();
        String second = submit(submission()).id();
        String running = submit(submission()).id();
        append(second, new Event.Cancelled("x"));
        append(first, new Event.Cancelled("x"));

        var expired = jobs().expired(Duration.ZERO, 10_000);

        assertThat(expired).containsSubsequence(second, first).doesNotContain(running);
        assertThat(jobs().expired(Duration.ofHours(1), 10_000)).doesNotContain(first, second);
    }

    @Test
    void an_old_job_that_is_read_does_not_expire_for_a_while() throws Exception {
        String read = submit(submission()).id();
        String busy = submit(submission()).id();
        String young = submit(submission()).id();
        for (String id : List.of(read, busy, young)) {
            append(id, new Event.Cancelled("x"));
        }

        jobs().keep(List.of(young), Duration.ofHours(1), Duration.ofHours(1));
        try (var held = hold(busy)) {
            jobs().keep(List.of(read, busy, "nobodys"), Duration.ZERO, Duration.ofHours(1));
        }

        assertThat(jobs().expired(Duration.ZERO, 10_000)).contains(young, busy).doesNotContain(read);
        jobs().keep(List.of(read), Duration.ZERO, Duration.ZERO);
        assertThat(jobs().expired(Duration.ZERO, 10_000)).contains(read);
        jobs().keep(List.of(), Duration.ZERO, Duration.ofHours(1));
    }

    @Test
    void no_write_waits_for_the_one_who_keeps_house() {
        var meanwhile = new AtomicReference<Job>();

        jobs().alone(() -> meanwhile.set(CompletableFuture.supplyAsync(() -> submit(submission()))
                .orTimeout(30, TimeUnit.SECONDS)
                .join()));

        assertThat(jobs().find(meanwhile.get().id())).isPresent();
    }

    @Test
    void after_a_restore_no_number_of_the_lost_future_is_honoured() {
        String id = submit(submission()).id();
        append(id, line("2"), progress(1));

        jobs().restored();

        assertThat(jobs().find(id).orElseThrow().seq()).isEqualTo(1_000_003);
        assertThat(jobs().read(Map.of(id, 3L), 9, 1_000_000).get(id)).isEqualTo(new Replay.Gap());
        assertThat(jobs().read(Map.of(id, 50L), 9, 1_000_000).get(id)).isEqualTo(new Replay.Gap());
        assertThat(seqs(id, 0)).containsExactly(1_000_001L, 1_000_002L, 1_000_003L);
        assertThat(append(id, line("4")).entries()).extracting(LogEntry::seq).containsExactly(1_000_004L);
        jobs().restored();
        append(id, new Event.Cancelled("x"));
        assertThat(seqs(id, 0)).containsExactly(2_000_001L, 2_000_002L, 2_000_003L, 2_000_004L, 2_000_005L);
        assertThat(seqs(id, 2_000_003)).containsExactly(2_000_004L, 2_000_005L);
        assertThat(texts(read(id, 2_000_004).entries()))
                .singleElement()
                .asString()
                .startsWith("{\"seq\":2000005,\"job\"");
    }

    // ---- bytes ----

    @Test
    void chunks_come_back_as_they_were_put() {
        String blob = "b" + UUID.randomUUID();
        var whole = bytes(ArtifactStore.CHUNK_BYTES);
        var rest = bytes(17);

        blobs().put(blob, 0, whole);
        blobs().put(blob, 1, rest);
        blobs().put(blob, 1, rest);

        assertThat(blobs().chunk(blob, 0).orElseThrow()).isEqualTo(whole);
        assertThat(blobs().chunk(blob, 1).orElseThrow()).isEqualTo(rest);
        assertThat(blobs().chunk(blob, 2)).isEmpty();
        blobs().discard(blob);
        assertThat(blobs().chunk(blob, 0)).isEmpty();
        assertThatThrownBy(() -> blobs().put(blob, 2, rest)).isInstanceOf(StoreException.class);
    }

    @Test
    void what_nobody_named_is_swept_and_what_somebody_named_stays() {
        String orphan = stage(70);
        String named = stage(1);
        String replaced = stage(1);
        String id = submit(submission()).id();
        append(id, new Artifact("a", "x/y", 5, "\"1\"", replaced));
        append(id, new Artifact("a", "x/y", 5, "\"2\"", named));
        assertThat(blobs().sweep(Duration.ofHours(1))).isLessThanOrEqualTo(1);
        assertThat(blobs().chunk(orphan, 0)).isPresent();

        while (blobs().sweep(Duration.ZERO) > 0) {
            assertThat(blobs().chunk(named, 0)).isPresent();
        }

        assertThat(blobs().chunk(orphan, 0)).isEmpty();
        assertThat(blobs().chunk(orphan, 69)).isEmpty();
        assertThat(blobs().chunk(replaced, 0)).isEmpty();
        assertThat(blobs().chunk(named, 0)).isPresent();
        blobs().discard(named);
        assertThat(blobs().chunk(named, 0)).isPresent();
        assertThatThrownBy(() -> append(id, new Artifact("b", "x/y", 5, "\"3\"", orphan)))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void a_store_that_can_be_read_passes_the_check() {
        jobs().check();
    }

    // ---- verbs ----

    static Appender appender(JobStore store, ManualExecutor executor, VirtualTime time) {
        var deaf = new LogListener() {
            @Override
            public void grown(WriteResult.Appended growth) {}

            @Override
            public void deleted(Job job) {}

            @Override
            public void unsure(String job) {}
        };
        return new Appender(store, executor, time, new Random(1), deaf, AppendMeter.NONE, nanos -> {});
    }

    SubmissionBuilder submission() {
        return new SubmissionBuilder(mine);
    }

    Job submit(SubmissionBuilder submission) {
        return ((SubmitResult.Accepted) jobs().submit(submission.build()))
                .growth()
                .job();
    }

    List<WriteResult.Done> claim(int limit) {
        return claim("n1", limit);
    }

    List<WriteResult.Done> claim(String node, int limit) {
        return jobs().claim(node, Set.of(mine), limit, LEASE);
    }

    WriteResult write(String id, RowDecision decision) {
        return jobs().write(List.of(new Write(id, decision))).get(0);
    }

    WriteResult.Appended append(String id, Event... events) {
        return ((WriteResult.Done) write(id, row -> Verdict.append(events))).growth();
    }

    JobRow row(String id) {
        return ((WriteResult.Unchanged) write(id, row -> Verdict.NOTHING)).row();
    }

    Replay.Continuous read(String id, long cursor) {
        return read(id, cursor, 1000);
    }

    Replay.Continuous read(String id, long cursor, int maxEntries) {
        return read(id, cursor, maxEntries, 1_000_000);
    }

    Replay.Continuous read(String id, long cursor, int maxEntries, int maxBytes) {
        return (Replay.Continuous)
                jobs().read(Map.of(id, cursor), maxEntries, maxBytes).get(id);
    }

    List<Long> seqs(String id, long cursor) {
        return read(id, cursor).entries().stream().map(LogEntry::seq).toList();
    }

    static Event.Log line(String message) {
        return new Event.Log(LogLevel.INFO, message);
    }

    static Progress progress(long done) {
        return Progress.of(done, 8, "rows", null, null, null);
    }

    static List<String> texts(List<LogEntry> entries) {
        return entries.stream()
                .map(entry -> new String(entry.json(), StandardCharsets.UTF_8))
                .toList();
    }

    static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** A blob of so many small chunks. */
    String stage(int chunks) {
        String blob = "b" + UUID.randomUUID();
        for (int i = 0; i < chunks; i++) {
            blobs().put(blob, i, new byte[] {(byte) i});
        }
        return blob;
    }

    static InputFile file(String name, String blob) {
        return new InputFile(name, "text/plain", 3, "ab", blob);
    }

    /** Does the same in so many threads at once. */
    static <T> List<T> inParallel(int threads, IndexedCall<T> call) throws Exception {
        var pool = Executors.newFixedThreadPool(threads);
        try {
            var gate = new CountDownLatch(1);
            var calls = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit((Callable<T>) () -> {
                        gate.await();
                        return call.at(i);
                    }))
                    .toList();
            gate.countDown();
            var results = new ArrayList<T>();
            for (var future : calls) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdown();
        }
    }

    @FunctionalInterface
    interface IndexedCall<T> {
        T at(int index) throws Exception;
    }
}
