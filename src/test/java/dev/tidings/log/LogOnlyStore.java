package dev.tidings.log;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store that only takes log lines, and fails as it is told: what the appender needs. Every job exists. */
final class LogOnlyStore implements JobStore {
    final List<List<String>> groups = new ArrayList<>();
    final Set<String> busy = new HashSet<>();
    int failBefore;
    int failAfter;
    String poison = "";
    StoreException.Reason reason = StoreException.Reason.OUTAGE;
    final Set<String> refused = new HashSet<>();
    Runnable duringNextWrite = () -> {};
    private final Map<String, List<String>> lines = new HashMap<>();
    private final Map<String, Long> ordinals = new HashMap<>();

    List<String> stored(String job) {
        return lines.getOrDefault(job, List.of());
    }

    @Override
    public List<WriteResult> write(List<Write> writes) {
        if (failBefore-- > 0 || writes.stream().anyMatch(write -> write.job().equals(poison))) {
            throw new StoreException("away", null, reason);
        }
        if (writes.stream().anyMatch(write -> refused.contains(write.job()))) {
            throw new StoreException("refused", null, StoreException.Reason.REFUSED);
        }
        groups.add(writes.stream().map(Write::job).toList());
        var during = duringNextWrite;
        duringNextWrite = () -> {};
        during.run();
        var written = new ArrayList<WriteResult>();
        for (Write write : writes) {
            written.add(busy.contains(write.job()) ? new WriteResult.Busy() : apply(write));
        }
        if (failAfter-- > 0) {
            throw new StoreException("died in the commit", null);
        }
        return written;
    }

    private WriteResult apply(Write write) {
        var log = lines.computeIfAbsent(write.job(), job -> new ArrayList<>());
        var verdict = write.decision().on(row(write.job()));
        if (verdict.nothing()) {
            return WriteResult.unchanged(row(write.job()), verdict);
        }
        long before = log.size();
        var entries = new ArrayList<LogEntry>();
        for (Event event : verdict.events()) {
            String text = ((Event.Log) event).message();
            log.add(text);
            entries.add(
                    new LogEntry(log.size(), LogEntry.Kind.OTHER, "log", null, text.getBytes(StandardCharsets.UTF_8)));
        }
        if (verdict.ordinal() != null) {
            ordinals.put(write.job(), verdict.ordinal());
        }
        var row = row(write.job());
        return new WriteResult.Done(row, new WriteResult.Appended(row.job(), before, entries));
    }

    private JobRow row(String id) {
        int seq = stored(id).size();
        var job = new Job(
                id,
                "t",
                null,
                "o",
                JobState.RUNNING,
                false,
                1,
                Instant.EPOCH,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                seq,
                Json.EMPTY_OBJECT,
                0,
                Instant.EPOCH,
                "n",
                null);
        return new JobRow(job, 1, "n", 1, ordinals.getOrDefault(id, 0L), false, false, 0, seq, null, Instant.EPOCH);
    }

    @Override
    public SubmitResult submit(JobSubmission submission) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<SubmitResult> repeated(IdempotencyKey key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Job> find(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Job> find(Collection<String> ids) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Job> list(JobQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<InputFile> inputs(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Replay> read(Map<String, Long> cursors, int maxEntries, int maxBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<WriteResult.Done> claim(String node, Set<String> types, int limit, Duration lease) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Renewal renew(String node, Duration lease) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> lapsed(int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Duration> untilDue(Set<String> types) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Job> delete(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> expired(Duration retention, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void keep(Collection<String> jobs, Duration retention, Duration yet) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forgetKeys(Duration age) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void restored() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void check() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Integer> unclaimed(Set<String> types, Duration age) {
        throw new UnsupportedOperationException();
    }
}
