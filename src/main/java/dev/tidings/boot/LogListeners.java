package dev.tidings.boot;

import dev.tidings.job.Job;
import dev.tidings.log.LogListener;
import dev.tidings.log.WakeUps;
import dev.tidings.log.WriteResult.Appended;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells all rooms that want to hear what was committed here and hinted at from elsewhere.
 *
 * <p>Threads: any.
 */
final class LogListeners implements LogListener, WakeUps.Listener {
    private final List<LogListener> listeners = new CopyOnWriteArrayList<>();
    private final List<WakeUps.Listener> hinted = new CopyOnWriteArrayList<>();
    private final AtomicLong missed = new AtomicLong();

    <T extends LogListener & WakeUps.Listener> void add(T room) {
        listeners.add(room);
        hinted.add(room);
    }

    /** Adds one that hears only what is committed here. */
    void listen(LogListener listener) {
        listeners.add(listener);
    }

    @Override
    public void grown(Appended growth) {
        listeners.forEach(listener -> listener.grown(growth));
    }

    @Override
    public void deleted(Job job) {
        listeners.forEach(listener -> listener.deleted(job));
    }

    @Override
    public void unsure(String job) {
        listeners.forEach(listener -> listener.unsure(job));
    }

    @Override
    public void grown(Set<WakeUps.Hint> hints) {
        hinted.forEach(listener -> listener.grown(hints));
    }

    /** How often hints may have been missed: once for each new connection, and again and again without one. */
    long timesMissed() {
        return missed.get();
    }

    @Override
    public void missed() {
        missed.incrementAndGet();
        hinted.forEach(WakeUps.Listener::missed);
    }
}
