package dev.tidings.json;

import dev.tidings.job.Artifact;
import dev.tidings.job.Job;
import dev.tidings.job.JobState;
import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes jobs as the contract shows them (§2), on one line of UTF-8.
 *
 * <p>In lists and snapshots a job is <em>short</em> (§24): it has the newest {@link #SHOWN_ARTIFACTS} artifacts, no result
 * over {@link #SHOWN_RESULT_BYTES}, and {@link #SHORT_BYTES} in all. {@code truncated} names what was left out.
 */
public final class JobJson {
    /** How many artifacts lists and snapshots show. */
    static final int SHOWN_ARTIFACTS = 20;

    /** The largest result in lists and snapshots. */
    static final int SHOWN_RESULT_BYTES = 4 * 1024;

    /** The largest job in lists and snapshots: an event of 64 KiB has room for it. */
    static final int SHORT_BYTES = 60 * 1024;

    private static final String ARTIFACTS = "artifacts";
    private static final String RESULT = "result";
    private static final String ERROR = "error";

    private JobJson() {}

    /**
     * One job, whole but for its parameters.
     *
     * @param base the context path as the reader's request sees it; links begin with it
     * @param now tells whether the job waits for its time
     */
    public static byte[] encode(Job job, String base, Instant now) {
        var line = new JsonLine();
        write(line, job, base, now, Set.of(), false);
        return line.bytes();
    }

    /** The same with its parameters, for those who may see them. */
    public static byte[] withParams(Job job, String base, Instant now) {
        var line = new JsonLine();
        write(line, job, base, now, Set.of(), true);
        return line.bytes();
    }

    /**
     * A job as an event that is made for one reader (§3).
     *
     * @param reset whether the reader's cursor could not be honoured
     */
    public static byte[] snapshot(Job job, Instant at, boolean reset, String base) {
        var line = new JsonLine().open('{').name("seq").value(job.seq());
        line.name("job")
                .value(job.id())
                .name("type")
                .value("snapshot")
                .name("at")
                .value(at);
        if (reset) {
            line.name("reset").value(true);
        }
        line.name("state").value(new Json(brief(job, base, at)));
        return line.close('}').bytes();
    }

    /**
     * One job with {@code cancelRequested}, for external workers (§8).
     *
     * @param seq the number of the newest event
     */
    public static byte[] report(long seq, boolean cancelRequested) {
        var line = new JsonLine().open('{').name("seq").value(seq);
        if (cancelRequested) {
            line.name("cancelRequested").value(true);
        }
        return line.close('}').bytes();
    }

    /**
     * A page of jobs that {@link #brief} has written: {@code {"jobs": […], "user": "…"}}.
     *
     * @param user the tag of the user who asks
     */
    public static byte[] page(List<String> jobs, String user) {
        var line = new JsonLine().open('{').name("jobs").open('[');
        jobs.forEach(job -> line.value(new Json(job)));
        return line.close(']').name("user").value(user).close('}').bytes();
    }

    /** A job as lists and snapshots show it, in at most {@link #SHORT_BYTES}. */
    public static String brief(Job job, String base, Instant now) {
        var without = new LinkedHashSet<String>();
        if (job.artifacts().size() > SHOWN_ARTIFACTS) {
            without.add(ARTIFACTS);
        }
        if (job.result() != null && bytes(job.result().text()) > SHOWN_RESULT_BYTES) {
            without.add(RESULT);
        }
        String text = text(job, base, now, without);
        if (bytes(text) > SHORT_BYTES) {
            without.addAll(List.of(ARTIFACTS, ERROR));
            text = text(job, base, now, without);
        }
        return text;
    }

    private static String text(Job job, String base, Instant now, Set<String> without) {
        var line = new JsonLine();
        write(line, job, base, now, without, false);
        return line.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** One artifact; {@code cancelRequested} for the worker that stored it. */
    public static byte[] artifact(Artifact artifact, String job, String base, boolean cancelRequested) {
        var line = new JsonLine().open('{');
        artifact(line, artifact, job, base);
        if (cancelRequested) {
            line.name("cancelRequested").value(true);
        }
        return line.close('}').bytes();
    }

    /** The job types with the schema of each: {@code {"types": […]}}. */
    public static byte[] types(Collection<JobType<?>> types, Map<String, ParamsSchema> schemas) {
        var line = new JsonLine().open('{').name("types").open('[');
        for (JobType<?> type : types) {
            line.open('{').name("name").value(type.name());
            line.name("title").value(type.title());
            line.name("description").value(type.description());
            ParamsSchema schema = schemas.get(type.name());
            line.name("schema")
                    .value(schema == null ? null : new Json(schema.schema().toString()));
            line.name("inputs").open('{').name("min").value(type.minInputs());
            line.name("max").value(type.maxInputs()).close('}').close('}');
        }
        return line.close(']').close('}').bytes();
    }

    /** The path of a job below the context path. */
    public static String path(String job) {
        return "/api/jobs/" + job;
    }

    private static void write(JsonLine line, Job job, String base, Instant now, Set<String> without, boolean params) {
        line.open('{').name("id").value(job.id());
        line.name("type").value(job.type());
        line.name("title").value(job.title());
        line.name("owner").value(job.owner());
        line.name("state").value(job.state().word());
        line.name("cancelRequested").value(job.cancelRequested());
        line.name("attempt").value(job.attempt());
        line.name("created").value(job.created());
        if (job.state() == JobState.QUEUED && job.notBefore().isAfter(now)) {
            line.name("notBefore").value(job.notBefore());
        }
        text(line, "node", job.node());
        text(line, "retryOf", job.retryOf());
        line.name("started").value(job.started());
        line.name("finished").value(job.finished());
        line.name("progress");
        if (job.progress() == null) {
            line.value((String) null);
        } else {
            line.open('{');
            EventJson.members(line, job.progress());
            line.close('}');
        }
        line.name(RESULT).value(without.contains(RESULT) ? null : job.result()).name(ERROR);
        if (job.error() == null || without.contains(ERROR)) {
            line.value((String) null);
        } else {
            EventJson.object(line, job.error());
        }
        line.name(ARTIFACTS).open('[');
        for (Artifact artifact : shown(job.artifacts(), without)) {
            line.open('{');
            artifact(line, artifact, job.id(), base);
            line.close('}');
        }
        line.close(']').name("seq").value(job.seq());
        if (params) {
            line.name("params").value(job.params());
        }
        if (!without.isEmpty()) {
            line.name("truncated").open('[');
            without.forEach(name -> line.value(name));
            line.close(']');
        }
        var self = base + path(job.id());
        line.name("links").open('{').name("self").value(self);
        line.name("events").value(self + "/events");
        line.name("cancel").value(self + "/cancel").close('}').close('}');
    }

    /** All of them, or the newest ones, or none where the job would be too large with them. */
    private static List<Artifact> shown(List<Artifact> artifacts, Set<String> without) {
        int most = without.contains(ERROR) ? 0 : without.contains(ARTIFACTS) ? SHOWN_ARTIFACTS : artifacts.size();
        return artifacts.subList(artifacts.size() - Math.min(most, artifacts.size()), artifacts.size());
    }

    private static void text(JsonLine line, String name, @Nullable String value) {
        if (value != null) {
            line.name(name).value(value);
        }
    }

    private static void artifact(JsonLine line, Artifact artifact, String job, String base) {
        EventJson.members(line, artifact);
        line.name("href").value(base + EventJson.path(job, artifact));
    }
}
