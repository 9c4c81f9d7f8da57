package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.Written.Growth;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The readers of many jobs at this node, by the owners whose jobs they read.
 *
 * <p>What this node commits is handed to them as it is. After hints from elsewhere, one look at the store at a time finds
 * out what each lacks, in a few statements for all hinted jobs; hints that come meanwhile are for the next look. While
 * the store fails, the look is tried again with growing, jittered pauses.
 *
 * <p>Threads: any; looks run on store threads. The lock guards the hints, for memory work only.
 */
final class ManyReaders {
    private static final Set<JobState> UNFINISHED = Set.of(JobState.QUEUED, JobState.RUNNING);
    private static final Set<JobState> FINISHED = Set.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);
    private static final int FINISHED_SHOWN = 100;
    private static final int CHUNK = 200;
    private static final Logger LOG = System.getLogger(ManyReaders.class.getName());

    private final JobStore store;
    private final Executor storeThreads;
    private final Timer timer;
    private final Backoff pauses;
    private final Map<String, List<ManySource>> byOwner = new ConcurrentHashMap<>();

    // Guarded by this.
    private Set<String> hinted = new LinkedHashSet<>();
    private boolean missed;
    private boolean looking;
    private int failures;

    ManyReaders(JobStore store, Executor storeThreads, Timer timer, RandomGenerator random) {
        this.store = store;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.pauses = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), random);
    }

    void join(ManySource source) {
        for (String owner : source.owners()) {
            byOwner.compute(owner, (key, present) -> {
                List<ManySource> sources = present == null ? new CopyOnWriteArrayList<>() : present;
                sources.add(source);
                return sources;
            });
        }
    }

    void leave(ManySource source) {
        for (String owner : source.owners()) {
            byOwner.computeIfPresent(owner, (key, sources) -> {
                sources.remove(source);
                return sources.isEmpty() ? null : sources;
            });
        }
    }

    boolean none() {
        return byOwner.isEmpty();
    }

    void grown(Growth growth) {
        sourcesOf(growth.job().owner()).forEach(source -> source.grown(growth));
    }

    void deleted(Job job) {
        sourcesOf(job.owner()).forEach(source -> source.deleted(job.id()));
    }

    /**
     * A job may have grown or be gone.
     *
     * @param owner null when not known
     */
    void hinted(String job, @Nullable String owner) {
        if (owner == null ? !none() : byOwner.containsKey(owner)) {
            look(Set.of(job), false);
        }
    }

    /** Anything may have happened. */
    void missed() {
        if (!none()) {
            look(Set.of(), true);
        }
    }

    private void look(Set<String> jobs, boolean all) {
        synchronized (this) {
            hinted.addAll(jobs);
            missed |= all;
            if (looking) {
                return;
            }
            looking = true;
        }
        dispatch();
    }

    private void dispatch() {
        try {
            storeThreads.execute(this::lookOnce);
        } catch (RejectedExecutionException full) {
            timer.after(pauses.after(1), this::dispatch);
        }
    }

    private void lookOnce() {
        Set<String> jobs;
        boolean all;
        synchronized (this) {
            jobs = hinted;
            all = missed;
            hinted = new LinkedHashSet<>();
            missed = false;
        }
        try {
            var ids = new ArrayList<>(all ? withAll(jobs) : jobs);
            for (int begin = 0; begin < ids.size(); begin += CHUNK) {
                bringUpToDate(ids.subList(begin, Math.min(ids.size(), begin + CHUNK)));
            }
        } catch (RuntimeException failure) {
            again(jobs, all, failure);
            return;
        }
        synchronized (this) {
            failures = 0;
            looking = missed || !hinted.isEmpty();
            if (!looking) {
                return;
            }
        }
        dispatch();
    }

    private void again(Set<String> jobs, boolean all, RuntimeException failure) {
        Duration pause;
        synchronized (this) {
            hinted.addAll(jobs);
            missed |= all;
            pause = pauses.after(++failures);
            if (failures == 1) {
                LOG.log(Level.WARNING, "readers of many jobs wait for the store: {0}", failure.getMessage());
            }
        }
        timer.after(pause, this::dispatch);
    }

    /** The jobs with all that somebody knows or should know of. */
    private Set<String> withAll(Set<String> jobs) {
        var all = new LinkedHashSet<>(jobs);
        for (String owner : byOwner.keySet()) {
            sourcesOf(owner).forEach(source -> all.addAll(source.known()));
            JobQuery.Last after = null;
            List<Job> page;
            do {
                page = store.list(new JobQuery(owner, UNFINISHED, null, after, CHUNK));
                page.forEach(job -> all.add(job.id()));
                after = page.isEmpty() ? null : JobQuery.Last.of(page.get(page.size() - 1));
            } while (page.size() == CHUNK);
            store.list(new JobQuery(owner, FINISHED, null, null, FINISHED_SHOWN))
                    .forEach(job -> all.add(job.id()));
        }
        return all;
    }

    private void bringUpToDate(Collection<String> ids) {
        Map<String, Job> states = store.find(ids);
        var cursors = new LinkedHashMap<String, Long>();
        var jumps = new HashMap<String, Long>();
        for (String id : ids) {
            Job state = states.get(id);
            if (state == null) {
                byOwner.values().forEach(sources -> sources.forEach(source -> source.deleted(id)));
                continue;
            }
            begin(state);
            long seen = leastSeen(state);
            if (seen < state.seq()) {
                cursors.put(id, seen);
            }
        }
        if (!cursors.isEmpty()) {
            store.read(cursors, Loads.MAX_ENTRIES, Loads.maxBytes(cursors.size()))
                    .forEach((id, replay) -> pass(states.get(id), cursors.getOrDefault(id, 0L), replay, jumps));
        }
        if (!jumps.isEmpty()) {
            store.read(jumps, 1, 1).forEach((id, replay) -> jump(states.get(id), replay));
        }
    }

    /** Whoever knows nothing of a job begins with its state. */
    private void begin(Job state) {
        for (ManySource source : sourcesOf(state.owner())) {
            if (source.seen(state.id()) == 0) {
                source.grown(new Growth(state, state.seq(), List.of()));
            }
        }
    }

    /** How far the reader is that knows least of this job. */
    private long leastSeen(Job state) {
        long least = Long.MAX_VALUE;
        for (ManySource source : sourcesOf(state.owner())) {
            if (source.wants(state.id())) {
                least = Math.min(least, source.seen(state.id()));
            }
        }
        return least;
    }

    private void pass(@Nullable Job state, long asked, Replay replay, Map<String, Long> jumps) {
        if (state == null) {
            return;
        }
        if (replay instanceof Replay.Continuous more && more.upTo() >= state.seq()) {
            var entries = more.entries().stream()
                    .filter(entry -> entry.seq() <= state.seq())
                    .toList();
            grown(new Growth(state, asked, entries));
        } else if (!(replay instanceof Replay.Missing)) {
            jumps.put(
                    state.id(),
                    state.seq() - 1); // too far behind, or renumbered: the state, and the end if there is one
        }
    }

    private void jump(@Nullable Job state, Replay replay) {
        if (state == null) {
            return;
        }
        List<LogEntry> end =
                replay instanceof Replay.Continuous more && state.state().terminal()
                        ? more.entries().stream()
                                .filter(entry -> entry.kind() == LogEntry.Kind.TERMINAL)
                                .toList()
                        : List.of();
        grown(new Growth(state, state.seq(), end));
    }

    private List<ManySource> sourcesOf(String owner) {
        return byOwner.getOrDefault(owner, List.of());
    }

    synchronized boolean idle() {
        return none() && !looking;
    }

    @Override
    public synchronized String toString() {
        return "readers of " + byOwner.size() + " owners' jobs" + (looking ? ", looking" : "");
    }
}
