package dev.tidings.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidings.job.Job;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where jobs and their logs are kept: the truth.
 *
 * <p>Each method is one short transaction and throws {@link StoreException} when the store cannot be reached or says
 * no. Times (created, at, due, leases) are the store's clock.
 *
 * <p>Threads: any; methods block, so they are called on store threads, which are never interrupted.
 */
public interface JobStore {
    /** Stores a job, its inputs and its first events ({@code queued}; for a worker's job {@code started} too). */
    SubmitResult submit(JobSubmission submission);

    /** What was stored under an idempotency key, before the request's files are staged again; empty when nothing. */
    Optional<SubmitResult> repeated(IdempotencyKey key);

    /** The job of that id. */
    Optional<Job> find(String id);

    /** Those of these jobs that exist, by id. */
    Map<String, Job> find(Collection<String> ids);

    /** A page of jobs, newest first. */
    List<Job> list(JobQuery query);

    /** The input files of a job, sorted by name; empty when there is no such job. */
    List<InputFile> inputs(String id);

    /**
     * Reads on in several logs at once, in a fixed number of statements.
     *
     * @param cursors the number of the last event seen, by job
     * @param maxEntries most entries for each job
     * @param maxBytes no entry of a job comes after those that have so many bytes together; so a job's entries have less
     *     than that but for the last, and there is one if the log goes on at all
     * @return a replay for each key of {@code cursors}
     */
    Map<String, Replay> read(Map<String, Long> cursors, int maxEntries, int maxBytes);

    /**
     * Changes several jobs in one transaction with multi-row statements. Rows are locked in the order of their ids;
     * those that another transaction holds are skipped ({@link WriteResult.Busy}). Several writes to one job are taken in
     * their order.
     *
     * @return what became of each, in the same order
     */
    List<WriteResult> write(List<Write> writes);

    /**
     * Claims queued jobs that are due, of the highest priority first and then the longest due, and starts their next
     * attempt: the state, the lease, the raised claim and the {@code started} event in one write. Rows that another
     * node is claiming are skipped.
     *
     * @param types only jobs of these types
     */
    List<WriteResult.Done> claim(String node, Set<String> types, int limit, Duration lease);

    /** Renews all leases of a node, in one go but for those whose rows another transaction holds just now. */
    Renewal renew(String node, Duration lease);

    /**
     * What became of a node's leases.
     *
     * @param held the claims that were renewed, by job
     * @param busy the others that the node has, to be renewed as soon as the rows are free
     */
    record Renewal(Map<String, Long> held, Map<String, Long> busy) {
        public Renewal {
            held = Map.copyOf(held);
            busy = Map.copyOf(busy);
        }
    }

    /** Ids of running jobs whose lease is over. */
    List<String> lapsed(int limit);

    /** How long until the next queued job of these types is due; zero or below when one is; empty without any. */
    Optional<Duration> untilDue(Set<String> types);

    /**
     * How many jobs of other types than these have been queued and due for longer than {@code age}, by type.
     *
     * @param types the types to leave out
     */
    Map<String, Integer> unclaimed(Set<String> types, Duration age);

    /**
     * Deletes a terminal job with its log and artifacts, and its inputs unless another job shares them.
     *
     * @return the job as it was when deleted; empty when there is none or it is not terminal
     */
    Optional<Job> delete(String id);

    /**
     * Runs work unless another node is at such work just now. It should be short: a node that takes seconds for it may be
     * joined by others.
     *
     * @return whether it was done
     */
    @CanIgnoreReturnValue
    default boolean alone(Runnable work) {
        work.run();
        return true;
    }

    /** Ids of jobs that have been terminal for longer than {@code retention} and are not {@link #keep kept}, oldest first. */
    List<String> expired(Duration retention, int limit);

    /** Keeps those of these jobs that have been terminal for longer than {@code retention} for a while yet. */
    void keep(Collection<String> jobs, Duration retention, Duration yet);

    /** Forgets idempotency keys older than {@code age}. */
    void forgetKeys(Duration age);

    /** Raises every log's numbers by 1,000,000, after a restore from a backup (contract §10). */
    void restored();

    /** Throws unless the store can be read just now. */
    void check();
}
