package dev.tidings.feed;

import dev.tidings.job.Job;
import dev.tidings.log.JobQuery;
import dev.tidings.log.JobStore;
import dev.tidings.log.LogEntry;
import dev.tidings.log.Replay;
import dev.tidings.log.StoreException;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A store that fails when the simulation wants it to, and lets others run in the middle of its calls. */
final class SimStore {
    private final JobStore real;
    private final SimWorld world;

    private final Map<String, Job> earlier = new HashMap<>();

    /** Jobs whose rows another transaction holds. */
    final Set<String> locked = new HashSet<>();

    SimStore(JobStore real, SimWorld world) {
        this.real = real;
        this.world = world;
    }

    JobStore asStore() {
        return (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(), new Class<?>[] {JobStore.class}, (proxy, method, arguments) -> {
                    world.interleave();
                    if (world.storeFails()) {
                        throw new StoreException("planned", null);
                    }
                    Object answer;
                    if (method.getName().equals("read")) {
                        answer = read((Map<?, ?>) arguments[0], (int) arguments[1], (int) arguments[2]);
                    } else if (method.getName().equals("write")) {
                        answer = write((List<?>) arguments[0]);
                    } else if (method.getName().equals("list")) {
                        answer = planted(real.list((JobQuery) arguments[0]));
                    } else if (method.getName().equals("find") && arguments[0] instanceof Collection<?> ids) {
                        answer = find(ids);
                    } else {
                        try {
                            answer = method.invoke(real, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    }
                    world.interleave();
                    if (world.storeFails()) {
                        throw new StoreException("planned, after the deed", null);
                    }
                    return answer;
                });
    }

    private List<WriteResult> write(List<?> writes) {
        var written = new ArrayList<WriteResult>();
        for (Object each : writes) {
            var write = (Write) each;
            WriteResult outcome = locked.contains(write.job())
                    ? new WriteResult.Busy()
                    : real.write(List.of(write)).get(0);
            if (outcome instanceof WriteResult.Done done) {
                world.truth.committed(done.growth());
            }
            written.add(outcome);
        }
        return written;
    }

    private Map<String, Replay> read(Map<?, ?> cursors, int maxEntries, int maxBytes) {
        world.reads++;
        var asked = new HashMap<String, Long>();
        cursors.forEach((job, cursor) -> {
            long from = (Long) cursor;
            asked.put((String) job, world.planted(SimBug.OFF_BY_ONE) && from > 0 ? from + 1 : from);
        });
        var replays = new HashMap<>(real.read(asked, maxEntries, maxBytes));
        replays.replaceAll((job, replay) -> planted(asked.get(job), replay));
        return replays;
    }

    private List<Job> planted(List<Job> page) {
        boolean lost = world.planted(SimBug.LOST_IN_LISTING) && !page.isEmpty() && world.random.nextInt(3) == 0;
        return lost ? page.subList(0, page.size() - 1) : page;
    }

    private Map<String, Job> find(Collection<?> ids) {
        var asked = ids.stream().map(String.class::cast).toList();
        var found = new HashMap<>(real.find(asked));
        if (world.planted(SimBug.LOST_STATE) && world.random.nextInt(10) == 0) {
            found.keySet().removeIf(id -> world.random.nextBoolean());
        }
        if (world.planted(SimBug.OLD_STATE)) {
            found.replaceAll((id, job) -> {
                Job old = earlier.getOrDefault(id, job);
                earlier.put(id, job);
                return world.random.nextBoolean() ? old : job;
            });
        }
        return found;
    }

    private Replay planted(long cursor, Replay replay) {
        if (replay instanceof Replay.Gap && world.planted(SimBug.SILENT_GAP)) {
            return new Replay.Continuous(List.of(), cursor, false, false);
        }
        if (replay instanceof Replay.Continuous more) {
            boolean ended = more.ended() && !world.planted(SimBug.ENDLESS);
            return new Replay.Continuous(world.altered(more.entries()), more.upTo(), ended, more.more());
        }
        return replay;
    }

    /** Progress that is dropped although another event follows it. */
    static List<LogEntry> withoutProgressBeforeOthers(List<LogEntry> entries) {
        var kept = new ArrayList<LogEntry>();
        for (int i = 0; i < entries.size(); i++) {
            boolean dropped = entries.get(i).kind() == LogEntry.Kind.PROGRESS
                    && i + 1 < entries.size()
                    && entries.get(i + 1).kind() != LogEntry.Kind.PROGRESS;
            if (!dropped) {
                kept.add(entries.get(i));
            }
        }
        return kept;
    }
}
