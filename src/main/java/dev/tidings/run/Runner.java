package dev.tidings.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidings.job.Job;
import dev.tidings.job.JobHandler;
import dev.tidings.job.JobState;
import dev.tidings.log.Appender;
import dev.tidings.log.ArtifactStore;
import dev.tidings.log.Claimant;
import dev.tidings.log.InputFile;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogListener;
import dev.tidings.log.WakeUps;
import dev.tidings.log.Written;
import dev.tidings.time.Backoff;
import dev.tidings.time.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Runs this node's share of the jobs: claims as many as there is room for, of the types that have handlers here.
 *
 * <p>It looks for jobs when one was submitted or put back (here or, by hints, at other nodes), when an attempt is over,
 * when the next queued job falls due, and every few seconds in any case. One look at a time is under way. {@link Leases}
 * keeps what was claimed, {@link Takeover} frees what others left behind.
 *
 * <p>Threads: any may call; nothing here blocks the caller. Looks run on store threads, attempts on job threads.
 */
public final class Runner implements LogListener, WakeUps.Listener {
    /** The longest time between two looks for jobs. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(4);

    /** Hints of other nodes gather for so long before a look. */
    private static final Duration HINTS_GATHER = Duration.ofMillis(50);

    /** The shortest wait for a job that is due but could not be claimed, as when another node is at it. */
    private static final Duration CONTENDED = Duration.ofMillis(100);

    private static final Logger LOG = System.getLogger(Runner.class.getName());

    // Fixed at construction.
    private final JobStore store;
    private final JobTypes types;
    private final LogListener listener;
    private final Executor jobThreads;
    private final Executor storeThreads;
    private final Timer timer;
    private final RandomGenerator random;
    private final RunSettings settings;
    private final String claimant;
    private final Tools tools;
    private final Endings endings;
    private final Leases leases;
    private final Takeover takeover;
    private final Backoff pauses;

    // Shared.
    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean accepting;

    @GuardedBy("lock")
    private boolean graceOver;

    @GuardedBy("lock")
    private boolean draining;

    @GuardedBy("lock")
    private boolean looking;

    @GuardedBy("lock")
    private boolean lookAgain;

    /** After a look that failed, or that took what no thread would run, none follows before its time. */
    @GuardedBy("lock")
    private boolean resting;

    /** How many looks have begun; one at a time is under way. */
    @GuardedBy("lock")
    private long looksBegun;

    @GuardedBy("lock")
    private long looksEnded;

    /** Whether the look under way had to put a job back. */
    @GuardedBy("lock")
    private boolean refused;

    @GuardedBy("lock")
    private int failures;

    @GuardedBy("lock")
    private boolean hinted;

    @GuardedBy("lock")
    private Timer.Alarm nextLook = () -> {};

    /**
     * @param listener hears of the {@code started} events, as the appender's does of all others
     * @param jobThreads runs handlers; has at least {@link RunSettings#concurrency} threads
     * @param storeThreads blocks in the store; is never interrupted
     * @param random shared by threads
     */
    public Runner(
            JobStore store,
            ArtifactStore blobs,
            Appender appender,
            JobTypes types,
            Binding binding,
            LogListener listener,
            Executor jobThreads,
            Executor storeThreads,
            Timer timer,
            RandomGenerator random,
            RunSettings settings) {
        this.store = store;
        this.types = types;
        this.listener = listener;
        this.jobThreads = jobThreads;
        this.storeThreads = storeThreads;
        this.timer = timer;
        this.random = random;
        this.settings = settings;
        this.claimant = Claimant.of(settings.node(), random);
        this.endings = new Endings(settings.attempts(), settings.logLines(), random);
        this.tools = new Tools(
                appender, blobs, new StoreThreads(storeThreads, timer, random), timer, binding, random, settings);
        this.leases = new Leases(this, store, appender, storeThreads, timer, random, settings.lease(), claimant);
        this.takeover = new Takeover(this, store, appender, endings, storeThreads, timer, random, settings.lease());
        this.pauses = new Backoff(Duration.ofMillis(100), LOOK_AGAIN, random);
    }

