package dev.tidings.testing;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.Progress;
import dev.tidings.json.EventJson;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.Decision;
import dev.tidings.log.IdempotencyKey;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.Submission;
import dev.tidings.log.Submitted;
import dev.tidings.log.Write;
import dev.tidings.log.Written;
import dev.tidings.log.Written.Growth;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

/**
 * Jobs, logs and blobs in memory, under the same contract as the real stores. One lock, so any thread; the clock is the
 * test's.
 */
public final class InMemoryStore implements JobStore, ArtifactStore {
    private static final long RAISE = 1_000_000;

    private final InstantSource clock;
    private final Map<String, Stored> jobs = new LinkedHashMap<>();
    private final Map<KeyName, KeyUse> keys = new HashMap<>();
    private final Map<String, Blob> blobs = new HashMap<>();
    private final Set<String> locked = new HashSet<>();
    private long submitted;

    public InMemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    private record KeyName(String owner, String key) {}

    private record KeyUse(String fingerprint, String job, Instant at) {}

    private record Line(long seq, LogEntry.Kind kind, String body) {
        LogEntry entry() {
            return EventJson.entry(seq, kind, body);
        }
    }

    private static final class Blob {
        private final List<byte[]> chunks = new ArrayList<>();
        private Instant touched = Instant.EPOCH;
    }

    private static final class Stored {
        private final long number;
        private final boolean worker;
        private final List<InputFile> inputs;
        private final List<Line> lines = new ArrayList<>();
        private Line pending;
        private Job job;
        private long claim;
        private String node;
        private int tries;
        private long ordinal;
        private Instant lease;
        private long oldest;
        private int logLines;
        private String cancelBy;

        Stored(long number, Job job, boolean worker, List<InputFile> inputs) {
            this.number = number;
            this.job = job;
            this.worker = worker;
            this.inputs = inputs;
        }

        JobRow row(Instant now) {
            boolean lapsed = job.state() == JobState.RUNNING && lease != null && lease.isBefore(now);
            return new JobRow(job, claim, node, tries, ordinal, lapsed, worker, oldest, logLines, cancelBy, now);
        }
    }

    /** Makes writes to this job {@code Busy} until it is unlocked, as another transaction's row lock would. */
    public synchronized void lock(String job) {
        locked.add(job);
    }

    public synchronized void unlock(String job) {
        locked.remove(job);
    }

    /** The row as it is. */
    public synchronized JobRow row(String job) {
        return jobs.get(job).row(clock.instant());
    }

    @Override
    public synchronized Submitted submit(Submission wish) {
        IdempotencyKey key = wish.key();
        if (key != null) {
            Optional<Submitted> before = repeated(key);
            if (before.isPresent()) {
                return before.get();
            }
        }
        long queued = jobs.values().stream()
                .filter(stored -> stored.job.owner().equals(wish.owner()) && stored.job.state() == JobState.QUEUED)
                .count();
        if (wish.worker() == null && queued >= wish.maxQueued()) {
            return new Submitted.OverQuota();
        }
        Instant now = clock.instant();
        Instant due = wish.notBefore() == null ? now : wish.notBefore();
        var job = new Job(
                wish.id(),
                wish.type(),
                wish.title(),
                wish.owner(),
                JobState.QUEUED,
                false,
                0,
                now,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                0,
                wish.params(),
                wish.priority(),
                due);
        List<InputFile> inputs = wish.inputsOf() == null ? wish.files() : inputs(wish.inputsOf());
        var stored = new Stored(
                submitted++,
                job,
                wish.worker() != null,
                inputs.stream().sorted(Comparator.comparing(InputFile::name)).toList());
        jobs.put(wish.id(), stored);
        var events = new ArrayList<Event>(List.of(new Event.Queued()));
        Submission.Worker worker = wish.worker();
        if (worker != null) {
            events.add(new Event.Started(1, worker.node()));
            stored.claim = 1;
            stored.tries = 1;
            stored.node = worker.node();
            stored.lease = now.plus(worker.timeout());
        }
        Growth growth = append(stored, events, now);
        if (key != null) {
            keys.put(new KeyName(key.owner(), key.key()), new KeyUse(key.fingerprint(), wish.id(), now));
        }
        return new Submitted.Accepted(growth);
    }

    @Override
    public synchronized Optional<Submitted> repeated(IdempotencyKey key) {
        KeyUse use = keys.get(new KeyName(key.owner(), key.key()));
        if (use == null) {
            return Optional.empty();
        }
        if (!use.fingerprint.equals(key.fingerprint())) {
            return Optional.of(new Submitted.KeyReused());
        }
        Stored stored = jobs.get(use.job);
        return Optional.of(stored == null ? new Submitted.Gone() : new Submitted.Repeated(stored.job));
    }

    private Growth append(Stored stored, List<Event> events, Instant now) {
        long after = stored.job.seq();
        var entries = new ArrayList<LogEntry>();
        for (Event event : events) {
            long seq = stored.job.seq() + 1;
            var line = new Line(seq, EventJson.kind(event), EventJson.body(stored.job.id(), now, event));
            entries.add(line.entry());
            stored.job = stored.job.after(seq, now, event);
            if (event instanceof Progress) {
                stored.pending = line;
                continue;
            }
            if (stored.pending != null) {
                stored.lines.add(stored.pending);
                stored.pending = null;
            }
            stored.lines.add(line);
            effects(stored, event);
        }
        return new Growth(stored.job, after, entries);
    }

