package dev.tidings.jdbc;

import static java.util.Objects.requireNonNull;

import dev.tidings.job.Artifact;
import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.Json;
import dev.tidings.job.Progress;
import dev.tidings.json.EventJson;
import dev.tidings.json.RowJson;
import dev.tidings.log.JobRow;
import dev.tidings.log.LogEntry;
import dev.tidings.log.NodeIncarnation;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.WriteResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job's row while it is locked: takes verdicts, and knows what has to be written then.
 *
 * <p>Threads: one.
 */
final class StoredJob {
    /** The columns that {@link #job} needs. */
    static final String JOB_COLUMNS = "id, type, title, owner, params, priority, created, state, cancel_requested,"
            + " attempt, started, finished, due, progress, result, error, artifacts, base, latest, node, retry_of";

    /** Those that {@link #read} needs, but for {@code read_at}. */
    static final String COLUMNS = JOB_COLUMNS
            + ", oldest, pending_seq, pending, log_lines, cancel_by, worker, claim, tries, ordinal, lease_until";

    /** An event that joins the log; the number is relative. */
    record Line(long seq, LogEntry.Kind kind, String body) {}

    // Fixed.
    final long base;
    final Instant now;
    final boolean worker;
    private final long oldest;
    private final String artifactsBefore;

    // The row as it is after the verdicts so far.
    Job job;
    int logLines;

    @Nullable
    String cancelBy;

    long claim;

    @Nullable
    String node;

    int tries;
    long ordinal;

    @Nullable
    Instant leaseUntil;

    @Nullable
    Line pending;

    // What has to be written besides the row.
    final List<Line> lines = new ArrayList<>();
    final List<Artifact> named = new ArrayList<>();
    final List<String> released = new ArrayList<>();
    boolean changed;

    private StoredJob(ResultSet row) throws SQLException {
        job = job(row);
        base = row.getLong("base");
        now = requireNonNull(Sql.instant(row, "read_at"));
        worker = row.getBoolean("worker");
        oldest = row.getLong("oldest");
        artifactsBefore = row.getString("artifacts");
        logLines = row.getInt("log_lines");
        cancelBy = row.getString("cancel_by");
        claim = row.getLong("claim");
        node = row.getString("node");
        tries = row.getInt("tries");
        ordinal = row.getLong("ordinal");
        leaseUntil = Sql.instant(row, "lease_until");
        String body = row.getString("pending");
        if (body != null) {
            pending = new Line(row.getLong("pending_seq"), LogEntry.Kind.PROGRESS, body);
        }
    }

    /** A job that nobody has seen yet, without events. */
    StoredJob(Job job, boolean worker, Instant now) {
        this.job = job;
        this.worker = worker;
        this.now = now;
        base = 0;
        oldest = 0;
        artifactsBefore = "";
    }

    /** Reads {@link #COLUMNS} and {@code read_at}. */
    static StoredJob read(ResultSet row) throws SQLException {
        return new StoredJob(row);
    }

    /** Reads {@link #JOB_COLUMNS}. */
    static Job job(ResultSet row) throws SQLException {
        String progress = row.getString("progress");
        String result = row.getString("result");
        String error = row.getString("error");
        String artifacts = row.getString("artifacts");
        String node = row.getString("node");
        return new Job(
                row.getString("id"),
                row.getString("type"),
                row.getString("title"),
                row.getString("owner"),
                JobState.of(row.getString("state")),
                row.getBoolean("cancel_requested"),
                row.getInt("attempt"),
                requireNonNull(Sql.instant(row, "created")),
                Sql.instant(row, "started"),
                Sql.instant(row, "finished"),
                progress == null ? null : RowJson.progress(progress),
                result == null ? null : new Json(result),
                error == null ? null : RowJson.problem(error),
                artifacts.equals("[]") ? List.of() : RowJson.artifacts(artifacts),
                row.getLong("base") + row.getLong("latest"),
                new Json(row.getString("params")),
                row.getInt("priority"),
                requireNonNull(Sql.instant(row, "due")),
                node == null ? null : NodeIncarnation.node(node),
                row.getString("retry_of"));
    }

    JobRow row() {
        boolean lapsed = job.state() == JobState.RUNNING && leaseUntil != null && !leaseUntil.isAfter(now);
        return new JobRow(job, claim, node, tries, ordinal, lapsed, worker, oldest, logLines, cancelBy, now);
    }

    /** The number of the newest event, relative. */
    long latest() {
        return job.seq() - base;
    }

    /** Lets a node have it: a raised claim, a counted try, nothing written by its owner yet. */
    void claim(String by) {
        claim++;
        tries++;
        ordinal = 0;
        node = by;
        changed = true;
    }

    /** Does what the verdict says; the growth is what readers get of it. */
    WriteResult.Appended apply(Verdict verdict) {
        long before = job.seq();
        var entries = new ArrayList<LogEntry>();
        for (Event event : verdict.events()) {
            entries.add(append(event));
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
        changed = true;
        return new WriteResult.Appended(job, before, entries);
    }

    private LogEntry append(Event event) {
        long seq = job.seq() + 1;
        var line = new Line(seq - base, EventJson.kind(event), EventJson.body(job.id(), now, event));
        if (event instanceof Progress) {
            pending = line;
        } else {
            if (pending != null) {
                lines.add(pending);
                pending = null;
            }
            lines.add(line);
        }
        if (event instanceof Event.Log) {
            logLines++;
        } else if (event instanceof Event.Cancelling cancelling) {
            cancelBy = cancelling.by();
        } else if (event instanceof Artifact made) {
            named.add(made);
            job.artifacts().stream()
                    .filter(old ->
                            old.name().equals(made.name()) && !old.version().equals(made.version()))
                    .forEach(old -> released.add(old.version()));
        }
        if (endsClaim(event, seq)) {
            claim++;
            node = null;
            leaseUntil = null;
        }
        job = job.after(seq, now, event);
        return EventJson.entry(seq, now, event, line.body());
    }

    /** The first event, which says that the job was accepted, ends nothing. */
    private static boolean endsClaim(Event event, long seq) {
        return event.terminal() || event instanceof Event.Retrying || (event instanceof Event.Queued && seq > 1);
    }

    /** Whether the columns that seldom change must be written. */
    boolean outcomeChanged() {
        return job.state().terminal() || !artifacts().equals(artifactsBefore);
    }

    String artifacts() {
        return RowJson.text(job.artifacts());
    }
}
