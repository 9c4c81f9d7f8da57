package dev.tidings.run;

import dev.tidings.job.Event;
import dev.tidings.job.Job;
import dev.tidings.log.JobRow;
import dev.tidings.log.JobStore;
import dev.tidings.log.JobSubmission;
import dev.tidings.log.NodeIncarnation;
import dev.tidings.log.RowDecision.Verdict;
import dev.tidings.log.SubmitResult;
import dev.tidings.log.Write;
import dev.tidings.log.WriteResult;
import dev.tidings.testing.InMemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The store in memory, which writes down every event that it commits, superseded progress too. Used by one thread at a time. */
final class RecordedStore {
    /** An event in a log. */
    record Stored(long seq, Instant at, Event event) {}

    final InMemoryStore memory;
    final JobStore jobs;
    private final InstantSource clock;
    private final Map<String, List<Stored>> logs = new HashMap<>();

    RecordedStore(InstantSource clock) {
        this.clock = clock;
        memory = new InMemoryStore(clock);
        jobs = (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(), new Class<?>[] {JobStore.class}, (proxy, method, args) -> {
                    try {
                        return called(method, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    List<Stored> log(String job) {
        return List.copyOf(logs.getOrDefault(job, List.of()));
    }

    List<String> types(String job) {
        return log(job).stream().map(stored -> stored.event().type()).toList();
    }

    Event event(String job, int seq) {
        return log(job).get(seq - 1).event();
    }

    Job job(String id) {
        return memory.find(id).orElseThrow();
    }

    JobRow row(String id) {
        var seen = new JobRow[1];
        memory.write(List.of(new Write(id, row -> {
            seen[0] = row;
            return Verdict.NOTHING;
        })));
        return seen[0];
    }

    private @Nullable Object called(Method method, Object[] args) throws ReflectiveOperationException {
        return switch (method.getName()) {
            case "write" -> written((List<?>) args[0]);
            case "claim" -> claimed((List<?>) method.invoke(memory, args), (String) args[0]);
            case "submit" -> submitted((JobSubmission) args[0]);
            default -> method.invoke(memory, args);
        };
    }

    private List<?> claimed(List<?> claims, String node) {
        for (Object each : claims) {
            var done = (WriteResult.Done) each;
            record(done.growth(), List.of(new Event.Started(done.row().tries(), NodeIncarnation.node(node))));
        }
        return claims;
    }

    private SubmitResult submitted(JobSubmission submission) {
        var answer = memory.submit(submission);
        if (answer instanceof SubmitResult.Accepted accepted) {
            var events = new ArrayList<Event>(List.of(new Event.Queued()));
            if (submission.worker() != null) {
                events.add(new Event.Started(1, submission.worker().node()));
            }
            record(accepted.growth(), events);
        }
        return answer;
    }

    private List<WriteResult> written(List<?> writes) {
        var answers = new ArrayList<WriteResult>();
        for (Object each : writes) {
            var write = (Write) each;
            var verdict = new Verdict[1];
            var answer = memory.write(List.of(new Write(
                            write.job(), row -> verdict[0] = write.decision().on(row), write.key())))
                    .get(0);
            if (answer instanceof WriteResult.Done done) {
                record(done.growth(), verdict[0].events());
            }
            answers.add(answer);
        }
        return answers;
    }

    private void record(WriteResult.Appended growth, List<Event> events) {
        var log = logs.computeIfAbsent(growth.job().id(), id -> new ArrayList<>());
        for (int i = 0; i < events.size(); i++) {
            log.add(new Stored(growth.after() + 1 + i, clock.instant(), events.get(i)));
        }
        if (growth.job().seq() != growth.after() + events.size()) {
            throw new AssertionError("growth to " + growth.job().seq() + " by " + events);
        }
    }
}
