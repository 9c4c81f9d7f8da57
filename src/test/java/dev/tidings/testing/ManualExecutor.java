package dev.tidings.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executor;

/** Keeps tasks until the test runs them, on the test's thread. */
public final class ManualExecutor implements Executor {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs tasks, also those that they add, until none is left. */
    public void runAll() {
        while (runOne()) {}
    }

    /** Runs the oldest task; false when there is none. */
    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** Runs a task picked by {@code random}; false when there is none. */
    public boolean runAny(Random random) {
        if (tasks.isEmpty()) {
            return false;
        }
        var all = new ArrayList<>(tasks);
        var task = all.remove(random.nextInt(all.size()));
        tasks.clear();
        tasks.addAll(all);
        task.run();
        return true;
    }

    /** How many tasks wait. */
    public int waiting() {
        return tasks.size();
    }
}
