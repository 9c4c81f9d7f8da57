package dev.tidings.json;

import dev.tidings.job.Artifact;
import dev.tidings.job.Job;
import dev.tidings.job.JobType;
import dev.tidings.job.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Writes jobs as the contract shows them (§2), on one line of UTF-8. */
public final class JobJson {
    private JobJson() {}

    /**
     * One job.
     *
     * @param base the context path as the reader's request sees it; links begin with it
     */
    public static byte[] encode(Job job, String base) {
        var line = new JsonLine();
        write(line, job, base);
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
        line.name("state");
        write(line, job, base);
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
     * A page of jobs: {@code {"jobs": […], "user": "…"}}.
     *
     * @param user the tag of the user who asks
     */
    public static byte[] page(List<Job> jobs, String base, String user) {
        var line = new JsonLine().open('{').name("jobs").open('[');
        jobs.forEach(job -> write(line, job, base));
        return line.close(']').name("user").value(user).close('}').bytes();
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

    private static void write(JsonLine line, Job job, String base) {
        line.open('{').name("id").value(job.id());
        line.name("type").value(job.type());
        line.name("title").value(job.title());
        line.name("owner").value(job.owner());
        line.name("state").value(job.state().word());
        line.name("cancelRequested").value(job.cancelRequested());
        line.name("attempt").value(job.attempt());
        line.name("created").value(job.created());
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
        line.name("result").value(job.result()).name("error");
        if (job.error() == null) {
            line.value((String) null);
        } else {
            EventJson.object(line, job.error());
        }
        line.name("artifacts").open('[');
        for (Artifact artifact : job.artifacts()) {
            line.open('{');
            artifact(line, artifact, job.id(), base);
            line.close('}');
        }
        line.close(']').name("seq").value(job.seq());
        var self = base + path(job.id());
        line.name("links").open('{').name("self").value(self);
        line.name("events").value(self + "/events");
        line.name("cancel").value(self + "/cancel").close('}').close('}');
    }

    private static void artifact(JsonLine line, Artifact artifact, String job, String base) {
        EventJson.members(line, artifact);
        line.name("href").value(base + EventJson.path(job, artifact));
    }
}
