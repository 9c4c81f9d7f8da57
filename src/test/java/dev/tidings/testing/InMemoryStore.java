package dev.tidings.testing;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.NodeIncarnation;
import dev.tidings.log.Replay;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.StoreException;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A store in memory that keeps the contract of the real ones ({@code StoreContract}), with a clock that tests turn.
 *
 * <p>Threads: any; one at a time gets in. Listeners of {@link #wakeUps} are called after the change, on the thread that
 * made it.
 */
public final class InMemoryStore implements JobStore, ArtifactStore {
    private final InstantSource clock;
    private final Map<String, InMemoryJob> jobs = new LinkedHashMap<>();
    private final Map<List<String>, Key> keys = new HashMap<>();
    private final Map<String, Blob> blobs = new HashMap<>();
    private final Set<String> held = new HashSet<>();
    private final List<WakeUps.Listener> listeners = new ArrayList<>();
    private final Map<String, Long> turns = new HashMap<>();
    private long lastTurn;
    private boolean down;

    private record Key(String fingerprint, String job, Instant created) {}

    private static final class Blob {
        final Map<Integer, byte[]> chunks = new HashMap<>();
        Instant grown = Instant.MIN;
    }

    public InMemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    /** Makes the job's row locked by somebody else. */
    public synchronized void hold(String job) {
        held.add(job);
    }

    /** Gives the row free again. */
    public synchronized void release(String job) {
        held.remove(job);
    }

    /** One node's ear. */
    public WakeUps wakeUps() {
        return new WakeUps() {
            private Listener listener;

            @Override
            public void listen(Listener heard) {
                listener = heard;
                synchronized (InMemoryStore.this) {
                    listeners.add(heard);
                }
            }

            @Override
            public void close() {
                synchronized (InMemoryStore.this) {
                    listeners.remove(listener);
                }
            }
        };
    }

    @Override
    public synchronized SubmitResult submit(JobSubmission submission) {
        Instant now = now();
        if (submission.key() != null) {
            var before = repeated(submission.key());
            if (before.isPresent()) {
                return before.get();
            }
        }
        if (submission.retryOf() != null) {
            if (!jobs.containsKey(submission.retryOf())) {
                throw refused("the inputs of job " + submission.retryOf() + " are gone");
            }
            var retry = unfinished()
                    .filter(job -> submission.retryOf().equals(job.retryOf()))
                    .findFirst();
            if (retry.isPresent()) {
                return new SubmitResult.RetryUnfinished(retry.get().id());
            }
        }
        if (unfinished().filter(job -> job.owner().equals(submission.owner())).count() >= submission.maxQueued()) {
            return new SubmitResult.OverQuota();
        }
        var job = new InMemoryJob(
                submission.id(),
                submission.type(),
                submission.title(),
                submission.owner(),
                submission.params(),
                submission.priority(),
                submission.notBefore() == null ? now : submission.notBefore().truncatedTo(ChronoUnit.MICROS),
                now,
                submission.retryOf());
        job.inputs.addAll(submission.files());
        if (submission.retryOf() != null) {
            job.inputs.addAll(jobs.get(submission.retryOf()).inputs);
        }
        job.inputs.stream().filter(file -> file.size() > 0).forEach(file -> demand(file.blob()));
        if (jobs.putIfAbsent(submission.id(), job) != null) {
            throw new StoreException("job " + submission.id() + " exists", null);
        }
        var events = new ArrayList<Event>(List.of(new Event.Queued()));
        if (submission.worker() != null) {
            events.add(new Event.Started(1, submission.worker().node()));
            job.worker = true;
            job.claim = 1;
            job.tries = 1;
            job.node = submission.worker().node();
            job.leaseUntil = now.plus(submission.worker().timeout());
        }
        var growth = job.apply(new Verdict(events, null, false, null), now);
        if (submission.key() != null) {
            keep(submission.key(), submission.id(), now);
        }
        hint(Stream.of(growth.job()));
        return new SubmitResult.Accepted(growth);
    }

    private Stream<Job> unfinished() {
        return jobs.values().stream()
                .map(job -> job.job)
                .filter(job -> !job.state().terminal());
    }

    @Override
    public synchronized Optional<SubmitResult> repeated(IdempotencyKey key) {
        var stored = keys.get(List.of(key.owner(), key.key()));
        if (stored == null) {
            return Optional.empty();
        }
        if (!stored.fingerprint().equals(key.fingerprint())) {
            return Optional.of(new SubmitResult.KeyReused());
        }
        var job = jobs.get(stored.job());
        return Optional.of(job == null ? new SubmitResult.Gone() : new SubmitResult.Repeated(job.job));
    }

    private void keep(IdempotencyKey key, String job, Instant now) {
        keys.put(List.of(key.owner(), key.key()), new Key(key.fingerprint(), job, now));
    }

    /** From now on no job can be looked up. */
    public synchronized void takeDown() {
        down = true;
    }

    @Override
    public synchronized Optional<Job> find(String id) {
        if (down) {
            throw new StoreException("down, as asked for", null);
        }
        return Optional.ofNullable(jobs.get(id)).map(job -> job.job);
    }

    @Override
    public synchronized Map<String, Job> find(Collection<String> ids) {
        var found = new HashMap<String, Job>();
        ids.forEach(id -> find(id).ifPresent(job -> found.put(id, job)));
        return found;
    }

    @Override
    public synchronized List<Job> list(JobQuery query) {
        var newestFirst =
                Comparator.comparing(Job::created).thenComparing(Job::id).reversed();
        JobQuery.Last last = query.after();
        Instant created = last == null
                ? null
                : last.created() != null
                        ? last.created()
                        : find(last.id()).map(Job::created).orElse(null);
        if (last != null && created == null) {
            return List.of();
        }
        return jobs.values().stream()
                .map(job -> job.job)
                .filter(job -> query.owner() == null || query.owner().equals(job.owner()))
                .filter(job -> query.states().isEmpty() || query.states().contains(job.state()))
                .filter(job -> query.type() == null || query.type().equals(job.type()))
                .filter(job -> last == null
                        || created == null
                        || job.created().isBefore(created)
                        || (job.created().equals(created) && job.id().compareTo(last.id()) < 0))
                .sorted(newestFirst)
                .limit(query.limit())
                .toList();
    }

    @Override
    public synchronized List<InputFile> inputs(String id) {
        var job = jobs.get(id);
        return job == null
                ? List.of()
                : job.inputs.stream()
                        .sorted(Comparator.comparing(InputFile::name))
                        .toList();
    }

    @Override
    public synchronized Map<String, Replay> read(Map<String, Long> cursors, int maxEntries, int maxBytes) {
        var replays = new HashMap<String, Replay>();
        cursors.forEach((id, cursor) -> {
            var job = jobs.get(id);
            replays.put(id, job == null ? new Replay.Missing() : job.read(cursor, maxEntries, maxBytes));
        });
        return replays;
    }

    @Override
    public synchronized List<WriteResult> write(List<Write> writes) {
        var written = writes.stream().map(this::write).toList();
        hint(written.stream()
                .filter(WriteResult.Done.class::isInstance)
                .map(done -> ((WriteResult.Done) done).row().job()));
        return written;
    }

    private WriteResult write(Write write) {
        var job = jobs.get(write.job());
        if (job == null) {
            return new WriteResult.Missing();
        }
        if (held.contains(write.job())) {
            return new WriteResult.Busy();
        }
        if (write.key() != null) {
            var before = repeated(write.key()).orElse(null);
            if (before instanceof SubmitResult.Repeated repeated) {
                return new WriteResult.Repeated(repeated.job());
            } else if (before instanceof SubmitResult.KeyReused) {
                return new WriteResult.KeyReused();
            } else if (before != null) {
                return new WriteResult.Missing();
            }
        }
        Instant now = now();
        var verdict = write.decision().on(job.row(now));
        if (verdict.nothing()) {
            return WriteResult.unchanged(job.row(now), verdict);
        }
        for (Event event : verdict.events()) {
            if (event instanceof Artifact artifact && artifact.size() > 0) {
                demand(artifact.version());
            }
        }
        var growth = job.apply(verdict, now);
        if (write.key() != null) {
            keep(write.key(), write.job(), now);
        }
        return new WriteResult.Done(job.row(now), growth);
    }

    @Override
    public synchronized List<WriteResult.Done> claim(String node, Set<String> types, int limit, Duration lease) {
        Instant now = now();
        var due = new ArrayList<InMemoryJob>();
        while (due.size() < limit) {
            var next = jobs.values().stream()
                    .filter(job -> waits(job, types) && !job.job.notBefore().isAfter(now))
                    .filter(job -> !held.contains(job.job.id()) && !due.contains(job))
                    .min(Comparator.comparing((InMemoryJob job) -> -job.job.priority())
                            .thenComparing(job -> turns.getOrDefault(job.job.owner(), 0L))
                            .thenComparing(job -> job.job.notBefore())
                            .thenComparing(job -> job.job.id()));
            if (next.isEmpty()) {
                break;
            }
            due.add(next.get());
            turns.put(next.get().job.owner(), ++lastTurn);
        }
        var claimed = new ArrayList<WriteResult.Done>();
        for (InMemoryJob job : due) {
            job.claim++;
            job.tries++;
            job.ordinal = 0;
            job.node = node;
            var growth = job.apply(
                    new Verdict(List.of(new Event.Started(job.tries, NodeIncarnation.node(node))), null, false, lease),
                    now);
            claimed.add(new WriteResult.Done(job.row(now), growth));
        }
        hint(claimed.stream().map(done -> done.row().job()));
        return claimed;
    }

    private static boolean waits(InMemoryJob job, Set<String> types) {
        return job.job.state() == JobState.QUEUED && !job.worker && types.contains(job.job.type());
    }

    @Override
    public synchronized Renewal renew(String node, Duration lease) {
        var claims = new HashMap<String, Long>();
        var busy = new HashMap<String, Long>();
        for (InMemoryJob job : jobs.values()) {
            if (job.running() && !job.worker && node.equals(job.node)) {
                if (held.contains(job.job.id())) {
                    busy.put(job.job.id(), job.claim);
                } else {
                    job.leaseUntil = now().plus(lease);
                    claims.put(job.job.id(), job.claim);
                }
            }
        }
        return new Renewal(claims, busy);
    }

    @Override
    public synchronized List<String> lapsed(int limit) {
        return jobs.values().stream()
                .filter(job -> job.lapsed(now()))
                .map(job -> job.job.id())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<Duration> untilDue(Set<String> types) {
        return jobs.values().stream()
                .filter(job -> waits(job, types))
                .map(job -> Duration.between(now(), job.job.notBefore()))
                .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized Map<String, Integer> unclaimed(Set<String> types, Duration age) {
        var counts = new HashMap<String, Integer>();
        for (InMemoryJob job : jobs.values()) {
            boolean old = !job.job.notBefore().isAfter(now().minus(age));
            if (old && job.job.state() == JobState.QUEUED && !types.contains(job.job.type())) {
                counts.merge(job.job.type(), 1, Integer::sum);
            }
        }
        return counts;
    }

    @Override
    public synchronized Optional<Job> delete(String id) {
        var job = jobs.get(id);
        if (job == null || !job.job.state().terminal()) {
            return Optional.empty();
        }
        jobs.remove(id);
        var named = named();
        job.inputs.stream()
                .map(InputFile::blob)
                .filter(blob -> !named.contains(blob))
                .forEach(blobs::remove);
        job.job.artifacts().stream()
                .map(Artifact::version)
                .filter(blob -> !named.contains(blob))
                .forEach(blobs::remove);
        hint(Stream.of(job.job));
        return Optional.of(job.job);
    }

    @Override
    public synchronized List<String> expired(Duration retention, int limit) {
        return over(retention)
                .filter(job -> !job.keptUntil.isAfter(now()))
                .map(job -> job.job)
                .sorted(Comparator.comparing(Job::finished))
                .map(Job::id)
                .limit(limit)
                .toList();
    }

    private Stream<InMemoryJob> over(Duration retention) {
        Instant limitAt = now().minus(retention);
        return jobs.values().stream()
                .filter(job -> job.job.finished() != null && !job.job.finished().isAfter(limitAt));
    }

    @Override
    public synchronized void keep(Collection<String> read, Duration retention, Duration yet) {
        over(retention)
                .filter(job -> read.contains(job.job.id()) && !held.contains(job.job.id()))
                .forEach(job -> job.keptUntil = now().plus(yet));
    }

    @Override
    public synchronized void forgetKeys(Duration age) {
        Instant limitAt = now().minus(age);
        keys.values().removeIf(key -> !key.created().isAfter(limitAt));
    }

    @Override
    public synchronized void restored() {
        jobs.values().forEach(job -> job.raise(1_000_000));
    }

    @Override
    public void check() {}

    @Override
    public synchronized void put(String blob, int index, byte[] bytes) {
        if (index == 0) {
            blobs.putIfAbsent(blob, new Blob());
        }
        demand(blob).chunks.putIfAbsent(index, bytes.clone());
        blobs.get(blob).grown = now();
    }

    @Override
    public synchronized Optional<byte[]> chunk(String blob, int index) {
        return Optional.ofNullable(blobs.get(blob)).map(found -> found.chunks.get(index));
    }

    /** The ids of all blobs, named or not. */
    public synchronized Set<String> blobs() {
        return Set.copyOf(blobs.keySet());
    }

    @Override
    public synchronized void discard(String blob) {
        if (!named().contains(blob)) {
            blobs.remove(blob);
        }
    }

    @Override
    public synchronized int sweep(Duration age) {
        Instant limitAt = now().minus(age);
        var named = named();
        int before = blobs.size();
        blobs.entrySet()
                .removeIf(blob ->
                        !named.contains(blob.getKey()) && !blob.getValue().grown.isAfter(limitAt));
        return before - blobs.size();
    }

    private Blob demand(String blob) {
        var found = blobs.get(blob);
        if (found == null) {
            throw refused("blob " + blob + " is gone");
        }
        return found;
    }

    private static StoreException refused(String message) {
        return new StoreException(message, null, StoreException.Reason.REFUSED);
    }

    private Set<String> named() {
        var named = new HashSet<String>();
        for (InMemoryJob job : jobs.values()) {
            job.inputs.forEach(file -> named.add(file.blob()));
            job.job.artifacts().forEach(artifact -> named.add(artifact.version()));
        }
        return named;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private void hint(Stream<Job> changed) {
        var hints = new HashSet<WakeUps.Hint>();
        changed.forEach(job -> hints.add(new WakeUps.Hint(job.id(), job.owner())));
        if (!hints.isEmpty()) {
            List.copyOf(listeners).forEach(listener -> listener.grown(hints));
        }
    }
}