    /** Begins to claim jobs and to take over lost ones. */
    public void start() {
        synchronized (lock) {
            accepting = true;
        }
        leases.start();
        takeover.start();
        wake();
    }

    /** Ends all that is periodic. Attempts that are not handed over yet are lost to the lease: {@link #drain} before. */
    public void close() {
        synchronized (lock) {
            accepting = false;
            nextLook.cancel();
        }
        leases.close();
        takeover.close();
    }

    /** How many attempts have a place at this node. */
    public int running() {
        return attempts.size();
    }

    /** Says that there may be a job to claim. Cheap. */
    public void wake() {
        synchronized (lock) {
            if (!accepting || resting) {
                return;
            }
            if (looking) {
                lookAgain = true;
                return;
            }
            looking = true;
            nextLook.cancel();
        }
        try {
            storeThreads.execute(this::look);
        } catch (RejectedExecutionException full) {
            synchronized (lock) {
                looking = false;
                failures++;
                restFor(pauses.after(failures));
            }
        }
    }

    /**
     * Takes no new jobs from now on, lets attempts finish for as long as the grace, then interrupts and hands over those
     * left. Lasts until the end; a second call changes nothing.
     *
     * @return completes when nothing runs here that is not another's to run
     */
    public CompletableFuture<Void> drain(Duration grace) {
        boolean first;
        synchronized (lock) {
            first = !draining;
            draining = true;
            accepting = false;
            nextLook.cancel();
        }
        if (first) {
            timer.after(grace, this::handOver);
        }
        tellDrained();
        return drained.copy();
    }

    private void handOver() {
        synchronized (lock) {
            graceOver = true;
        }
        attempts.forEach(Attempt::handOver);
    }

    private void tellDrained() {
        boolean done;
        synchronized (lock) {
            done = draining && !looking;
        }
        if (done && live().isEmpty()) {
            drained.complete(null);
        }
    }

    /** Attempts that own their job, as far as this node knows. */
    List<Attempt> live() {
        return attempts.stream().filter(attempt -> !attempt.settled()).toList();
    }

    /** How many looks for jobs have begun. What was claimed before this call was claimed by one of them. */
    long looksBegun() {
        synchronized (lock) {
            return looksBegun;
        }
    }

    /** How many have ended; what they claimed is {@link #live}, or was, unless their claim went without an answer. */
    long looksEnded() {
        synchronized (lock) {
            return looksEnded;
        }
    }

    // Looking for jobs.

