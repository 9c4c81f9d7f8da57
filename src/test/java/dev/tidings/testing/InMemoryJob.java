package dev.tidings.testing;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.Progress;
import dev.tidings.json.EventJson;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobRow;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A job in an {@link InMemoryStore}: the row, its log and its inputs. */
final class InMemoryJob {
    private final TreeMap<Long, Line> log = new TreeMap<>();
    final List<InputFile> inputs = new ArrayList<>();
    Job job;
    long claim;
    String node;
    int tries;
    long ordinal;
    Instant leaseUntil;
    Instant keptUntil = Instant.MIN;
    boolean worker;
    private long oldest;
    private int logLines;
    private String cancelBy;

    private record Line(LogEntry.Kind kind, String body) {}

    InMemoryJob(
            String id,
            String type,
            String title,
            String owner,
            Json params,
            int priority,
            Instant due,
            Instant now,
            String retryOf) {
        job = Job.queued(id, type, title, owner, now, params, priority, due, retryOf);
    }

    boolean running() {
        return job.state() == JobState.RUNNING;
    }

    boolean lapsed(Instant now) {
        return running() && leaseUntil != null && !leaseUntil.isAfter(now);
    }

    JobRow row(Instant now) {
        return new JobRow(job, claim, node, tries, ordinal, lapsed(now), worker, oldest, logLines, cancelBy, now);
    }

    WriteResult.Appended apply(Verdict verdict, Instant now) {
        long before = job.seq();
        var entries = new ArrayList<LogEntry>();
        for (Event event : verdict.events()) {
            entries.add(append(event, now));
        }
        if (verdict.ordinal() != null) {
            ordinal = verdict.ordinal();
        }
        logLines += verdict.leftOut();
        if (verdict.refund()) {
            tries--;
        }
        if (verdict.lease() != null) {
            leaseUntil = now.plus(verdict.lease());
        }
        return new WriteResult.Appended(job, before, entries);
    }

    private LogEntry append(Event event, Instant now) {
        long seq = job.seq() + 1;
        boolean superseded = event instanceof Progress
                && !log.isEmpty()
                && log.lastEntry().getValue().kind() == LogEntry.Kind.PROGRESS;
        if (superseded) {
            log.pollLastEntry();
        }
        var line = new Line(EventJson.kind(event), EventJson.body(job.id(), now, event));
        log.put(seq, line);
        job = job.after(seq, now, event);
        if (event instanceof Event.Log) {
            logLines++;
        } else if (event instanceof Event.Cancelling cancelling) {
            cancelBy = cancelling.by();
        }
        if ((event instanceof Event.Queued && seq > 1) || event instanceof Event.Retrying || event.terminal()) {
            claim++;
            node = null;
            leaseUntil = null;
        }
        return EventJson.entry(seq, now, event, line.body());
    }

    Replay read(long cursor, int maxEntries, int maxBytes) {
        if (cursor != 0 && (cursor < oldest || cursor > job.seq())) {
            return new Replay.Gap();
        }
        var entries = new ArrayList<LogEntry>();
        long bytes = 0;
        for (Map.Entry<Long, Line> next : log.tailMap(cursor, false).entrySet()) {
            if (entries.size() == maxEntries || bytes >= maxBytes) {
                break;
            }
            Line line = next.getValue();
            entries.add(EventJson.stored(next.getKey(), line.kind(), line.body()));
            bytes += line.body().getBytes(StandardCharsets.UTF_8).length;
        }
        long upTo = entries.isEmpty() ? cursor : entries.get(entries.size() - 1).seq();
        return new Replay.Continuous(entries, upTo, job.state().terminal() && upTo == job.seq(), upTo < job.seq());
    }

    void raise(long by) {
        var raised = new TreeMap<Long, Line>();
        log.forEach((seq, line) -> raised.put(seq + by, line));
        log.clear();
        log.putAll(raised);
        oldest += by;
        job = new Job(
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
                job.seq() + by,
                job.params(),
                job.priority(),
                job.notBefore(),
                job.node(),
                job.retryOf());
    }
}
