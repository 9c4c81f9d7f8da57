package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.LogEntry;
import dev.tidings.log.WriteResult.Appended;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the logs of a simulation truly hold, noted at each commit: every event that was ever shown to anybody. */
final class SimTruth {
    private static final long RAISE = 1_000_000;

    private final Map<String, Log> logs = new TreeMap<>();

    private static final class Log {
        final TreeMap<Long, LogEntry> entries = new TreeMap<>();
        final TreeSet<Long> commits = new TreeSet<>();
        final Set<Long> terminalStates = new HashSet<>();
        String owner = "";
        long oldest;
        boolean deleted;
    }

    void committed(Appended growth) {
        if (growth.entries().isEmpty()) {
            return;
        }
        Log log = logs.computeIfAbsent(growth.job().id(), id -> new Log());
        growth.entries().forEach(entry -> log.entries.put(entry.seq(), entry));
        state(log, growth.job());
    }

    private static void state(Log log, Job job) {
        log.owner = job.owner();
        log.commits.add(job.seq());
        if (job.state().terminal()) {
            log.terminalStates.add(job.seq());
        }
    }

    /** After a restore: the retained events have new numbers; the old ones are remembered, since readers may have them. */
    void raised(Job job, Iterable<LogEntry> retained) {
        long by = RAISE;
        Log log = logs.get(job.id());
        new TreeMap<>(log.entries.tailMap(log.oldest, false))
                .forEach((seq, entry) -> log.entries.put(
                        seq + by, new LogEntry(seq + by, entry.kind(), entry.type(), entry.at(), new byte[0])));
        retained.forEach(entry -> log.entries.put(entry.seq(), entry));
        log.oldest += by;
        state(log, job);
    }

    void deleted(String job) {
        logs.get(job).deleted = true;
    }

    boolean deletedNow(String job) {
        return logs.get(job).deleted;
    }

    boolean known(String job) {
        return logs.containsKey(job);
    }

    String owner(String job) {
        return logs.get(job).owner;
    }

    Set<String> jobs() {
        return logs.keySet();
    }

    long latest(String job) {
        return logs.get(job).entries.lastKey();
    }

    long oldest(String job) {
        return logs.get(job).oldest;
    }

    boolean ended(String job) {
        return logs.get(job).entries.lastEntry().getValue().kind() == LogEntry.Kind.TERMINAL;
    }

    /** Whether this number is the terminal event's. */
    boolean endedAt(String job, long seq) {
        LogEntry entry = logs.get(job).entries.get(seq);
        return entry != null && entry.kind() == LogEntry.Kind.TERMINAL;
    }

    /** Why a reader at this cursor may not be given this entry next; null when it may. */
    String whyNotNext(String job, long cursor, LogEntry entry) {
        Log log = logs.get(job);
        LogEntry stored = log.entries.get(entry.seq());
        if (stored == null || !Arrays.equals(stored.json(), entry.json())) {
            return "there is no such event";
        }
        if (entry.seq() <= cursor) {
            return "it has that already";
        }
        long begin = cursor == 0 ? (entry.seq() - 1) / RAISE * RAISE : cursor;
        var between = log.entries.subMap(begin, false, entry.seq(), false);
        if (begin + 1 + between.size() != entry.seq()) {
            return "numbers that were never given out lie between";
        }
        if (between.values().stream().anyMatch(other -> other.kind() != LogEntry.Kind.PROGRESS)) {
            return "an event was left out";
        }
        return between.isEmpty() || stored.kind() == LogEntry.Kind.PROGRESS
                ? null
                : "the newest progress before it is missing";
    }

    /** Why this state was never the job's; null when it was. */
    String whyNotState(Job job) {
        Log log = logs.get(job.id());
        if (log == null || !log.commits.contains(job.seq())) {
            return "the job never was at " + job.seq();
        }
        return log.terminalStates.contains(job.seq()) == job.state().terminal() ? null : "its state is another";
    }
}