    private void look() {
        Duration next = Duration.ZERO;
        Throwable failure = null;
        synchronized (lock) {
            looksBegun++;
        }
        try {
            next = claim();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        boolean again = false;
        boolean news = false;
        synchronized (lock) {
            looking = false;
            looksEnded++;
            if (failure != null) {
                news = failures++ == 0;
                restFor(pauses.after(failures));
            } else if (refused) {
                failures = 0;
                restFor(Backoff.jittered(LOOK_AGAIN, random));
            } else {
                failures = 0;
                again = lookAgain;
                lookIn(next);
            }
            lookAgain = false;
            refused = false;
        }
        if (news) {
            LOG.log(Level.WARNING, "cannot look for jobs; trying again until it works", failure);
        }
        if (again) {
            wake();
        }
        tellDrained();
    }

    @GuardedBy("lock")
    private void lookIn(Duration pause) {
        nextLook.cancel();
        if (accepting) {
            nextLook = timer.after(pause, this::wake);
        }
    }

    @GuardedBy("lock")
    private void restFor(Duration pause) {
        resting = true;
        nextLook.cancel();
        nextLook = timer.after(pause, () -> {
            synchronized (lock) {
                resting = false;
            }
            wake();
        });
    }

    /** Claims what there is room for and answers when to look again. */
    private Duration claim() {
        int room = settings.concurrency() - attempts.size();
        if (room <= 0) {
            return Backoff.jittered(LOOK_AGAIN, random);
        }
        Set<String> handled = types.handled();
        long beganNanos = timer.nanoTime();
        List<Written.Done> claimed = store.claim(claimant, handled, room, settings.lease());
        long heldUntilNanos = beganNanos + settings.lease().toNanos();
        for (Written.Done done : claimed) {
            tell(done.growth());
            begin(done.row(), heldUntilNanos);
        }
        if (claimed.size() == room) {
            return Backoff.jittered(LOOK_AGAIN, random);
        }
        Optional<Duration> due = store.untilDue(handled);
        Duration shortest = Backoff.jittered(CONTENDED, random);
        Duration longest = Backoff.jittered(LOOK_AGAIN, random);
        if (due.isEmpty() || due.get().compareTo(longest) > 0) {
            return longest;
        }
        return due.get().compareTo(shortest) > 0 ? due.get() : shortest;
    }

    private void begin(JobRow row, long heldUntilNanos) {
        JobHandler<?> handler = types.handler(row.job().type()).orElseThrow();
        List<InputFile> inputs = List.of();
        boolean readable = true;
        try {
            if (handler.type().maxInputs() > 0) {
                inputs = store.inputs(row.job().id());
            }
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "cannot read the inputs of job " + row.job().id() + "; it is put back", failure);
            readable = false;
        }
        var attempt = new Attempt(tools, endings, handler, row, inputs, heldUntilNanos, this::changed);
        attempts.add(attempt);
        if (!readable || !taken(attempt)) {
            synchronized (lock) {
                refused = true;
            }
            attempt.refused();
            return;
        }
        boolean late;
        synchronized (lock) {
            late = graceOver;
        }
        if (late) {
            attempt.handOver();
        }
    }

    private boolean taken(Attempt attempt) {
        try {
            jobThreads.execute(attempt);
            return true;
        } catch (RejectedExecutionException full) {
            LOG.log(Level.WARNING, "no job thread took job " + attempt.jobId() + "; it is put back");
            return false;
        }
    }

    private void changed(Attempt attempt) {
        if (attempt.over() && attempts.remove(attempt)) {
            wake();
        }
        tellDrained();
    }

    void tell(Written.Growth growth) {
        try {
            listener.grown(growth);
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a listener of the log failed", failure);
        }
    }

    // Hearing of jobs.

    /** A job has grown here: perhaps there is one to claim, or one that runs here is to stop. */
    @Override
    public void grown(Written.Growth growth) {
        heed(growth.job());
    }

    @Override
    public void deleted(Job job) {}

    @Override
    public void unsure(String job) {
        heard(List.of(job));
    }

    @Override
    public void grown(Set<WakeUps.Hint> hints) {
        heard(hints.stream().map(WakeUps.Hint::job).toList());
    }

    @Override
    public void missed() {
        heard(live().stream().map(Attempt::jobId).toList());
    }

    /** These jobs may have grown at another node. */
    private void heard(Collection<String> jobs) {
        synchronized (lock) {
            heard.addAll(jobs);
            if (hinted) {
                return;
            }
            hinted = true;
        }
        timer.after(Backoff.jittered(HINTS_GATHER, random), this::heed);
    }

    private void heed() {
        Set<String> mine = live().stream().map(Attempt::jobId).collect(Collectors.toSet());
        synchronized (lock) {
            hinted = false;
            mine.retainAll(heard);
            heard.clear();
        }
        wake();
        if (!mine.isEmpty()) {
            leases.check(mine);
        }
    }

    /** Looks at a job as it is now: stops its attempt when that was asked for. */
    void heed(Job job) {
        if (job.state() == JobState.QUEUED) {
            wake();
        } else if (job.cancelRequested() && job.state() == JobState.RUNNING) {
            for (Attempt attempt : live()) {
                if (attempt.jobId().equals(job.id())) {
                    attempt.cancel();
                }
            }
        }
    }
}