    private void effects(Stored stored, Event event) {
        if (event instanceof Event.Log) {
            stored.logLines++;
        } else if (event instanceof Event.Cancelling cancelling) {
            stored.cancelBy = cancelling.by();
        } else if (event instanceof Event.Queued || event instanceof Event.Retrying || event.terminal()) {
            stored.claim++;
            stored.node = null;
            stored.lease = null;
        }
        var named = new HashSet<String>();
        stored.job.artifacts().stream().map(Artifact::version).forEach(named::add);
        if (event instanceof Artifact) {
            // Versions of this job's artifacts that another one has replaced.
            stored.lines.stream()
                    .filter(line -> line.kind == LogEntry.Kind.ARTIFACT)
                    .map(line -> line.body.replaceFirst(".*\\?v=([^\"]*)\".*", "$1"))
                    .filter(version -> !named.contains(version))
                    .forEach(blobs::remove);
        }
    }

    @Override
    public synchronized Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id)).map(stored -> stored.job);
    }

    @Override
    public synchronized Map<String, Job> find(Collection<String> ids) {
        var found = new HashMap<String, Job>();
        ids.forEach(id -> find(id).ifPresent(job -> found.put(id, job)));
        return found;
    }

    @Override
    public synchronized List<Job> list(JobQuery query) {
        var newestFirst = jobs.values().stream()
                .sorted(Comparator.comparingLong((Stored stored) -> stored.number)
                        .reversed())
                .toList();
        long below = Long.MAX_VALUE;
        if (query.after() != null) {
            Stored last = jobs.get(query.after());
            if (last == null) {
                return List.of();
            }
            below = last.number;
        }
        var page = new ArrayList<Job>();
        for (Stored stored : newestFirst) {
            boolean matches = stored.number < below
                    && (query.owner() == null || query.owner().equals(stored.job.owner()))
                    && (query.states().isEmpty() || query.states().contains(stored.job.state()))
                    && (query.type() == null || query.type().equals(stored.job.type()));
            if (matches && page.size() < query.limit()) {
                page.add(stored.job);
            }
        }
        return page;
    }

    @Override
    public synchronized List<InputFile> inputs(String id) {
        Stored stored = jobs.get(id);
        return stored == null ? List.of() : stored.inputs;
    }

    @Override
    public synchronized Map<String, Replay> read(Map<String, Long> cursors, int maxEntries) {
        var replays = new HashMap<String, Replay>();
        cursors.forEach((id, cursor) -> replays.put(id, read(jobs.get(id), cursor, maxEntries)));
        return replays;
    }

    private static Replay read(Stored stored, long cursor, int maxEntries) {
        if (stored == null) {
            return new Replay.Missing();
        }
        if (cursor > stored.job.seq() || (cursor != 0 && cursor < stored.oldest)) {
            return new Replay.Gap();
        }
        var entries = new ArrayList<LogEntry>();
        for (Line line : stored.lines) {
            if (line.seq > cursor) {
                entries.add(line.entry());
            }
        }
        if (stored.pending != null && stored.pending.seq > cursor) {
            entries.add(stored.pending.entry());
        }
        if (entries.size() > maxEntries) {
            var some = entries.subList(0, maxEntries);
            return new Replay.Continuous(some, some.get(maxEntries - 1).seq(), false);
        }
        return new Replay.Continuous(
                entries, stored.job.seq(), stored.job.state().terminal());
    }

    @Override
    public synchronized List<Written> write(List<Write> writes) {
        return writes.stream().map(this::write).toList();
    }

    private Written write(Write write) {
        Stored stored = jobs.get(write.job());
        if (stored == null) {
            return new Written.Missing();
        }
        if (locked.contains(write.job())) {
            return new Written.Busy();
        }
        Instant now = clock.instant();
        IdempotencyKey key = write.key();
        if (key != null) {
            KeyUse use = keys.get(new KeyName(key.owner(), key.key()));
            if (use != null) {
                return use.fingerprint.equals(key.fingerprint())
                        ? new Written.Repeated(stored.job)
                        : new Written.KeyReused();
            }
        }
        Decision.Verdict verdict = write.decision().on(stored.row(now));
        if (verdict.nothing()) {
            return new Written.Unchanged(stored.row(now));
        }
        if (verdict.ordinal() != null) {
            stored.ordinal = verdict.ordinal();
        }
        if (verdict.refund()) {
            stored.tries--;
        }
        if (verdict.lease() != null) {
            stored.lease = now.plus(verdict.lease());
        }
        Growth growth = append(stored, verdict.events(), now);
        if (key != null) {
            keys.put(new KeyName(key.owner(), key.key()), new KeyUse(key.fingerprint(), write.job(), now));
        }
        return new Written.Done(stored.row(now), growth);
    }

    @Override
    public synchronized List<Written.Done> claim(String node, Set<String> types, int limit, Duration lease) {
        Instant now = clock.instant();
        return jobs.values().stream()
                .filter(stored -> stored.job.state() == JobState.QUEUED
                        && types.contains(stored.job.type())
                        && !locked.contains(stored.job.id())
                        && !stored.job.notBefore().isAfter(now))
                .sorted(Comparator.comparingInt((Stored stored) -> -stored.job.priority())
                        .thenComparing(stored -> stored.job.notBefore())
                        .thenComparingLong(stored -> stored.number))
                .limit(limit)
                .map(stored -> {
                    stored.claim++;
                    stored.tries++;
                    stored.ordinal = 0;
                    stored.node = node;
                    stored.lease = now.plus(lease);
                    Growth growth = append(stored, List.of(new Event.Started(stored.tries, node)), now);
                    return new Written.Done(stored.row(now), growth);
                })
                .toList();
    }

    @Override
    public synchronized Map<String, Long> renew(String node, Duration lease) {
        var held = new HashMap<String, Long>();
        for (Stored stored : jobs.values()) {
            if (stored.job.state() == JobState.RUNNING && !stored.worker && node.equals(stored.node)) {
                stored.lease = clock.instant().plus(lease);
                held.put(stored.job.id(), stored.claim);
            }
        }
        return held;
    }

    @Override
    public synchronized List<String> lapsed(int limit) {
        return jobs.values().stream()
                .filter(stored -> stored.row(clock.instant()).lapsed())
                .map(stored -> stored.job.id())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<Duration> untilDue(Set<String> types) {
        return jobs.values().stream()
                .filter(stored -> stored.job.state() == JobState.QUEUED && types.contains(stored.job.type()))
                .map(stored -> Duration.between(clock.instant(), stored.job.notBefore()))
                .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized Optional<Job> delete(String id) {
        Stored stored = jobs.get(id);
        if (stored == null || !stored.job.state().terminal()) {
            return Optional.empty();
        }
        jobs.remove(id);
        stored.job.artifacts().forEach(artifact -> blobs.remove(artifact.version()));
        var shared = new HashSet<String>();
        jobs.values().forEach(other -> other.inputs.forEach(input -> shared.add(input.blob())));
        stored.inputs.stream()
                .map(InputFile::blob)
                .filter(blob -> !shared.contains(blob))
                .forEach(blobs::remove);
        return Optional.of(stored.job);
    }

    @Override
    public synchronized List<String> expired(Duration retention, int limit) {
        Instant before = clock.instant().minus(retention);
        return jobs.values().stream()
                .filter(stored ->
                        stored.job.finished() != null && stored.job.state().terminal())
                .filter(stored -> stored.job.finished().isBefore(before))
                .sorted(Comparator.comparing(stored -> stored.job.finished()))
                .map(stored -> stored.job.id())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized void forgetKeys(Duration age) {
        Instant before = clock.instant().minus(age);
        keys.values().removeIf(use -> use.at.isBefore(before));
    }

    @Override
    public synchronized void restored() {
        for (Stored stored : jobs.values()) {
            stored.lines.replaceAll(line -> new Line(line.seq + RAISE, line.kind, line.body));
            if (stored.pending != null) {
                stored.pending = new Line(stored.pending.seq + RAISE, stored.pending.kind, stored.pending.body);
            }
            stored.oldest += RAISE;
            stored.job = raised(stored.job);
        }
    }

    private static Job raised(Job job) {
        return new Job(
                job.id(),
                job.type(),
                job.title(),
                job.owner(),
                job.state(),
                job.cancelRequested(),
                job.attempt(),
                job.created(),
                job.started(),
                job.finished(),
                job.progress(),
                job.result(),
                job.error(),
                job.artifacts(),
                job.seq() + RAISE,
                job.params(),
                job.priority(),
                job.notBefore());
    }

    @Override
    public void check() {}

    @Override
    public synchronized void put(String blob, int index, byte[] bytes) {
        Blob known = blobs.computeIfAbsent(blob, id -> new Blob());
        if (index != known.chunks.size()) {
            throw new IllegalArgumentException("chunk " + index + " of a blob with " + known.chunks.size());
        }
        known.chunks.add(bytes.clone());
        known.touched = clock.instant();
    }

    @Override
    public synchronized Optional<byte[]> chunk(String blob, int index) {
        Blob known = blobs.get(blob);
        return known == null || index >= known.chunks.size()
                ? Optional.empty()
                : Optional.of(known.chunks.get(index).clone());
    }

    @Override
    public synchronized void discard(String blob) {
        blobs.remove(blob);
    }

    @Override
    public synchronized int sweep(Duration age) {
        Instant before = clock.instant().minus(age);
        var named = new HashSet<String>();
        for (Stored stored : jobs.values()) {
            stored.inputs.forEach(input -> named.add(input.blob()));
            stored.job.artifacts().forEach(artifact -> named.add(artifact.version()));
        }
        int many = blobs.size();
        blobs.entrySet()
                .removeIf(blob -> !named.contains(blob.getKey())
                        && blob.getValue().touched.isBefore(before));
        return many - blobs.size();
    }
}
